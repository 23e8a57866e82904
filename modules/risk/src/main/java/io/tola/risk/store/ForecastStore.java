package io.tola.risk.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.risk.api.VarBacktest.Zone;
import io.tola.risk.api.VarMethod;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Forecasts of value at risk, what came of them, and accounts' zones. Every method works in the caller's
 * transaction, if there is one. Thread-safe; faults of the database come out as {@link StoreFault}.
 */
@ApplicationScoped
public class ForecastStore {

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  /** For the container. */
  public ForecastStore() {}

  public ForecastStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * What was foretold.
   *
   * @param madeOn the day that was over
   * @param sessions how many it goes by
   * @param symbols what was held
   * @param amounts rupees by symbol, negative when short
   */
  public record Forecast(
      AccountId account,
      LocalDate madeOn,
      VarMethod method,
      BigDecimal confidence,
      int sessions,
      Money var,
      Money es,
      List<String> symbols,
      List<BigDecimal> amounts) {}

  /**
   * A forecast and what came.
   *
   * @param session the session after
   */
  public record Judged(
      LocalDate session,
      VarMethod method,
      BigDecimal confidence,
      int sessions,
      Money var,
      Money es,
      Money profit) {

    /** Whether the loss was larger than foretold. */
    public boolean exceeded() {
      return profit.negated().compareTo(var) > 0;
    }
  }

  /** Whether the account has a forecast of that day. */
  public boolean foretold(AccountId account, LocalDate madeOn) {
    return on(
        "can't read forecasts",
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT 1 FROM var_forecasts WHERE account_id = ? AND made_on = ?")) {
            select.setObject(1, account.value());
            select.setObject(2, madeOn);
            try (ResultSet row = select.executeQuery()) {
              return row.next();
            }
          }
        });
  }

  /** Keeps a forecast; the first of an account and day stays. */
  public boolean add(Forecast forecast, Instant at) {
    return on(
        "can't write a forecast",
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO var_forecasts (account_id, made_on, method, confidence, sessions, var, es, symbols,"
                      + " amounts, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")) {
            insert.setObject(1, forecast.account().value());
            insert.setObject(2, forecast.madeOn());
            insert.setString(3, forecast.method().code());
            insert.setBigDecimal(4, forecast.confidence());
            insert.setInt(5, forecast.sessions());
            insert.setBigDecimal(6, forecast.var().value());
            insert.setBigDecimal(7, forecast.es().value());
            insert.setArray(8, connection.createArrayOf("text", forecast.symbols().toArray()));
            insert.setArray(9, connection.createArrayOf("numeric", forecast.amounts().toArray()));
            insert.setObject(10, at.atOffset(ZoneOffset.UTC));
            return insert.executeUpdate() == 1;
          }
        });
  }

  /** Forecasts of an account that were made from one day on and before another, and not judged yet. */
  public List<Forecast> open(AccountId account, LocalDate from, LocalDate before) {
    return on(
        "can't read forecasts",
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT made_on, method, confidence, sessions, var, es, symbols, amounts FROM var_forecasts"
                      + " WHERE account_id = ? AND made_on >= ? AND made_on < ? AND judged_at IS NULL"
                      + " ORDER BY made_on")) {
            select.setObject(1, account.value());
            select.setObject(2, from);
            select.setObject(3, before);
            List<Forecast> open = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
              while (rows.next()) {
                open.add(
                    new Forecast(
                        account,
                        rows.getObject(1, LocalDate.class),
                        method(rows.getString(2)),
                        rows.getBigDecimal(3),
                        rows.getInt(4),
                        new Money(rows.getBigDecimal(5)),
                        new Money(rows.getBigDecimal(6)),
                        List.of((String[]) array(rows.getArray(7))),
                        List.of((BigDecimal[]) array(rows.getArray(8)))));
              }
            }
            return open;
          }
        });
  }

  /** Says what came of a forecast, once. */
  public void judge(Forecast forecast, LocalDate session, Money profit, Instant at) {
    on(
        "can't judge a forecast",
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE var_forecasts SET session = ?, profit = ?, judged_at = ?"
                      + " WHERE account_id = ? AND made_on = ? AND judged_at IS NULL")) {
            update.setObject(1, session);
            update.setBigDecimal(2, profit.value());
            update.setObject(3, at.atOffset(ZoneOffset.UTC));
            update.setObject(4, forecast.account().value());
            update.setObject(5, forecast.madeOn());
            return update.executeUpdate();
          }
        });
  }

  /** The last forecasts of an account that were judged, oldest first. */
  public List<Judged> judged(AccountId account, int limit) {
    return on(
        "can't read forecasts",
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT session, method, confidence, sessions, var, es, profit FROM (SELECT * FROM var_forecasts"
                      + " WHERE account_id = ? AND judged_at IS NOT NULL ORDER BY made_on DESC LIMIT ?) AS last"
                      + " ORDER BY made_on")) {
            select.setObject(1, account.value());
            select.setInt(2, limit);
            List<Judged> judged = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
              while (rows.next()) {
                judged.add(
                    new Judged(
                        rows.getObject(1, LocalDate.class),
                        method(rows.getString(2)),
                        rows.getBigDecimal(3),
                        rows.getInt(4),
                        new Money(rows.getBigDecimal(5)),
                        new Money(rows.getBigDecimal(6)),
                        new Money(rows.getBigDecimal(7))));
              }
            }
            return judged;
          }
        });
  }

  /** Locks the account's zone until the end of the transaction; green where it has none yet. */
  public Zone lockZone(AccountId account, Instant at) {
    return on(
        "can't lock a zone",
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO var_zones (account_id, zone, since) VALUES (?, 'GREEN', ?) ON CONFLICT DO NOTHING")) {
            insert.setObject(1, account.value());
            insert.setObject(2, at.atOffset(ZoneOffset.UTC));
            insert.executeUpdate();
          }
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT zone FROM var_zones WHERE account_id = ? FOR UPDATE")) {
            select.setObject(1, account.value());
            try (ResultSet row = select.executeQuery()) {
              row.next();
              return Zone.valueOf(row.getString(1));
            }
          }
        });
  }

  /**
   * Sets a zone that {@link #lockZone} locked.
   *
   * @return the sequence of the alert about it, which rises with each change of zone
   */
  public long setZone(AccountId account, Zone zone, int days, int exceedances, Instant at) {
    return on(
        "can't write a zone",
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE var_zones SET days = ?, exceedances = ?, since = CASE WHEN zone = ? THEN since ELSE ? END,"
                      + " alert_sequence = alert_sequence + CASE WHEN zone = ? THEN 0 ELSE 1 END, zone = ?"
                      + " WHERE account_id = ? RETURNING alert_sequence")) {
            update.setInt(1, days);
            update.setInt(2, exceedances);
            update.setString(3, zone.name());
            update.setObject(4, at.atOffset(ZoneOffset.UTC));
            update.setString(5, zone.name());
            update.setString(6, zone.name());
            update.setObject(7, account.value());
            try (ResultSet row = update.executeQuery()) {
              row.next();
              return row.getLong(1);
            }
          }
        });
  }

  private static VarMethod method(String code) {
    for (VarMethod method : VarMethod.values()) {
      if (method.code().equals(code)) {
        return method;
      }
    }
    throw new IllegalStateException("no such method: " + code);
  }

  private static Object array(Array array) throws SQLException {
    return array.getArray();
  }

  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private <T> T on(String otherwise, Work<T> work) {
    try (Connection connection = dataSource.getConnection()) {
      return work.on(connection);
    } catch (SQLException e) {
      throw new StoreFault(otherwise, e);
    }
  }
}
