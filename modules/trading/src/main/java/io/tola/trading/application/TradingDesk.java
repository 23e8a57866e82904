package io.tola.trading.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Page;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.kernel.sql.ReadRouter;
import io.tola.market.api.Instrument;
import io.tola.market.api.MarketData;
import io.tola.trading.api.CancelAll;
import io.tola.trading.api.CancelOrder;
import io.tola.trading.api.Execution;
import io.tola.trading.api.OrderDesk;
import io.tola.trading.api.OrderFilter;
import io.tola.trading.api.OrderView;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.PlaceOutcome;
import io.tola.trading.api.ReplaceOrder;
import io.tola.trading.api.spi.AccountBook;
import io.tola.trading.api.spi.PortOpened;
import io.tola.trading.api.spi.PreTradeControl;
import io.tola.trading.domain.Order;
import io.tola.trading.domain.PaperVenue;
import io.tola.trading.store.DatabaseProbe;
import io.tola.trading.store.ExecutionStore;
import io.tola.trading.store.OrderKey;
import io.tola.trading.store.OrderStore;
import io.tola.trading.store.StoreFault;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Local;
import jakarta.ejb.LocalBean;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ContextServiceDefinition;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.concurrent.ManagedThreadFactoryDefinition;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.metrics.MetricRegistry;

/**
 * The desk that every door brings its orders to: wires the pipeline at start, ends it in order, and
 * reads what is stored.
 */
@ContextServiceDefinition(
    name = TradingDesk.CONTEXT,
    cleared = {},
    unchanged = ContextServiceDefinition.TRANSACTION,
    propagated = ContextServiceDefinition.ALL_REMAINING)
@ManagedThreadFactoryDefinition(name = TradingDesk.THREADS, context = TradingDesk.CONTEXT)
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
@Local(OrderDesk.class)
@LocalBean
public class TradingDesk implements OrderDesk {

  private static final System.Logger LOG = System.getLogger(TradingDesk.class.getName());

  static final String CONTEXT = "java:module/concurrent/tola-context";

  /**
   * Threads without a container's local transaction. Liberty's own have one for as long as they live,
   * and it would keep every connection that broke on them: after a few faults of the database the
   * pool is empty for good.
   */
  static final String THREADS = "java:module/concurrent/tola-threads";

  private static final int MOST_AT_ONCE = 500;
  private static final int MOST_A_PAGE = 500;
  private static final int MOST_CANCELED_AT_ONCE = 500;
  private static final int MOST_FOLLOWING_HALTS = 500;
  private static final Duration EXPIRE_EVERY = Duration.ofSeconds(5);
  private static final Duration FOLLOW_HALTS_EVERY = Duration.ofSeconds(1);
  private static final Duration SQUARE_OFF_EVERY = Duration.ofSeconds(2);
  // The driver prepares a statement on the server when it is used for the fifth time.
  private static final int REHEARSALS = 5;
  private static final long REHEARSAL_PAUSE_MILLIS = 250;
  private static final Set<Class<?>> PORTS = Set.of(AccountBook.class, PreTradeControl.class);

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Resource(lookup = THREADS)
  private ManagedThreadFactory threads;

  @Inject private MarketData market;
  @Inject private Instance<AccountBook> accountBook;
  @Inject private Instance<PreTradeControl> preTradeControl;
  @Inject private Instance<AuditTrail> auditTrail;
  @Inject private TradingOutbox outbox;
  @Inject private BatchTransaction transaction;
  @Inject private Clock clock;
  @Inject private ReadRouter router;
  @Inject private MetricRegistry metrics;

  @Inject
  @ConfigProperty(name = "tola.trading.lanes", defaultValue = "0")
  private int laneCount;

  @Inject
  @ConfigProperty(name = "tola.trading.queue-capacity", defaultValue = "4096")
  private int queueCapacity;

  @Inject
  @ConfigProperty(name = "tola.trading.batch-max", defaultValue = "500")
  private int batchMax;

  @Inject
  @ConfigProperty(name = "tola.trading.answer-within-ms", defaultValue = "2000")
  private int answerWithinMs;

  @Inject
  @ConfigProperty(name = "tola.trading.stop-within-ms", defaultValue = "5000")
  private int stopWithinMs;

  @Inject
  @ConfigProperty(name = "tola.trading.protection-pct", defaultValue = "1")
  private BigDecimal protectionPct;

  @Inject
  @ConfigProperty(name = "tola.trading.display-multiplier", defaultValue = "1")
  private BigDecimal displayMultiplier;

  @Inject
  @ConfigProperty(name = "tola.trading.max-quote-age-ms", defaultValue = "60000")
  private long maxQuoteAgeMs;

  @Inject
  @ConfigProperty(name = "tola.trading.sweep-interval-ms", defaultValue = "50")
  private long sweepIntervalMs;

