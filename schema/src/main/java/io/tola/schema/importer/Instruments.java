package io.tola.schema.importer;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;

/** Instruments. A new one needs all its facts; a known one takes over the facts that are given, under the policy UPDATE. */
final class Instruments implements Target {

  private static final String[] FACTS = {
    "isin", "name", "industry", "tick_size", "lot_size", "freeze_quantity", "base_price"
  };

  private final Settings settings;
  private final LocalDate today;

  Instruments(Settings settings) {
    this.settings = settings;
    this.today = LocalDate.ofInstant(settings.clock().instant(), settings.zone());
  }

  @Override
  public String columns() {
    return "symbol text, isin text, name text, industry text, tick_size numeric, lot_size bigint, price_band_pct numeric,"
        + " freeze_quantity bigint, tradable boolean, as_of date, base_price numeric";
  }

  @Override
  public void row(JsonRecord r, CopyRow row) {
    Words.exchange(r, settings);
    final String symbol = r.symbol("symbol", "tradingsymbol", "trading_symbol", "ticker");
    String isin = r.text(12, "isin", "isin_code");
    if (isin != null && !isin.matches("[A-Z]{2}[A-Z0-9]{9}[0-9]")) {
      r.problem("isin", "'" + isin + "' is not an ISIN");
    }
    BigDecimal tick = positive(r, "10000", "tick_size", "tick");
    BigDecimal base = positive(r, "1000000000", "base_price", "last_price", "close");
    if (tick != null && base != null && base.remainder(tick).signum() != 0) {
      r.problem("base_price", "must be a whole number of ticks of " + tick.toPlainString());
    }
    BigDecimal band = r.decimal("price_band_pct", "price_band");
    if (band != null
        && (band.signum() <= 0
            || band.compareTo(BigDecimal.valueOf(99)) > 0
            || band.stripTrailingZeros().scale() > 2)) {
      r.problem("price_band_pct", "must be above 0, at most 99, with two decimals");
    }
    Instant asOf = r.instant("as_of", "updated_at");
    row.add(symbol)
        .add(isin)
        .add(r.text(200, "name", "company_name"))
        .add(r.text(200, "industry", "sector"));
    row.add(tick)
        .add(r.shares(1, "lot_size", "lot"))
        .add(band)
        .add(r.shares(1, "freeze_quantity", "freeze_qty"));
    row.add(r.choice(Words.BOOLEANS, "tradable", "is_active", "active"));
    row.add((asOf == null ? today : LocalDate.ofInstant(asOf, settings.zone())).toString())
        .add(base);
  }

  /** Zero is how brokers write that they don't know. */
  private static BigDecimal positive(JsonRecord r, String below, String... aliases) {
    BigDecimal value = r.decimal(aliases);
    if (value == null || value.signum() == 0) {
      return null;
    }
    if (value.signum() < 0
        || value.compareTo(new BigDecimal(below)) >= 0
        || value.stripTrailingZeros().scale() > 4) {
      r.problem(aliases[0], "must be above 0 and below " + below + ", with four decimals at most");
      return null;
    }
    return value;
  }

  @Override
  public void land(Landing landing) throws SQLException, Landing.Conflict {
    String twice =
        "SELECT rec FROM (SELECT rec, row_number() OVER (PARTITION BY symbol ORDER BY rec DESC) AS n FROM STAGE) x WHERE n > 1";
    if (landing.policy() == Policy.FAIL) {
      landing.conflicts(
          "SELECT s.rec, 'symbol: ' || s.symbol || ' is there already' FROM STAGE s JOIN market.instruments i ON i.symbol = s.symbol"
              + " UNION SELECT s.rec, 'symbol: ' || s.symbol || ' is twice in this file' FROM STAGE s WHERE rec IN ("
              + twice
              + ") AND NOT EXISTS (SELECT FROM market.instruments i WHERE i.symbol = s.symbol)");
    }
    landing.counts().superseded += landing.run("DELETE FROM STAGE WHERE rec IN (" + twice + ")");
    if (landing.policy() == Policy.SKIP) {
      landing.counts().unchanged +=
          landing.run("DELETE FROM STAGE s USING market.instruments i WHERE i.symbol = s.symbol");
    }
    landing.reject(
        "DELETE FROM STAGE s USING market.instruments i WHERE i.isin = s.isin AND i.symbol <> s.symbol"
            + " RETURNING s.rec, 'isin: ' || s.isin || ' belongs to ' || i.symbol");
    landing.reject(
        "DELETE FROM STAGE s USING (SELECT rec, first_value(symbol) OVER (PARTITION BY isin ORDER BY rec) AS symbol FROM STAGE"
            + " WHERE isin IS NOT NULL) f WHERE f.rec = s.rec AND f.symbol <> s.symbol"
            + " RETURNING s.rec, 'isin: ' || s.isin || ' belongs to ' || f.symbol");
    StringBuilder missing = new StringBuilder("concat_ws(', '");
    StringBuilder someMissing = new StringBuilder("FALSE");
    for (String fact : FACTS) {
      missing
          .append(", CASE WHEN s.")
          .append(fact)
          .append(" IS NULL THEN '")
          .append(fact)
          .append("' END");
      someMissing.append(" OR s.").append(fact).append(" IS NULL");
    }
    String unknown = "NOT EXISTS (SELECT FROM market.instruments i WHERE i.symbol = s.symbol)";
    landing.reject(
        "DELETE FROM STAGE s WHERE ("
            + someMissing
            + ") AND "
            + unknown
            + " RETURNING s.rec, 'a new instrument needs ' || "
            + missing
            + ")");
    landing.reject(
        "DELETE FROM STAGE s USING market.instruments i WHERE i.symbol = s.symbol"
            + " AND coalesce(s.base_price, i.base_price) % coalesce(s.tick_size, i.tick_size) <> 0"
            + " RETURNING s.rec, 'base_price: must be a whole number of ticks'");
    long before = landing.staged();
    String changed =
        "(coalesce(s.isin, i.isin), coalesce(s.name, i.name), coalesce(s.industry, i.industry), coalesce(s.tick_size, i.tick_size),"
            + " coalesce(s.lot_size, i.lot_size), coalesce(s.price_band_pct, i.price_band_pct),"
            + " coalesce(s.freeze_quantity, i.freeze_quantity), coalesce(s.tradable, i.tradable), coalesce(s.base_price, i.base_price))";
    long updated =
        landing.run(
            "UPDATE market.instruments i SET (isin, name, industry, tick_size, lot_size, price_band_pct, freeze_quantity, tradable,"
                + " base_price, as_of, source) = (SELECT "
                + changed.substring(1, changed.length() - 1)
                + ", s.as_of, 'import') FROM STAGE s WHERE i.symbol = s.symbol AND "
                + changed
                + " IS DISTINCT FROM (i.isin, i.name, i.industry, i.tick_size, i.lot_size, i.price_band_pct, i.freeze_quantity,"
                + " i.tradable, i.base_price)");
    long inserted =
        landing.insert(
            "INSERT INTO market.instruments (symbol, isin, name, industry, tick_size, lot_size, price_band_pct, freeze_quantity, tradable,"
                + " as_of, source, base_price) SELECT symbol, isin, name, industry, tick_size, lot_size, price_band_pct, freeze_quantity,"
                + " coalesce(tradable, true), as_of, 'import', base_price FROM STAGE s WHERE "
                + unknown
                + " ON CONFLICT (symbol) DO NOTHING");
    long refused = before - landing.staged();
    landing.counts().imported += inserted;
    landing.counts().updated += updated;
    landing.counts().unchanged += before - refused - inserted - updated;
  }
}
