package io.tola.performance.application;

import io.tola.kernel.Ids;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.kernel.sql.SqlFault;
import io.tola.performance.api.LoadTest;
import io.tola.performance.api.LoadTestHistory;
import io.tola.performance.api.LoadTestTrend;
import io.tola.performance.api.LoadTests;
import io.tola.performance.api.RecordedLoadTest;
import io.tola.performance.domain.ChangePoints;
import io.tola.performance.store.LoadTestStore;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Keeps what load tests found, and says since when a figure is another. Thread-safe. */
@Stateless
@Local(LoadTests.class)
public class LoadTestDesk implements LoadTests {

  /** Runs that a history looks back over. */
  private static final int HISTORY = 200;

  private static final int MAX_PAGE = 200;

  /** Clocks of runner and server differ. */
  private static final Duration AHEAD = Duration.ofMinutes(10);

  @Inject private LoadTestStore store;
  @Inject private Clock clock;

  @Inject
  @ConfigProperty(name = "tola.performance.load-tests.per-scenario", defaultValue = "1000")
  private int perScenario;

  @Inject
  @ConfigProperty(name = "tola.performance.load-tests.all", defaultValue = "20000")
  private int all;

  /** For the container. */
  public LoadTestDesk() {}

  LoadTestDesk(LoadTestStore store, Clock clock, int perScenario, int all) {
    this.store = store;
    this.clock = clock;
    this.perScenario = perScenario;
    this.all = all;
  }

  @Override
  public RecordedLoadTest record(LoadTest test, String reportedBy) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    if (test.startedAt().isAfter(now.plus(AHEAD))) {
      // It would be the newest run until then, and every page's first.
      throw new InvalidValueException("started_at", "must not be in the future");
    }
    try {
      boolean isNew = store.add(test, Ids.next(), reportedBy, now);
      if (isNew) {
        store.drop(test.scenario(), perScenario, all);
        if (!store.isThere(test)) {
          throw new InvalidValueException(
              "started_at", "must not be before all of the runs that are kept");
        }
        return new RecordedLoadTest(test, reportedBy, now, true);
      }
      if (!store.isThere(test)) {
        throw new ProblemException(
            ProblemCode.LOAD_TEST_CONFLICT, "This run_id was reported with another content.");
      }
      return store.byRunId(test.runId());
    } catch (SQLException e) {
      throw new SqlFault(e);
    }
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public LoadTestHistory history(String scenario, int limit, String cursor) {
    if (limit < 1 || limit > MAX_PAGE) {
      throw new InvalidValueException("limit", "must be from 1 to " + MAX_PAGE);
    }
    try {
      var runs = store.page(scenario, limit, cursor);
      if (scenario == null || cursor != null || runs.items().isEmpty()) {
        return new LoadTestHistory(runs, null, List.of());
      }
      return new LoadTestHistory(
          runs, runs.items().get(0).test().conditions(), trends(store.series(scenario, HISTORY)));
    } catch (SQLException e) {
      throw new SqlFault(e);
    }
  }

  /**
   * The trend of each figure.
   *
   * @param runs oldest first; a figure that some lack has fewer points
   */
  static List<LoadTestTrend> trends(List<LoadTest> runs) {
    Map<String, List<LoadTestTrend.Point>> points = new TreeMap<>();
    Map<String, Boolean> lower = new TreeMap<>();
    for (LoadTest run : runs) {
      for (LoadTest.Metric metric : run.metrics()) {
        points
            .computeIfAbsent(metric.name(), name -> new ArrayList<>())
            .add(new LoadTestTrend.Point(run.runId(), run.startedAt(), metric.value()));
        // The newest run's word.
        lower.put(metric.name(), metric.lowerIsBetter());
      }
    }
    List<LoadTestTrend> trends = new ArrayList<>();
    points.forEach((name, of) -> trends.add(trend(name, lower.get(name), of)));
    return trends;
  }

  private static LoadTestTrend trend(
      String name, boolean lowerIsBetter, List<LoadTestTrend.Point> points) {
    double[] series = points.stream().mapToDouble(LoadTestTrend.Point::value).toArray();
    List<LoadTestTrend.Change> changes = new ArrayList<>();
    for (ChangePoints.Change change : ChangePoints.of(series)) {
      LoadTestTrend.Point first = points.get(change.at());
      changes.add(
          new LoadTestTrend.Change(
              first.runId(),
              first.startedAt(),
              change.before(),
              change.after(),
              change.before() == 0
                  ? null
                  : 100 * (change.after() - change.before()) / Math.abs(change.before()),
              change.pValue(),
              change.after() > change.before() == lowerIsBetter));
    }
    return new LoadTestTrend(name, lowerIsBetter, points, changes);
  }
}