  @Inject
  @ConfigProperty(name = "tola.trading.mis-square-off", defaultValue = "15:10")
  private String misSquareOff;

  private OrderStore orders;
  private ExecutionStore executions;
  private DatabaseMonitor database;
  private OrderPipeline pipeline;
  private QuoteSweep sweep;
  private Chore sessionEnd;
  private SquareOffTime squareOffTime;
  private Chore halts;
  private Chore squareOff;
  private volatile BatchProcessor processor;
  private final Set<Class<?>> openPorts = ConcurrentHashMap.newKeySet();
  private volatile boolean rehearsed;
  private volatile boolean stopped;

  @PostConstruct
  void start() {
    orders = new OrderStore(dataSource, router);
    executions = new ExecutionStore(dataSource, router);
    database = new DatabaseMonitor(new DatabaseProbe(dataSource), threads);
    MetricsObserver observer = new MetricsObserver(metrics);
    Transactions transactions = new ContainerTransactions(transaction, observer::commitTime);
    squareOffTime = new SquareOffTime(LocalTime.parse(misSquareOff), market::closes);
    VenueGate venues = new VenueGate(new PaperVenue(protectionPct, displayMultiplier));
    Supplier<BatchProcessor> batches = () -> processor(transactions, venues);
    int processors = Runtime.getRuntime().availableProcessors();
    pipeline =
        new OrderPipeline(
            new OrderPipeline.Settings(
                laneCount == 0 ? Math.max(2, processors / 2) : laneCount,
                queueCapacity,
                batchMax,
                Duration.ofMillis(answerWithinMs)),
            batches,
            database,
            observer,
            threads,
            outbox::ring);
    sweep =
        new QuoteSweep(
            orders, market, pipeline::submit, Duration.ofMillis(sweepIntervalMs), threads);
    SessionEnd end = new SessionEnd(orders, market, pipeline::submit);
    sessionEnd = new Chore("tola-session-end", EXPIRE_EVERY, end::expire, threads);
    halts = new Chore("tola-halts", FOLLOW_HALTS_EVERY, this::followHalts, threads);
    SquareOff closing =
        new SquareOff(
            orders,
            market,
            () -> port(accountBook, "the account book"),
            pipeline::submit,
            squareOffTime,
            clock);
    squareOff = new Chore("tola-square-off", SQUARE_OFF_EVERY, closing::look, threads);
    metrics.gauge(
        MetricsObserver.metadata(
            "tola_pipeline_queue_depth", "Commands waiting for a lane", "none"),
        pipeline,
        OrderPipeline::depth);
    database.start();
    pipeline.start();
    sweep.start();
    sessionEnd.start();
    halts.start();
    squareOff.start();
    market.onQuotes(sweep);
    Thread rehearsal = threads.newThread(() -> rehearse(batches));
    rehearsal.setName("tola-rehearsal");
    rehearsal.start();
  }

  /** Suspends the working orders of halted symbols, and lets them work again after the halt. */
  private void followHalts() {
    for (OrderKey key : orders.touchedByHalts(MOST_FOLLOWING_HALTS)) {
      pipeline.submit(new Command.FollowHalt(key));
    }
  }

  /** Told by the modules above, which start after this one. */
  public void opened(@Observes PortOpened opened) {
    openPorts.add(opened.port());
  }

