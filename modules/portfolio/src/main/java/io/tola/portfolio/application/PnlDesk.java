package io.tola.portfolio.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.port.SharedCache;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.portfolio.api.Pnl;
import io.tola.portfolio.api.PnlReport;
import io.tola.portfolio.api.PnlSeries;
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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/**
 * Answers readers of profit and loss, from answers made before where they still hold.
 *
 * <p>An answer holds for {@link Pnl#SECONDS_KEPT} seconds and as long as the account stands as it
 * did: each reader looks at the account's row first (one row by its key), so what the account did,
 * on whichever node, is in the answer at once, and nobody has to be told of it. What is missing is
 * made once: on a node the first who misses it makes it and the others wait; between nodes the
 * account's reckoning is locked in the database, and who gets the lock second finds in the shared
 * cache what the first has made. Without the shared cache each node makes its own.
 */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@Local(Pnl.class)
public class PnlDesk implements Pnl {

  private static final Duration KEPT = Duration.ofSeconds(SECONDS_KEPT);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MANY = 5_000;

  private final RecordCodec<KeptReport> codec = new RecordCodec<>(KeptReport.class);
  private final ConcurrentHashMap<AccountId, KeptReport> kept = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Flight, CompletableFuture<KeptReport>> flights =
      new ConcurrentHashMap<>();

  /** What is being made: another version of the account is another answer. */
  private record Flight(AccountId account, Version version) {}

  @Inject private PnlClerk clerk;

  @Inject private Clock clock;

  @Inject private SharedCache shared;

  @Inject private Instance<MetricRegistry> metrics;

  private Count hits;
  private Count sharedHits;
  private Count loads;

  /** Counts, if there is a registry. */
  private interface Count {
    void add();
  }

  /** For the container. */
  public PnlDesk() {}

  PnlDesk(PnlClerk clerk, Clock clock, SharedCache shared) {
    this.clerk = clerk;
    this.clock = clock;
    this.shared = shared;
    start();
  }

  @PostConstruct
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  void start() {
    hits = count("node");
    sharedHits = count("shared");
    loads = count("made");
  }

  private Count count(String from) {
    if (metrics == null || metrics.isUnsatisfied()) {
      return () -> {};
    }
    var counter =
        metrics
            .get()
            .counter(
                Metadata.builder()
                    .withName("tola_pnl_reports_total")
                    .withDescription("Reports of profit and loss, by where they came from")
                    .build(),
                new Tag("from", from));
    return counter::inc;
  }

  @Override
  public PnlReport report(AccountId account) {
    Version version = clerk.version(account).orElseThrow(PnlClerk::notFound);
    KeptReport there = kept.get(account);
    if (holds(there, version)) {
      hits.add();
      return there.report();
    }
    Flight flight = new Flight(account, version);
    CompletableFuture<KeptReport> mine = new CompletableFuture<>();
    CompletableFuture<KeptReport> first = flights.putIfAbsent(flight, mine);
    if (first != null) {
      hits.add();
      return await(first).report();
    }
    try {
      KeptReport made = find(flight);
      keep(account, made);
      mine.complete(made);
      return made.report();
    } catch (RuntimeException | Error e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      flights.remove(flight, mine);
    }
  }

  /** Another flight may have landed between the look and the take-off; another node may have it. */
  private KeptReport find(Flight flight) {
    KeptReport there = kept.get(flight.account);
    if (holds(there, flight.version)) {
      hits.add();
      return there;
    }
    String key = "pnl/" + flight.account;
    Supplier<Optional<KeptReport>> elsewhere =
        () -> shared.get(key).flatMap(codec::decode).filter(k -> holds(k, flight.version));
    Optional<KeptReport> found = elsewhere.get();
    if (found.isPresent()) {
      sharedHits.add();
      return found.get();
    }
    Optional<PnlClerk.Made> made = Optional.empty();
    while (made.isEmpty()) {
      made = clerk.report(flight.account, elsewhere, k -> shared.put(key, codec.encode(k)));
    }
    (made.get().byOthers() ? sharedHits : loads).add();
    return made.get().kept();
  }

  private boolean holds(KeptReport there, Version now) {
    if (there == null) {
      return false;
    }
    Instant at = clock.instant();
    boolean young = Duration.between(there.madeAt(), at).abs().compareTo(KEPT) < 0;
    // A report that knows more than the reader saw is as good.
    return young
        && (there.sequence() > now.sequence()
            || (there.sequence() == now.sequence() && there.updatedAt().equals(now.updatedAt())));
  }

  private void keep(AccountId account, KeptReport report) {
    if (kept.size() >= MANY) {
      Instant oldest = clock.instant().minus(KEPT);
      kept.values().removeIf(k -> k.madeAt().isBefore(oldest));
    }
    if (kept.size() < MANY || kept.containsKey(account)) {
      kept.put(account, report);
    }
  }

  private static KeptReport await(CompletableFuture<KeptReport> flight) {
    try {
      return flight.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ProblemException problem) {
        throw problem;
      }
      throw new IllegalStateException("who made the report failed", e.getCause());
    } catch (TimeoutException e) {
      throw notNow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notNow();
    }
  }

  private static ProblemException notNow() {
    return new ProblemException(
        ProblemCode.UNAVAILABLE,
        "The report takes too long; ask again.",
        List.of(),
        Duration.ofSeconds(2));
  }

  @Override
  public PnlSeries days(AccountId account, LocalDate from, LocalDate to) {
    PnlReport report = report(account);
    PnlSeries all = new PnlSeries(report.days(), report.statistics());
    return from == null && to == null ? all : DayBook.part(all, from, to);
  }
}
