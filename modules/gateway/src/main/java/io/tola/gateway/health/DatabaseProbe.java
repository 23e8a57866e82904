package io.tola.gateway.health;

import io.tola.kernel.ComponentStatus;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Asks the database every second, in the background, so that a health check answers at once even
 * while the database hangs: an answer that is overdue counts as none. Thread-safe.
 */
@ApplicationScoped
public class DatabaseProbe {

  static final String NAME = "database";
  private static final long EVERY_MILLIS = 1_000;
  private static final Duration OVERDUE = Duration.ofSeconds(4);
  private static final int QUERY_TIMEOUT_SECONDS = 2;

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Resource private ManagedScheduledExecutorService scheduler;

  @Inject private Clock clock;

  private ScheduledFuture<?> probing;
  private volatile Outcome last;

  private record Outcome(Instant at, String failure, long millis) {}

  @PostConstruct
  void start() {
    probe();
    probing =
        scheduler.scheduleWithFixedDelay(
            this::probe, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  @PreDestroy
  void stop() {
    probing.cancel(true);
  }

  private void probe() {
    long start = System.nanoTime();
    String failure = null;
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(QUERY_TIMEOUT_SECONDS);
      statement.execute("SELECT 1");
    } catch (SQLException | RuntimeException e) {
      failure = e.getClass().getSimpleName();
    }
    last =
        new Outcome(
            clock.instant(), failure, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
  }

  /** The database as last seen. */
  public ComponentStatus status() {
    Outcome seen = last;
    if (seen.at.plus(OVERDUE).isBefore(clock.instant())) {
      return new ComponentStatus(NAME, false, Map.of("reason", "no answer since " + seen.at));
    }
    return seen.failure == null
        ? new ComponentStatus(NAME, true, Map.of("millis", seen.millis))
        : new ComponentStatus(NAME, false, Map.of("reason", "not reachable"));
  }
}
