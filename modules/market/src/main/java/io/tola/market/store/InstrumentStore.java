package io.tola.market.store;

import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.market.api.Instrument;
import io.tola.market.domain.Units;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** Instruments and the calendar's days. Thread-safe. */
@ApplicationScoped
public class InstrumentStore {

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  /** For the container. */
  public InstrumentStore() {}

  public InstrumentStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Every instrument, in symbol order (by code unit, as {@link Symbol} compares). */
  public List<Instrument> instruments() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT symbol, isin, name, industry, tick_size, lot_size, price_band_pct,"
                    + " freeze_quantity, tradable, as_of FROM instruments"
                    + " ORDER BY symbol COLLATE \"C\"");
        ResultSet rows = statement.executeQuery()) {
      List<Instrument> instruments = new ArrayList<>();
      while (rows.next()) {
        instruments.add(
            new Instrument(
                new Symbol(rows.getString(1)),
                rows.getString(2),
                rows.getString(3),
                rows.getString(4),
                rows.getBigDecimal(5),
                Quantity.of(rows.getLong(6)),
                rows.getBigDecimal(7),
                Quantity.of(rows.getLong(8)),
                rows.getBoolean(9),
                rows.getObject(10, LocalDate.class)));
      }
      return instruments;
    }
  }

  /** Where the simulated market starts, by symbol, in {@link Units}. */
  public Map<String, Long> basePrices() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("SELECT symbol, base_price FROM instruments");
        ResultSet rows = statement.executeQuery()) {
      Map<String, Long> prices = new HashMap<>();
      while (rows.next()) {
        prices.put(rows.getString(1), Units.of(rows.getBigDecimal(2)));
      }
      return prices;
    }
  }

  /**
   * The entered days of one kind.
   *
   * @param kind {@code HOLIDAY} or {@code SPECIAL}
   */
  public List<LocalDate> calendarDays(String kind) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("SELECT day FROM calendar_days WHERE kind = ?")) {
      statement.setString(1, kind);
      try (ResultSet rows = statement.executeQuery()) {
        List<LocalDate> days = new ArrayList<>();
        while (rows.next()) {
          days.add(rows.getObject(1, LocalDate.class));
        }
        return days;
      }
    }
  }
}
