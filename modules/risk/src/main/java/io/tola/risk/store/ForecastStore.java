package io.tola.risk.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.sql.Freshness;
import io.tola.kernel.sql.ReadRouter;
import io.tola.risk.api.VarBacktest.Zone;
import io.tola.risk.api.VarMethod;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
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

  @Inject private ReadRouter router;

  /** For the container. */
  public ForecastStore() {}

  public ForecastStore(DataSource dataSource) {
    this.dataSource = dataSource;
    this.router = new ReadRouter();
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

  /**
   * The last forecasts of an account that were judged, oldest first, of whatever confidence; for who
   * reads them, not for who acts on them.
   */
  public List<Judged> judged(AccountId account, int limit) {
    try {
      // RECENT: the daily job makes and judges them; nobody was told of one before.
      return router.read(
          "var_forecasts",
          Freshness.RECENT,
          dataSource,
          connection -> judged(connection, account, null, limit));
    } catch (SQLException e) {
      throw new StoreFault("can't read forecasts", e);
    }
  }

  /** The last forecasts of an account with this confidence that were judged, oldest first. */
  public List<Judged> judged(AccountId account, BigDecimal confidence, int limit) {
    return on("can't read forecasts", connection -> judged(connection, account, confidence, limit));
  }

  private static List<Judged> judged(
      Connection connection, AccountId account, BigDecimal confidence, int limit)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT session, method, confidence, sessions, var, es, profit FROM (SELECT * FROM var_forecasts"
                + " WHERE account_id = ? AND judged_at IS NOT NULL AND (?::numeric IS NULL OR confidence = ?)"
                + " ORDER BY made_on DESC LIMIT ?) AS last ORDER BY made_on")) {
      select.setObject(1, account.value());
      select.setBigDecimal(2, confidence);
      select.setBigDecimal(3, confidence);
      select.setInt(4, limit);
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

  /** Sets a zone that {@link #lockZone} locked. */
  public void setZone(AccountId account, Zone zone, int days, int exceedances, Instant at) {
    on(
        "can't write a zone",
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE var_zones SET days = ?, exceedances = ?, since = CASE WHEN zone = ? THEN since ELSE ? END,"
                      + " zone = ? WHERE account_id = ?")) {
            update.setInt(1, days);
            update.setInt(2, exceedances);
            update.setString(3, zone.name());
            update.setObject(4, at.atOffset(ZoneOffset.UTC));
            update.setString(5, zone.name());
            update.setObject(6, account.value());
            return update.executeUpdate();
          }
        });
  }

  /**
   * A limit that a zone has tightened.
   *
   * @param limit {@code max_order_value}, {@code max_open_order_value} or {@code max_position_value}
   * @param untightened what it was in green
   * @param tightened what it was set to
   */
  public record Tightening(String limit, Money untightened, Money tightened) {}

  /** The limits of an account that its zone has tightened; those of an account with its zone locked. */
  public List<Tightening> tightenings(AccountId account) {
    return on(
        "can't read tightenings",
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT limit_name, untightened, tightened FROM var_tightenings WHERE account_id = ?")) {
            select.setObject(1, account.value());
            List<Tightening> found = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
              while (rows.next()) {
                found.add(
                    new Tightening(
                        rows.getString(1),
                        new Money(rows.getBigDecimal(2)),
                        new Money(rows.getBigDecimal(3))));
              }
            }
            return found;
          }
        });
  }

  /** Keeps what limits were and what they were set to; of each limit the last. */
  public void tightened(AccountId account, List<Tightening> tightenings, Instant at) {
    on(
        "can't write tightenings",
        connection -> {
          try (PreparedStatement upsert =
              connection.prepareStatement(
                  "INSERT INTO var_tightenings (account_id, limit_name, untightened, tightened, since)"
                      + " SELECT ?, t.limit_name, t.untightened, t.tightened, ?"
                      + " FROM unnest(?::text[], ?::numeric[], ?::numeric[]) AS t (limit_name, untightened, tightened)"
                      + " ON CONFLICT (account_id, limit_name) DO UPDATE"
                      + " SET untightened = excluded.untightened, tightened = excluded.tightened, since = excluded.since")) {
            upsert.setObject(1, account.value());
            upsert.setObject(2, at.atOffset(ZoneOffset.UTC));
            upsert.setArray(
                3,
                connection.createArrayOf(
                    "text", tightenings.stream().map(Tightening::limit).toArray()));
            upsert.setArray(
                4,
                connection.createArrayOf(
                    "numeric", tightenings.stream().map(t -> t.untightened().value()).toArray()));
            upsert.setArray(
                5,
                connection.createArrayOf(
                    "numeric", tightenings.stream().map(t -> t.tightened().value()).toArray()));
            return upsert.executeUpdate();
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
