package io.tola.gateway.rest.body;

import io.tola.performance.api.IndexAdvice;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** An index that is advised. */
public record AdvisedIndexShape(
    String schema,
    String table,
    String indexName,
    String method,
    List<IndexAdvice.KeyColumn> columns,
    List<String> include,
    String predicate,
    boolean partitioned,
    String createStatement,
    String dropStatement,
    String judgedBy,
    BigDecimal gainPct,
    BigDecimal workloadGainPct,
    long estimatedBytes,
    IndexAdvice.WriteOverhead writes,
    List<IndexAdvice.ServedStatement> serves) {

  static AdvisedIndexShape of(IndexAdvice advice) {
    return advice == null
        ? null
        : new AdvisedIndexShape(
            advice.schema(),
            advice.table(),
            advice.indexName(),
            advice.method(),
            advice.columns(),
            advice.include(),
            advice.predicate(),
            advice.partitioned(),
            advice.createStatement(),
            advice.dropStatement(),
            advice.judgedBy().name().toLowerCase(Locale.ROOT),
            advice.gainPct(),
            advice.workloadGainPct(),
            advice.estimatedBytes(),
            advice.writes(),
            advice.serves());
  }
}
