package io.tola.performance.application;

import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.kernel.sql.SqlFault;
import io.tola.performance.api.IndexAdvice;
import io.tola.performance.api.IndexAdvicePage;
import io.tola.performance.api.IndexAdvisor;
import io.tola.performance.domain.IndexScribe;
import io.tola.performance.store.IndexWorkbench;
import io.tola.performance.store.IndexWorkbench.Bounds;
import io.tola.performance.store.IndexWorkbench.Outcome;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Local;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Says which indexes are missing; one run at a time, its answer kept for a while. Thread-safe. */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@Local(IndexAdvisor.class)
public class IndexAdvisorDesk implements IndexAdvisor {

  /** More would keep the asker's own timeout waiting. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private static final Duration RETRY = Duration.ofSeconds(10);

  private final ReentrantLock running = new ReentrantLock();
  private volatile Kept kept;

  @Inject private IndexWorkbench workbench;
  @Inject private Clock clock;

  @Inject
  @ConfigProperty(name = "tola.performance.index-advice.seconds", defaultValue = "20")
  private int seconds;

  @Inject
  @ConfigProperty(name = "tola.performance.index-advice.statements", defaultValue = "300")
  private int statements;

  @Inject
  @ConfigProperty(name = "tola.performance.index-advice.plans", defaultValue = "20000")
  private int plans;

  @Inject
  @ConfigProperty(name = "tola.performance.index-advice.keep-seconds", defaultValue = "300")
  private int keepSeconds;

  private record Kept(long nanos, IndexAdvicePage page) {}

  /** For the container. */
  public IndexAdvisorDesk() {}

  IndexAdvisorDesk(IndexWorkbench workbench, Clock clock, Bounds bounds, Duration keep) {
    this.workbench = workbench;
    this.clock = clock;
    seconds = (int) bounds.time().toSeconds();
    statements = bounds.statements();
    plans = bounds.plans();
    keepSeconds = (int) keep.toSeconds();
  }

  @Override
  public IndexAdvicePage advise() {
    IndexAdvicePage fresh = fresh();
    return fresh != null ? fresh : run(true);
  }

  @Override
  public IndexAdvicePage adviseAfresh() {
    return run(false);
  }

  @Override
  public Optional<IndexAdvice> find(String id) {
    Kept last = kept;
    return last == null
        ? Optional.empty()
        : last.page().advice().stream().filter(a -> a.id().equals(id)).findFirst();
  }

  private IndexAdvicePage fresh() {
    Kept last = kept;
    return last != null && System.nanoTime() - last.nanos() < TimeUnit.SECONDS.toNanos(keepSeconds)
        ? last.page()
        : null;
  }

  private IndexAdvicePage run(boolean keptWillDo) {
    boolean mine;
    try {
      mine = running.tryLock(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      mine = false;
    }
    if (!mine) {
      throw new ProblemException(
          ProblemCode.UNAVAILABLE, "another run of the index advisor isn't over", List.of(), RETRY);
    }
    try {
      IndexAdvicePage fresh = keptWillDo ? fresh() : null;
      if (fresh != null) {
        return fresh;
      }
      long begin = System.nanoTime();
      Outcome outcome = workbench.run(new Bounds(Duration.ofSeconds(seconds), statements, plans));
      IndexAdvicePage page = page(outcome, clock.instant(), System.nanoTime() - begin);
      kept = new Kept(System.nanoTime(), page);
      return page;
    } catch (SQLException e) {
      throw new SqlFault(e);
    } finally {
      running.unlock();
    }
  }

  private static IndexAdvicePage page(Outcome o, Instant now, long nanos) {
    boolean searched = o.result() != null;
    return new IndexAdvicePage(
        now,
        BigDecimal.valueOf(nanos / 1_000, 3),
        !searched || o.result().complete(),
        o.countedSince(),
        o.judgedBy(),
        o.judgedFrom(),
        o.constantsFrom(),
        o.statementsMissing(),
        o.statements(),
        o.judged().size(),
        searched ? o.result().candidates() : 0,
        o.plans(),
        searched ? IndexScribe.cost(IndexScribe.total(o.judged(), o.result().before())) : null,
        searched ? IndexScribe.cost(IndexScribe.total(o.judged(), o.result().after())) : null,
        o.notJudged(),
        searched ? IndexScribe.advice(o.judged(), o.result(), o.judgedBy()) : List.of());
  }
}