  /** Until it has worked, orders wouldn't either, and readiness says so. */
  private void rehearse(Supplier<BatchProcessor> batches) {
    int done = 0;
    while (done < REHEARSALS && !stopped) {
      try {
        if (openPorts.containsAll(PORTS) && batches.get().rehearse()) {
          done++;
          continue;
        }
      } catch (Exception e) {
        LOG.log(System.Logger.Level.DEBUG, "Not ready for orders yet", e);
      }
      try {
        Thread.sleep(REHEARSAL_PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
    rehearsed = true;
  }

  @PreDestroy
  void stop() {
    stopped = true;
    sweep.stop();
    sessionEnd.stop();
    halts.stop();
    squareOff.stop();
    pipeline.stop(Duration.ofMillis(stopWithinMs));
    database.stop();
  }

  /**
   * The processor, once every port is there. Upper modules start after this one, so they are looked
   * for when the first order comes, not before.
   *
   * @throws ProblemException UNAVAILABLE while one is missing
   */
  private BatchProcessor processor(Transactions transactions, VenueGate venues) {
    BatchProcessor made = processor;
    if (made == null) {
      made =
          new BatchProcessor(
              transactions,
              dataSource,
              port(accountBook, "the account book"),
              port(preTradeControl, "the pre-trade control"),
              port(auditTrail, "the audit trail"),
              market,
              venues,
              orders,
              squareOffTime,
              clock,
              Duration.ofMillis(maxQuoteAgeMs));
      processor = made;
    }
    return made;
  }

  private static <T> T port(Instance<T> port, String name) {
    if (!port.isResolvable()) {
      throw Outcomes.portMissing(name);
    }
    return port.get();
  }

  @Override
  public CompletionStage<PlaceOutcome> place(PlaceOrder order) {
    return submit(order);
  }

  private CompletableFuture<PlaceOutcome> submit(PlaceOrder order) {
    List<FieldError> errors = Malformed.errors(order);
    if (!errors.isEmpty()) {
      return CompletableFuture.completedFuture(
          new PlaceOutcome.Failed(
              new ProblemException(
                  ProblemCode.INVALID_FIELD, "The order's fields contradict each other", errors)));
    }
    Optional<Instrument> instrument = market.instrument(order.symbol());
    if (instrument.isEmpty()) {
      return CompletableFuture.completedFuture(
          new PlaceOutcome.Failed(
              new ProblemException(
                  ProblemCode.UNKNOWN_SYMBOL, "There is no symbol " + order.symbol())));
    }
    Command.Place command = new Command.Place(Ids.next(), order, instrument.get());
    pipeline.submit(command);
    return command.answer();
  }

  @Override
  public CompletionStage<List<PlaceOutcome>> placeAll(List<PlaceOrder> batch) {
    if (batch.size() > MOST_AT_ONCE) {
      return CompletableFuture.failedFuture(
          new ProblemException(
              ProblemCode.INVALID_FIELD,
              "Too many orders at once",
              List.of(new FieldError("orders", "must have at most " + MOST_AT_ONCE))));
    }
    List<CompletableFuture<PlaceOutcome>> answers = new ArrayList<>(batch.size());
    for (PlaceOrder order : batch) {
      answers.add(submit(order));
    }
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(all -> answers.stream().map(CompletableFuture::join).toList());
  }

  @Override
  public CompletionStage<OrderView> cancel(CancelOrder cancel) {
    Command.Cancel command = new Command.Cancel(cancel);
    pipeline.submit(command);
    return command.answer();
  }

  @Override
  public CompletionStage<OrderView> replace(ReplaceOrder replace) {
    Command.Replace command = new Command.Replace(replace);
    pipeline.submit(command);
    return command.answer();
  }

  @Override
  public CompletionStage<List<UUID>> cancelAll(CancelAll cancel) {
    Command.CancelMany command = new Command.CancelMany(cancel, MOST_CANCELED_AT_ONCE);
    pipeline.submit(command);
    return command
        .answer()
        .thenCompose(
            canceled ->
                command.more()
                    ? cancelAll(cancel).thenApply(rest -> concat(canceled, rest))
                    : CompletableFuture.completedFuture(canceled));
  }

  private static List<UUID> concat(List<UUID> first, List<UUID> rest) {
    List<UUID> all = new ArrayList<>(first);
    all.addAll(rest);
    return all;
  }

  @Override
  public Optional<OrderView> order(UUID orderId, Set<AccountId> accounts) {
    return read(() -> orders.byId(orderId, accounts).map(Order::view));
  }

  @Override
  public Page<OrderView> history(OrderFilter filter) {
    requirePage(filter);
    return read(() -> orders.history(filter));
  }

  @Override
  public List<Execution> events(UUID orderId, Set<AccountId> accounts) {
    return read(
        () -> {
          if (orders.byId(orderId, accounts).isEmpty()) {
            throw new ProblemException(ProblemCode.ORDER_NOT_FOUND, "No such order");
          }
          return executions.ofOrder(orderId);
        });
  }

  @Override
  public Page<Execution> trades(OrderFilter filter) {
    requirePage(filter);
    return read(() -> executions.trades(filter));
  }

  private static void requirePage(OrderFilter filter) {
    if (filter.limit() < 1 || filter.limit() > MOST_A_PAGE) {
      throw new ProblemException(
          ProblemCode.INVALID_PARAMETER,
          "The page is too small or too large",
          List.of(new FieldError("limit", "must be from 1 to " + MOST_A_PAGE)));
    }
  }

  private <T> T read(Supplier<T> query) {
    if (database.isDown()) {
      throw Outcomes.notReadable();
    }
    try {
      return query.get();
    } catch (StoreFault e) {
      if (Fault.of(e) == Fault.DEFECT) {
        throw e;
      }
      throw Outcomes.notReadable();
    }
  }

  /** For readiness. */
  public boolean pipelineReady() {
    return rehearsed && pipeline.isReady();
  }

  /** For readiness. */
  public Map<String, Object> pipelineDetail() {
    Map<String, Object> detail = pipeline.detail();
    detail.put("rehearsed", rehearsed);
    return detail;
  }

  /** For readiness. */
  public boolean databaseReady() {
    return database.isReady();
  }

  /** For readiness. */
  public Map<String, Object> databaseDetail() {
    return database.detail();
  }
}
