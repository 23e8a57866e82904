package io.tola.portfolio.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.cache.CacheSpec;
import io.tola.kernel.cache.QueryCache;
import io.tola.kernel.cache.QueryCaches;
import io.tola.portfolio.api.Pnl;
import io.tola.portfolio.api.PnlReport;
import io.tola.portfolio.api.PnlSeries;
import io.tola.portfolio.application.PnlClerk.Kept;
import io.tola.portfolio.store.PnlStore.Version;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Local;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;

/**
 * Answers readers of profit and loss, from answers made before where they still hold.
 *
 * <p>An answer holds for {@link Pnl#SECONDS_KEPT} seconds and as long as the account stands as it
 * did: each reader looks at the account's row first (one row by its key), and takes no report of an older
 * version; one of a newer version is as good. So what the account did, on whichever node, is in the answer
 * at once, and nobody has to be told of it. What is missing is made once: on a node the first who misses
 * it makes it and the others wait; between nodes the account's reckoning is locked in the database, and
 * who gets the lock second finds in the shared tier what the first has made. Without the tier each node
 * makes its own. Either way a node waits for one account with one connection at most.
 */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@Local(Pnl.class)
public class PnlDesk implements Pnl {

  private static final CacheSpec KEPT =
      new CacheSpec("pnl", Duration.ofSeconds(SECONDS_KEPT), 5_000, true);

  @Inject private PnlClerk clerk;
  @Inject private QueryCaches caches;
  @Inject private Instance<MetricRegistry> metrics;

  private Runnable made = () -> {};

  /** For the container. */
  public PnlDesk() {}

  PnlDesk(PnlClerk clerk, QueryCaches caches) {
    this.clerk = clerk;
    this.caches = caches;
  }

  @PostConstruct
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  void start() {
    if (metrics != null && !metrics.isUnsatisfied()) {
      Counter counter =
          metrics
              .get()
              .counter(
                  Metadata.builder()
                      .withName("tola_pnl_reports_total")
                      .withDescription("Reports of profit and loss that this node has made")
                      .build());
      made = counter::inc;
    }
  }

  @Override
  public PnlReport report(AccountId account) {
    Version version = clerk.version(account).orElseThrow(PnlClerk::notFound);
    List<?> key = List.of(account);
    QueryCache cache = caches.cache(KEPT);
    Predicate<Kept> holds = kept -> kept.holds(version);
    return cache.get("", key, Kept.class, holds, () -> make(account, cache, key, holds)).report();
  }

  private Kept make(AccountId account, QueryCache cache, List<?> key, Predicate<Kept> holds) {
    Optional<PnlClerk.Made> report = Optional.empty();
    while (report.isEmpty()) {
      report =
          clerk.report(
              account,
              () -> cache.look("", key, Kept.class, holds),
              done -> cache.keep("", key, Kept.class, done));
    }
    if (!report.get().byOthers()) {
      made.run();
    }
    return report.get().kept();
  }

  @Override
  public PnlSeries days(AccountId account, LocalDate from, LocalDate to) {
    PnlReport report = report(account);
    PnlSeries all = new PnlSeries(report.days(), report.statistics());
    return from == null && to == null ? all : DayBook.part(all, from, to);
  }
}
