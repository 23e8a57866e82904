package io.tola.performance.store;

import io.tola.kernel.json.CanonicalJson;
import io.tola.performance.api.IndexAdvice;
import io.tola.performance.api.IndexAdvice.JudgedBy;
import io.tola.performance.api.IndexAdvice.KeyColumn;
import io.tola.performance.api.IndexAdvice.ServedStatement;
import io.tola.performance.api.IndexAdvice.WriteOverhead;
import io.tola.performance.api.IndexTrial;
import io.tola.performance.api.IndexTrial.Phase;
import io.tola.performance.api.IndexTrial.State;
import io.tola.performance.api.TrialFigures;
import io.tola.performance.domain.TrialVerdict;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Trials as they are kept. A step is taken only from the one before it, so that a node that was
 * given up for dead changes nothing any more. In the caller's transaction; thread-safe.
 */
@ApplicationScoped
public class TrialStore {

  private static final int MOST = 200;

  private static final String SELECT =
      "SELECT id, recommendation_id, state, phase, trial_name, create_statement, threshold_pct,"
          + figures("before")
          + figures("after")
          + " gain_pct, size_bytes, outcome, reason, requested_by, requested_at, finished_at,"
          + " rolled_back_by, rolled_back_at,"
          + texts("columns", "column")
          + texts("columns", "descending")
          + " ARRAY(SELECT jsonb_array_elements_text(advice->'include')) AS include,"
          + " ARRAY(SELECT jsonb_array_elements_text(advice->'steps')) AS steps,"
          + texts("serves", "query_id")
          + texts("serves", "statement")
          + texts("serves", "calls")
          + texts("serves", "mean_ms")
          + texts("serves", "cost_before")
          + texts("serves", "cost_after")
          + texts("serves", "predicted_gain_pct")
          + scalars(
              "schema",
              "table",
              "method",
              "predicate",
              "unique",
              "index_name",
              "partitioned",
              "create_statement",
              "drop_statement",
              "reason",
              "judged_by",
              "gain_pct",
              "workload_gain_pct",
              "estimated_bytes",
              "writes_per_second",
              "rows_written",
              "hot_updates",
              "hot_updates_at_risk",
              "write_cost")
          + " true FROM index_trials";

  @Resource(lookup = "jdbc/tola")
  private DataSource database;

  /** For the container. */
  public TrialStore() {}

  public TrialStore(DataSource database) {
    this.database = database;
  }

  private static String figures(String which) {
    StringBuilder sql = new StringBuilder();
    for (String field :
        List.of(
            "method",
            "plans",
            "statements",
            "skipped",
            "samples",
            "ms",
            "low_ms",
            "high_ms",
            "blocks",
            "uses_index")) {
      sql.append(" %s->>'%s' AS %s_%s,".formatted(which, field, which, field));
    }
    return sql.toString();
  }

  private static String texts(String list, String field) {
    return (" ARRAY(SELECT e.one->>'%s' FROM jsonb_array_elements(advice->'%s')"
            + " WITH ORDINALITY AS e(one, n) ORDER BY e.n) AS %s_%s,")
        .formatted(field, list, list, field);
  }

  private static String scalars(String... fields) {
    StringBuilder sql = new StringBuilder();
    for (String field : fields) {
      sql.append(" advice->>'%s' AS advised_%s,".formatted(field, field));
    }
    return sql.toString();
  }

