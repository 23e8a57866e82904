package io.tola.risk.store;

import io.tola.kernel.AccountId;
import io.tola.risk.api.AccountLimits;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;

/** What a compliance report reads that nothing else does. Thread-safe. */
@ApplicationScoped
public class ComplianceStore {

  /** The tables whose rows must be there for years. Other modules' are only named here, not read. */
  public static final List<String> RECORDS =
      List.of(
          "trading.orders",
          "trading.executions",
          "trading.replacements",
          "audit.audit_log",
          "audit.audit_blocks",
          "risk.risk_events",
          "risk.order_days",
          "risk.refusal_days");

  /** Nobody's account: has the platform's defaults. */
  private static final AccountId NOBODY = new AccountId(new UUID(0, 0));

  private static final String REMOVABLE =
      "SELECT has_table_privilege(t.name, 'DELETE') OR has_table_privilege(t.name, 'TRUNCATE')"
          + " FROM unnest(?::text[]) WITH ORDINALITY AS t(name, n) ORDER BY t.n";

  private static final String RULES =
      "SELECT (SELECT count(*) FROM risk_limits WHERE account_id IS NOT NULL),"
          + " (SELECT count(*) FROM registered_algos), (SELECT count(*) FROM restricted_symbols)";

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  /** For the container. */
  public ComplianceStore() {}

  public ComplianceStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Each of {@link #RECORDS}, and whether this connection's role could remove rows from it. */
  public Map<String, Boolean> records() {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(REMOVABLE)) {
      s.setArray(1, c.createArrayOf("text", RECORDS.toArray(String[]::new)));
      Map<String, Boolean> records = new LinkedHashMap<>();
      try (ResultSet row = s.executeQuery()) {
        for (String table : RECORDS) {
          row.next();
          records.put(table, row.getBoolean(1));
        }
      }
      return records;
    } catch (SQLException e) {
      throw new StoreFault("can't read who may remove records", e);
    }
  }

  /**
   * How many rules there are.
   *
   * @param defaults limits of accounts that have none of their own
   * @param ownLimits accounts that have
   */
  public record Rules(
      AccountLimits defaults, long ownLimits, long registeredAlgos, long restrictedSymbols) {}

  /** The rules now. */
  public Rules rules() {
    AccountLimits defaults = new RiskStore(dataSource).limits(NOBODY);
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(RULES);
        ResultSet row = s.executeQuery()) {
      row.next();
      return new Rules(defaults, row.getLong(1), row.getLong(2), row.getLong(3));
    } catch (SQLException e) {
      throw new StoreFault("can't count rules", e);
    }
  }
}
