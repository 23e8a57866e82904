package io.tola.jmeter.scaling;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one number of users did.
 *
 * @param perSecond requests, after the ramp
 * @param errorPct of all requests
 * @param ordersKept whether every acknowledged order is the platform's, once
 * @param stretch null in tests
 */
record UserStep(
    int users,
    double perSecond,
    double p50,
    double p95,
    double p99,
    double errorPct,
    int acknowledged,
    boolean ordersKept,
    Probe.Stretch stretch) {

  static final double P95_MILLIS = 200;
  static final double P99_MILLIS = 500;
  static final double ERROR_PCT = 0.1;

  /** Of the users' growth, what throughput has to grow by: less means that it doesn't grow any more. */
  static final double GROWTH = 0.25;

  /**
   * @param run of a load run's {@code results.json}
   */
  static UserStep of(JsonNode run, Probe.Stretch stretch) {
    JsonNode orders = run.path("orders");
    double requests = run.path("requests").asDouble();
    return new UserStep(
        run.path("users").asInt(),
        run.path("requests_per_second").asDouble(),
        run.path("p50_ms").asDouble(),
        run.path("p95_ms").asDouble(),
        run.path("p99_ms").asDouble(),
        requests > 0 ? 100 * run.path("errors").asDouble() / requests : 100,
        orders.path("acknowledged").asInt(),
        orders.path("acknowledged").asInt() > 0
            && orders.path("missing").asInt(-1) == 0
            && orders.path("doubled").asInt(-1) == 0
            && orders.path("different").asInt(-1) == 0
            && orders.path("strange").asInt(-1) == 0,
        stretch);
  }

  /**
   * The targets that it breaks.
   *
   * @param before the largest number of users that broke none; null when there was none
   */
  List<String> broken(UserStep before) {
    List<String> broken = new ArrayList<>();
    if (p95 >= P95_MILLIS) {
      broken.add(said("p95 %.0f ms, target below %.0f", p95, P95_MILLIS));
    }
    if (p99 >= P99_MILLIS) {
      broken.add(said("p99 %.0f ms, target below %.0f", p99, P99_MILLIS));
    }
    if (errorPct >= ERROR_PCT) {
      broken.add(said("errors %.2f %%, target below %.1f %%", errorPct, ERROR_PCT));
    }
    if (before != null && users > before.users) {
      double wanted = GROWTH * ((double) users / before.users - 1);
      double grown = perSecond / before.perSecond - 1;
      if (grown < wanted) {
        broken.add(
            said(
                "throughput no longer grows: %+.0f %% with %+.0f %% more users",
                100 * grown, 100 * ((double) users / before.users - 1)));
      }
    }
    return broken;
  }

  private static String said(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