  /** Stores a trial that begins; false when another isn't over. */
  public boolean begin(IndexTrial trial) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO index_trials (id, recommendation_id, state, phase, trial_name,"
                    + " create_statement, threshold_pct, advice, requested_by, requested_at)"
                    + " VALUES (?, ?, 'running', 'measuring_before', ?, ?, ?, ?::jsonb, ?, ?)"
                    + " ON CONFLICT DO NOTHING")) {
      insert.setObject(1, trial.id());
      insert.setString(2, trial.recommendationId());
      insert.setString(3, trial.trialName());
      insert.setString(4, trial.createStatement());
      insert.setBigDecimal(5, trial.thresholdPct());
      insert.setString(6, CanonicalJson.write(json(trial.advice())));
      insert.setString(7, trial.requestedBy());
      insert.setTimestamp(8, Timestamp.from(trial.requestedAt()));
      return insert.executeUpdate() == 1;
    }
  }

  /** From {@code from} to {@code BUILDING}, with what was measured. */
  public boolean building(UUID id, TrialFigures before) throws SQLException {
    return update(
        "phase = 'building', before = ?::jsonb",
        id,
        Phase.MEASURING_BEFORE,
        CanonicalJson.write(json(before)));
  }

  /** From {@code BUILDING} to {@code MEASURING_AFTER}. */
  public boolean built(UUID id, long bytes) throws SQLException {
    return update("phase = 'measuring_after', size_bytes = ?", id, Phase.BUILDING, bytes);
  }

  /** From {@code MEASURING_AFTER} to {@code KEEPING} or {@code DROPPING}. */
  public boolean judged(UUID id, TrialFigures after, TrialVerdict verdict) throws SQLException {
    return update(
        "phase = ?, after = ?::jsonb, gain_pct = ?, outcome = ?, reason = ?",
        id,
        Phase.MEASURING_AFTER,
        code(verdict.keep() ? Phase.KEEPING : Phase.DROPPING),
        CanonicalJson.write(json(after)),
        verdict.gainPct(),
        verdict.outcome(),
        shortened(verdict.reason()));
  }

  /** The end of a verdict that was carried out. */
  public boolean ended(UUID id, Phase from, State state, Instant at) throws SQLException {
    return update(
        "state = ?, phase = NULL, finished_at = ?", id, from, code(state), Timestamp.from(at));
  }

  /** Why it will have failed, once what is left of it is gone. */
  public boolean failing(UUID id, Phase in, String outcome, String reason) throws SQLException {
    return update("outcome = ?, reason = ?", id, in, outcome, shortened(reason));
  }

  /** The end of one that went wrong, in whichever phase it is now. */
  public boolean failed(UUID id, Phase from, String outcome, String reason, Instant at)
      throws SQLException {
    return update(
        "state = 'failed', phase = NULL, outcome = ?, reason = ?, finished_at = ?",
        id,
        from,
        outcome,
        shortened(reason),
        Timestamp.from(at));
  }

  /** Says that a kept one is to be taken away; false when it isn't kept, or another trial isn't over. */
  public boolean rollingBack(UUID id, String user) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE index_trials SET phase = 'rolling_back', rolled_back_by = ?"
                    + " WHERE id = ? AND state = 'kept' AND phase IS NULL"
                    + " AND NOT EXISTS (SELECT FROM index_trials WHERE phase IS NOT NULL)")) {
      update.setString(1, user);
      update.setObject(2, id);
      return update.executeUpdate() == 1;
    }
  }

  /** Says that it is gone. */
  public boolean rolledBack(UUID id, Instant at) throws SQLException {
    return update(
        "state = 'rolled_back', phase = NULL, rolled_back_at = ?",
        id,
        Phase.ROLLING_BACK,
        Timestamp.from(at));
  }

  /** Says that it stays kept. */
  public boolean notRolledBack(UUID id) throws SQLException {
    return update("phase = NULL, rolled_back_by = NULL", id, Phase.ROLLING_BACK);
  }

  private boolean update(String set, UUID id, Phase from, Object... values) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE index_trials SET " + set + " WHERE id = ? AND phase = ?")) {
      int n = 0;
      for (Object value : values) {
        update.setObject(++n, value);
      }
      update.setObject(++n, id);
      update.setString(++n, code(from));
      return update.executeUpdate() == 1;
    }
  }

  /** The one that isn't over. */
  public Optional<IndexTrial> unfinished() throws SQLException {
    return query(" WHERE phase IS NOT NULL").stream().findFirst();
  }

  /** By its id. */
  public Optional<IndexTrial> find(UUID id) throws SQLException {
    return query(" WHERE id = ?", id).stream().findFirst();
  }

  /** The newest of a recommendation. */
  public Optional<IndexTrial> newest(String recommendation) throws SQLException {
    return query(
            " WHERE recommendation_id = ? ORDER BY requested_at DESC, id DESC LIMIT 1",
            recommendation)
        .stream()
        .findFirst();
  }

  /** The newest of each recommendation, the latest first, a bounded number. */
  public List<IndexTrial> newest() throws SQLException {
    return query(
        " WHERE id IN (SELECT DISTINCT ON (recommendation_id) id FROM index_trials"
            + " ORDER BY recommendation_id, requested_at DESC, id DESC)"
            + " ORDER BY requested_at DESC, id DESC LIMIT "
            + MOST);
  }

  private List<IndexTrial> query(String where, Object... values) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(SELECT + where)) {
      for (int i = 0; i < values.length; i++) {
        select.setObject(i + 1, values[i]);
      }
      try (ResultSet rows = select.executeQuery()) {
        List<IndexTrial> found = new ArrayList<>();
        while (rows.next()) {
          found.add(trial(rows));
        }
        return found;
      }
    }
  }

  // Rows

  private static IndexTrial trial(ResultSet row) throws SQLException {
    long bytes = row.getLong("size_bytes");
    Long size = row.wasNull() ? null : bytes;
    String phase = row.getString("phase");
    return new IndexTrial(
        row.getObject("id", UUID.class),
        row.getString("recommendation_id"),
        State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        phase == null ? null : Phase.valueOf(phase.toUpperCase(Locale.ROOT)),
        row.getString("trial_name"),
        row.getString("create_statement"),
        row.getBigDecimal("threshold_pct"),
        figures(row, "before_"),
        figures(row, "after_"),
        row.getBigDecimal("gain_pct"),
        size,
        row.getString("outcome"),
        row.getString("reason"),
        row.getString("requested_by"),
        instant(row, "requested_at"),
        instant(row, "finished_at"),
        row.getString("rolled_back_by"),
        instant(row, "rolled_back_at"),
        advice(row));
  }

  private static TrialFigures figures(ResultSet row, String which) throws SQLException {
    String method = row.getString(which + "method");
    return method == null
        ? null
        : new TrialFigures(
            TrialFigures.Method.valueOf(method),
            row.getString(which + "plans"),
            row.getInt(which + "statements"),
            row.getInt(which + "skipped"),
            row.getLong(which + "samples"),
            row.getBigDecimal(which + "ms"),
            row.getBigDecimal(which + "low_ms"),
            row.getBigDecimal(which + "high_ms"),
            row.getBigDecimal(which + "blocks"),
            row.getBoolean(which + "uses_index"));
  }

  private static IndexAdvice advice(ResultSet row) throws SQLException {
    List<String> columns = list(row, "columns_column");
    List<String> descending = list(row, "columns_descending");
    List<KeyColumn> keys = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      keys.add(new KeyColumn(columns.get(i), Boolean.parseBoolean(descending.get(i))));
    }
    List<String> queryIds = list(row, "serves_query_id");
    List<String> statements = list(row, "serves_statement");
    List<String> calls = list(row, "serves_calls");
    List<String> means = list(row, "serves_mean_ms");
    List<String> before = list(row, "serves_cost_before");
    List<String> after = list(row, "serves_cost_after");
    List<String> gains = list(row, "serves_predicted_gain_pct");
    List<ServedStatement> serves = new ArrayList<>();
    for (int i = 0; i < queryIds.size(); i++) {
      serves.add(
          new ServedStatement(
              queryIds.get(i),
              statements.get(i),
              Long.parseLong(calls.get(i)),
              decimal(means.get(i)),
              decimal(before.get(i)),
              decimal(after.get(i)),
              decimal(gains.get(i))));
    }
    return new IndexAdvice(
        row.getString("recommendation_id"),
        row.getString("advised_schema"),
        row.getString("advised_table"),
        row.getString("advised_method"),
        keys,
        list(row, "include"),
        row.getString("advised_predicate"),
        row.getBoolean("advised_unique"),
        row.getString("advised_index_name"),
        row.getBoolean("advised_partitioned"),
        row.getString("advised_create_statement"),
        row.getString("advised_drop_statement"),
        list(row, "steps"),
        row.getString("advised_reason"),
        JudgedBy.valueOf(row.getString("advised_judged_by")),
        serves,
        row.getBigDecimal("advised_gain_pct"),
        row.getBigDecimal("advised_workload_gain_pct"),
        row.getLong("advised_estimated_bytes"),
        new WriteOverhead(
            row.getBigDecimal("advised_writes_per_second"),
            row.getLong("advised_rows_written"),
            row.getLong("advised_hot_updates"),
            row.getLong("advised_hot_updates_at_risk"),
            row.getBigDecimal("advised_write_cost")));
  }

  private static BigDecimal decimal(String text) {
    return text == null ? null : new BigDecimal(text);
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    Timestamp at = row.getTimestamp(column);
    return at == null ? null : at.toInstant();
  }

  private static List<String> list(ResultSet row, String column) throws SQLException {
    return Arrays.asList((String[]) row.getArray(column).getArray());
  }

  private static Map<String, Object> json(TrialFigures figures) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("method", figures.method());
    json.put("plans", figures.plans());
    json.put("statements", figures.statements());
    json.put("skipped", figures.skipped());
    json.put("samples", figures.samples());
    json.put("ms", figures.ms());
    json.put("low_ms", figures.lowMs());
    json.put("high_ms", figures.highMs());
    json.put("blocks", figures.blocks());
    json.put("uses_index", figures.usesIndex());
    return json;
  }

  private static Map<String, Object> json(IndexAdvice advice) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schema", advice.schema());
    json.put("table", advice.table());
    json.put("method", advice.method());
    json.put(
        "columns",
        advice.columns().stream()
            .map(c -> Map.of("column", c.column(), "descending", c.descending()))
            .toList());
    json.put("include", advice.include());
    json.put("predicate", advice.predicate());
    json.put("unique", advice.unique());
    json.put("index_name", advice.indexName());
    json.put("partitioned", advice.partitioned());
    json.put("create_statement", advice.createStatement());
    json.put("drop_statement", advice.dropStatement());
    json.put("steps", advice.steps());
    json.put("reason", advice.reason());
    json.put("judged_by", advice.judgedBy());
    json.put("serves", advice.serves().stream().map(TrialStore::json).toList());
    json.put("gain_pct", advice.gainPct());
    json.put("workload_gain_pct", advice.workloadGainPct());
    json.put("estimated_bytes", advice.estimatedBytes());
    json.put("writes_per_second", advice.writes().writesPerSecond());
    json.put("rows_written", advice.writes().rowsWritten());
    json.put("hot_updates", advice.writes().hotUpdates());
    json.put("hot_updates_at_risk", advice.writes().hotUpdatesAtRisk());
    json.put("write_cost", advice.writes().cost());
    return json;
  }

  private static Map<String, Object> json(ServedStatement served) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("query_id", served.queryId());
    json.put("statement", served.statement());
    json.put("calls", served.calls());
    json.put("mean_ms", served.meanMs());
    json.put("cost_before", served.costBefore());
    json.put("cost_after", served.costAfter());
    json.put("predicted_gain_pct", served.predictedGainPct());
    return json;
  }

  private static String shortened(String text) {
    return text.length() > 1_000 ? text.substring(0, 999) + "…" : text;
  }

  private static String code(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
