package io.tola.risk.application.analysis;

import io.tola.kernel.AccountId;
import io.tola.market.api.MarketData;
import io.tola.portfolio.api.CorporateActions;
import io.tola.portfolio.api.Portfolios;
import io.tola.risk.api.RiskAnalysis;
import io.tola.risk.api.StressReport;
import io.tola.risk.api.StressScenario;
import io.tola.risk.api.Subject;
import io.tola.risk.api.VarBacktest;
import io.tola.risk.api.VarMethod;
import io.tola.risk.api.VarReport;
import io.tola.risk.api.VarTerms;
import io.tola.risk.application.GuardSettings;
import io.tola.risk.domain.value.Blocks;
import io.tola.risk.store.ForecastStore;
import io.tola.risk.store.GuardStore;
import io.tola.risk.store.RiskStore;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Local;
import jakarta.ejb.LocalBean;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.concurrent.ContextServiceDefinition;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.concurrent.ManagedThreadFactoryDefinition;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The facade: each question to the study that answers it, on the caller's thread and some helpers. */
@ContextServiceDefinition(
    name = RiskAnalyst.CONTEXT,
    cleared = {},
    unchanged = ContextServiceDefinition.TRANSACTION,
    propagated = ContextServiceDefinition.ALL_REMAINING)
@ManagedThreadFactoryDefinition(name = RiskAnalyst.THREADS, context = RiskAnalyst.CONTEXT)
@Singleton
@Local(RiskAnalysis.class)
@LocalBean
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
public class RiskAnalyst implements RiskAnalysis {

  static final String CONTEXT = "java:module/concurrent/tola-context";

  /**
   * Threads without a container's local transaction. Liberty's own have one for as long as they live,
   * and it would keep every connection that broke on them: after a few faults of the database the
   * pool is empty for good.
   */
  static final String THREADS = "java:module/concurrent/tola-threads";

  private static final int WAITING = 64;

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** A backtest takes up to some seconds of all processors, a simulation some tenths. */
  private final Turns rehearsals = new Turns(1, PATIENCE);

  private final Turns drawings = new Turns(2, PATIENCE);

  /** A stress test reads thousands of sessions, and the whole market on each day it replays. */
  private final Turns trials = new Turns(2, PATIENCE);

  @Resource(lookup = THREADS)
  private ManagedThreadFactory threads;

  @Inject private MarketData market;
  @Inject private Portfolios portfolios;
  @Inject private CorporateActions actions;
  @Inject private RiskStore store;
  @Inject private GuardStore guards;
  @Inject private Config config;
  @Inject private ForecastStore forecasts;
  @Inject private ForecastBook book;
  @Inject private Clock clock;

  @Inject
  @ConfigProperty(name = "tola.risk.analysis-threads", defaultValue = "0")
  private int threadsAsked;

  @Inject
  @ConfigProperty(name = "tola.risk.history-seconds", defaultValue = "600")
  private int historySeconds;

  @Inject
  @ConfigProperty(name = "tola.risk.forecast-method", defaultValue = "filtered_historical")
  private String forecastMethod;

  @Inject
  @ConfigProperty(name = "tola.risk.forecast-confidence", defaultValue = "0.99")
  private BigDecimal forecastConfidence;

  @Inject
  @ConfigProperty(name = "tola.risk.forecast-window", defaultValue = "250")
  private long forecastWindow;

  @Inject
  @ConfigProperty(name = "tola.risk.tighten-limits", defaultValue = "false")
  private boolean tighten;

  @Inject
  @ConfigProperty(name = "tola.risk.tighten-yellow-pct", defaultValue = "75")
  private BigDecimal yellowPct;

  @Inject
  @ConfigProperty(name = "tola.risk.tighten-red-pct", defaultValue = "50")
  private BigDecimal redPct;

  private ThreadPoolExecutor helpers;
  private VarStudy values;
  private BacktestStudy backtests;
  private StressStudy stresses;
  private ForecastRound round;

  @PostConstruct
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  void start() {
    int all = threadsAsked > 0 ? threadsAsked : Runtime.getRuntime().availableProcessors();
    Blocks blocks = Blocks.ALONE;
    if (all > 1) {
      helpers =
          new ThreadPoolExecutor(
              all - 1, all - 1, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(WAITING), threads);
      helpers.allowCoreThreadTimeOut(true);
      blocks = Blocks.with(helpers, all - 1);
    }
    PriceHistory history =
        new PriceHistory(market, actions, clock, Duration.ofSeconds(Math.max(0, historySeconds)));
    Holdings holdings = new Holdings(market, portfolios, history);
    values = new VarStudy(holdings, history, clock, blocks);
    backtests = new BacktestStudy(holdings, values, clock, blocks);
    stresses =
        new StressStudy(
            holdings,
            values,
            history,
            market,
            portfolios,
            store::limits,
            guards::peaks,
            GuardSettings.read(name -> config.getOptionalValue(name, String.class)),
            clock);
    round =
        new ForecastRound(
            market, values, history, portfolios, forecasts, book, clock, forecastRules());
  }

  private ForecastRules forecastRules() {
    VarMethod method =
        Arrays.stream(VarMethod.values())
            .filter(m -> m.code().equals(forecastMethod))
            .findFirst()
            .orElseThrow(
                () -> new IllegalStateException("tola.risk.forecast-method: " + forecastMethod));
    if (redPct.signum() <= 0
        || redPct.compareTo(yellowPct) > 0
        || yellowPct.compareTo(new BigDecimal("100")) > 0) {
      throw new IllegalStateException(
          "tola.risk.tighten-red-pct must be above 0 and at most tighten-yellow-pct, and that 100: "
              + redPct
              + ", "
              + yellowPct);
    }
    VarTerms terms =
        TermsForm.filled(
            new VarTerms(
                method, null, forecastConfidence, null, forecastWindow, null, null, null, null),
            TermsForm.DEFAULT_WINDOW);
    return new ForecastRules(terms, tighten, yellowPct, redPct);
  }

  @PreDestroy
  void stop() {
    if (helpers != null) {
      helpers.shutdownNow();
    }
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public VarReport valueAtRisk(Subject subject, VarTerms terms) {
    return terms.method() != null && terms.method().draws()
        ? drawings.take("simulations", () -> values.report(subject, terms))
        : values.report(subject, terms);
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public VarBacktest backtest(Subject subject, VarTerms terms, Long days) {
    return rehearsals.take("backtests", () -> backtests.report(subject, terms, days));
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public StressReport stress(Subject subject, List<StressScenario> scenarios) {
    return trials.take("stress tests", () -> stresses.report(subject, scenarios));
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public VarBacktest recorded(AccountId account, Long days) {
    return backtests.recorded(account, days, forecasts, portfolios);
  }

  /**
   * Foretells and judges, when another day is over; for the timer alone.
   *
   * @return accounts that got a forecast
   */
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  public int forecastRound() {
    return round.run();
  }
}
