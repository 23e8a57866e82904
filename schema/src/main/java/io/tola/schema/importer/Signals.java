package io.tola.schema.importer;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/** What strategies said, over there; said once and never changed. */
final class Signals implements Target {

  private static final String[] STRATEGY = {"strategy", "strategy_name", "strategy_id"};
  private static final String[] INTERVAL = {"interval", "timeframe"};
  private static final String[] BAR = {
    "bar_start", "timestamp", "signal_time", "generated_at", "created_at"
  };
  private static final String[] DIRECTION = {
    "direction", "signal", "signal_type", "action", "side"
  };
  private static final String[] CONFIDENCE = {"confidence", "strength", "score"};
  private static final String[] CLOSE = {"close", "close_price", "price", "entry_price"};

  private final Settings settings;
  private final Names names;

  Signals(Settings settings, Names names) {
    this.settings = settings;
    this.names = names;
  }

  @Override
  public String columns() {
    return "id uuid, strategy text, symbol text, interval text, bar_start timestamptz, direction text, confidence numeric, close numeric,"
        + " reason text, features text, created_by text, created_at timestamptz";
  }

  @Override
  public Set<String> nested() {
    return Set.of("features", "indicators", "metadata");
  }

  @Override
  public void row(JsonRecord r, CopyRow row) {
    Words.exchange(r, settings);
    String strategy = r.needed(r.text(64, STRATEGY), "strategy", r.has(STRATEGY));
    String symbol = r.symbol("symbol", "tradingsymbol", "ticker");
    String interval = settings.interval();
    if (r.has(INTERVAL)) {
      interval = r.choice(Words.INTERVALS, INTERVAL);
    } else if (interval == null) {
      r.problem("interval", "missing; --default-interval says what such signals are");
    }
    Instant bar = r.needed(r.instant(BAR), "bar_start", r.has(BAR));
    String direction =
        r.needed(r.choice(Words.DIRECTIONS, DIRECTION), "direction", r.has(DIRECTION));
    BigDecimal confidence = r.needed(r.decimal(CONFIDENCE), "confidence", r.has(CONFIDENCE));
    if (confidence != null
        && (confidence.signum() < 0 || confidence.compareTo(BigDecimal.ONE) > 0)) {
      r.problem("confidence", "must be from 0 to 1");
    }
    BigDecimal close = r.needed(r.decimal(CLOSE), "close", r.has(CLOSE));
    if (close != null
        && (close.compareTo(new BigDecimal("0.0001")) < 0
            || close.compareTo(BigDecimal.valueOf(999_999_999)) > 0)) {
      r.problem("close", "must be from 0.0001 to 999999999");
    }
    String reason = r.text(500, "reason", "message", "notes");
    String features = r.json("features", "indicators", "metadata");
    if (features != null && !features.startsWith("{")) {
      r.problem("features", "must be an object");
    }
    String createdBy = r.text(128, "created_by");
    Instant created = r.instant("created_at", "generated_at");
    if (!r.isSound()) {
      return;
    }
    UUID own = r.uuid("id", "signal_id");
    row.add(own != null ? own : names.of("signal", strategy, symbol, interval, bar))
        .add(strategy)
        .add(symbol)
        .add(interval)
        .add(bar);
    row.add(direction)
        .add(confidence.setScale(6, RoundingMode.HALF_EVEN))
        .add(close.setScale(4, RoundingMode.HALF_EVEN));
    row.add(reason == null ? "" : reason).add(features == null ? "{}" : features);
    row.add(createdBy == null ? "import" : createdBy).add(created == null ? bar : created);
  }

  @Override
  public void land(Landing landing) throws SQLException, Landing.Conflict {
    if (!settings.unknownSymbols()) {
      Orders.rejectUnknownSymbols(landing);
    }
    String bar =
        "g.strategy = s.strategy AND g.symbol = s.symbol AND g.interval = s.interval AND g.bar_start = s.bar_start AND g.version = 0";
    if (landing.policy() == Policy.FAIL) {
      landing.conflicts(
          "SELECT rec, min(reason) FROM (SELECT s.rec, 'id: the signal is there already' AS reason FROM STAGE s"
              + " JOIN strategy.signals g ON g.id = s.id UNION ALL SELECT s.rec, 'bar_start: the bar has its signal already' FROM STAGE s"
              + " JOIN strategy.signals g ON "
              + bar
              + " UNION ALL SELECT rec, 'id: twice in this file' FROM (SELECT rec, row_number() OVER (PARTITION BY id ORDER BY rec) AS n"
              + " FROM STAGE) i WHERE n > 1 UNION ALL SELECT rec, 'bar_start: the bar has two signals in this file' FROM (SELECT rec,"
              + " row_number() OVER (PARTITION BY strategy, symbol, interval, bar_start ORDER BY rec) AS n FROM STAGE) b WHERE n > 1) x"
              + " GROUP BY rec");
    }
    long inserted =
        landing.insert(
            "INSERT INTO strategy.signals (id, strategy, symbol, interval, bar_start, version, direction, confidence, close, reason,"
                + " features, source, created_by, created_at) SELECT id, strategy, symbol, interval, bar_start, 0, direction, confidence,"
                + " close, reason, features::jsonb, 'IMPORTED', created_by, created_at FROM STAGE s ON CONFLICT DO NOTHING");
    if (landing.policy() == Policy.UPDATE) {
      landing.reject(
          "DELETE FROM STAGE s WHERE NOT EXISTS (SELECT FROM strategy.signals g WHERE "
              + bar
              + " AND (g.direction, g.confidence, g.close) IS NOT DISTINCT FROM (s.direction, s.confidence, s.close))"
              + " RETURNING s.rec, 'bar_start: its signal, or its id, is there with other values, and a signal is not rewritten'");
    }
    landing.counts().imported += inserted;
    landing.counts().unchanged += landing.staged() - inserted;
  }
}
