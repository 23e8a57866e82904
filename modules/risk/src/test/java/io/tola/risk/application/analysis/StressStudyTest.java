package io.tola.risk.application.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.GuardAction;
import io.tola.risk.api.GuardLevel;
import io.tola.risk.api.StressReport;
import io.tola.risk.api.StressReport.Kind;
import io.tola.risk.api.StressReport.Outcome;
import io.tola.risk.api.StressReport.Stop;
import io.tola.risk.api.StressReport.Trip;
import io.tola.risk.api.StressScenario;
import io.tola.risk.api.Subject;
import io.tola.risk.application.GuardSettings;
import io.tola.risk.domain.value.Blocks;
import io.tola.risk.store.GuardStore.Peak;
import io.tola.trading.api.Product;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Shocks by position, and what they would trip. */
class StressStudyTest {

  private static final AccountId ACCOUNT = new AccountId(Ids.next());

  private final Market market =
      new Market().with("AAA", 600, 100).with("BANKB", 600, 250).account(ACCOUNT);

  private final Map<AccountId, Peak> peaks = new HashMap<>();
  private final Map<String, String> config = new HashMap<>();

  private StressReport tried(Subject subject, StressScenario... scenarios) {
    PriceHistory history = market.history(Duration.ofMinutes(10));
    Holdings holdings = new Holdings(market.data(), market.portfolios(), history);
    VarStudy values = new VarStudy(holdings, history, market.clock(), Blocks.ALONE);
    return new StressStudy(
            holdings,
            values,
            history,
            market.data(),
            market.portfolios(),
            account ->
                new AccountLimits(
                    account,
                    null,
                    null,
                    null,
                    Money.of("15000"),
                    10,
                    null,
                    null,
                    Set.of(),
                    0,
                    null,
                    null),
            accounts -> peaks,
            GuardSettings.read(name -> Optional.ofNullable(config.get(name))),
            market.clock())
        .report(subject, List.of(scenarios));
  }

  private static Subject portfolio() {
    return new Subject.Hypothetical(
        List.of(
            new Subject.Holding(new Symbol("AAA"), 100, Price.of("100")),
            new Subject.Holding(new Symbol("BANKB"), -40, Price.of("250"))));
  }

  private static BigDecimal pct(String text) {
    return new BigDecimal(text);
  }

  @Test
  void aCrashMovesEveryPriceAlikeAndHaltsTheMarket() {
    StressReport report =
        tried(
            new Subject.Hypothetical(
                List.of(new Subject.Holding(new Symbol("AAA"), 100, Price.of("100")))),
            new StressScenario.MarketCrash(pct("-30"), pct("10")));
    Outcome crash = report.outcomes().get(0);
    assertThat(crash.profit()).isEqualTo(Money.of("-3000"));
    assertThat(crash.profitPct()).isEqualByComparingTo("-30");
    assertThat(crash.equityAfter()).isNull();
    // A tenth of 1,000 shares a day, ten times: 1,000.
    assertThat(crash.positions().get(0).daysToSell()).isEqualByComparingTo("0.1");
    assertThat(crash.trips())
        .extracting(StressReport.Trip::stop)
        .containsExactly(Stop.MARKET_WIDE_HALT, Stop.MARKET_MOVE, Stop.PRICE_BAND, Stop.GAP);
    assertThat(crash.trips().get(0).limit()).isEqualByComparingTo("-20");
  }

  @Test
  void longAndShortOfTheSameValueDontMoveInACrash() {
    StressReport report =
        tried(portfolio(), new StressScenario.MarketCrash(pct("-50"), BigDecimal.ONE));
    assertThat(report.outcomes().get(0).profit()).isEqualTo(Money.ZERO);
    assertThat(report.netValue()).isEqualTo(Money.ZERO);
    assertThat(report.grossValue()).isEqualTo(Money.of("20000"));
  }

  @Test
  void anIndustryFallsAlone() {
    StressReport report =
        tried(portfolio(), new StressScenario.Sectors(Map.of("Banks", pct("-10"))));
    assertThat(report.outcomes().get(0).profit()).isEqualTo(Money.of("1000"));
    assertThatThrownBy(
            () -> tried(portfolio(), new StressScenario.Sectors(Map.of("Ships", pct("-10")))))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("scenarios[0].changes_pct.Ships")
        .hasMessageContaining("Banks, Industry");
  }

  @Test
  void theWorstDaysAreThePortfoliosOwnAndCanBeReplayed() {
    StressReport report = tried(portfolio(), new StressScenario.WorstDays(3));
    assertThat(report.outcomes()).hasSize(3).allMatch(o -> o.kind() == Kind.WORST_DAYS);
    assertThat(report.outcomes().get(0).profit())
        .isLessThanOrEqualTo(report.outcomes().get(1).profit());
    LocalDate worst = report.outcomes().get(0).session();
    StressReport replayed = tried(portfolio(), new StressScenario.Replay(worst));
    assertThat(replayed.outcomes().get(0).profit()).isEqualTo(report.outcomes().get(0).profit());
    assertThat(replayed.history().observations()).isEqualTo(599);
    assertThatThrownBy(
            () -> tried(portfolio(), new StressScenario.Replay(LocalDate.parse("2026-11-15"))))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("scenarios[0].session");
  }

  @Test
  void eachPriceAsTold() {
    StressReport report =
        tried(
            portfolio(), new StressScenario.Custom(Map.of(new Symbol("AAA"), pct("5")), pct("-1")));
    assertThat(report.outcomes().get(0).profit()).isEqualTo(Money.of("600"));
    assertThatThrownBy(
            () ->
                tried(
                    portfolio(),
                    new StressScenario.Custom(Map.of(new Symbol("XXX"), pct("5")), pct("-101"))))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("scenarios[0].changes_pct.XXX")
        .hasMessageContaining("scenarios[0].other_pct");
  }

  @Test
  void anAccountsLimitsAndEquityAreJudged() {
    market.holds(ACCOUNT, "AAA", Product.CNC, 100, "100.00").equity(ACCOUNT, "4000");
    StressReport report =
        tried(
            new Subject.Book(List.of(ACCOUNT)),
            new StressScenario.MarketCrash(pct("-50"), pct("20")),
            new StressScenario.MarketCrash(pct("60"), BigDecimal.ONE));
    Outcome crash = report.outcomes().get(0);
    assertThat(crash.equityAfter()).isEqualTo(Money.of("-1000"));
    // A drawdown is 100 at most, also for who owes.
    assertThat(crash.drawdownPct()).isEqualByComparingTo("100");
    assertThat(crash.trips()).extracting(Trip::stop).contains(Stop.EQUITY_EXHAUSTED);
    Outcome boom = report.outcomes().get(1);
    assertThat(boom.drawdownPct()).isEqualByComparingTo("0");
    assertThat(boom.trips())
        .extracting(Trip::stop)
        .containsExactly(Stop.MARKET_MOVE, Stop.PRICE_BAND, Stop.GAP, Stop.MAX_POSITION_VALUE);
  }

  @Test
  void theLimitIsAPositionsAndNotASymbols() {
    // 200 held and 150 sold short for the day: net 50, but each is a position of its own.
    market
        .holds(ACCOUNT, "AAA", Product.CNC, 200, "100.00")
        .holds(ACCOUNT, "AAA", Product.MIS, -150, "100.00")
        .equity(ACCOUNT, "100000");
    StressReport report =
        tried(
            new Subject.Book(List.of(ACCOUNT)),
            new StressScenario.MarketCrash(pct("-20"), BigDecimal.ONE));
    assertThat(of(report, Stop.MAX_POSITION_VALUE))
        .containsExactly(
            new Trip(
                Stop.MAX_POSITION_VALUE,
                ACCOUNT,
                new Symbol("AAA"),
                Product.CNC,
                pct("15000.00"),
                pct("16000.00"),
                null,
                null));
    assertThat(report.outcomes().get(0).profit()).isEqualTo(Money.of("-1000"));
  }

  @Test
  void positionsThatSetEachOtherOffAreJudgedToo() {
    market
        .holds(ACCOUNT, "AAA", Product.CNC, 200, "100.00")
        .holds(ACCOUNT, "AAA", Product.MIS, -200, "100.00")
        .equity(ACCOUNT, "100000");
    StressReport report =
        tried(
            new Subject.Book(List.of(ACCOUNT)),
            new StressScenario.MarketCrash(pct("-10"), BigDecimal.ONE));
    assertThat(of(report, Stop.MAX_POSITION_VALUE))
        .extracting(Trip::product)
        .containsExactly(Product.CNC, Product.MIS);
    assertThat(report.outcomes().get(0).profit()).isEqualTo(Money.ZERO);
  }

  @Test
  void aDrawdownIsFromThePeakAndItsGuardTripsWithWhatItIsSetToDo() {
    config.put("tola.guards.drawdown-action", "reduce-only");
    market.holds(ACCOUNT, "AAA", Product.CNC, 100, "100.00").equity(ACCOUNT, "100000");
    // 90,000 paid in, once 20,000 up, now 10,000.
    peaks.put(
        ACCOUNT,
        new Peak(
            ACCOUNT,
            pct("20000"),
            Market.NOW,
            pct("10000"),
            pct("100000"),
            pct("9.09"),
            Market.NOW));
    StressReport report =
        tried(
            new Subject.Book(List.of(ACCOUNT)),
            new StressScenario.MarketCrash(pct("-20"), BigDecimal.ONE),
            new StressScenario.MarketCrash(pct("100"), BigDecimal.ONE));
    // (20,000 - 8,000) by (90,000 + 20,000).
    assertThat(report.outcomes().get(0).drawdownPct()).isEqualByComparingTo("10.9091");
    assertThat(of(report, Stop.DRAWDOWN))
        .containsExactly(
            new Trip(
                Stop.DRAWDOWN,
                ACCOUNT,
                null,
                null,
                pct("10"),
                pct("10.9091"),
                GuardLevel.CRITICAL,
                GuardAction.REDUCE_ONLY));
    assertThat(report.outcomes().get(1).drawdownPct()).isEqualByComparingTo("0");
    assertThat(report.outcomes().get(1).trips())
        .extracting(Trip::stop)
        .doesNotContain(Stop.DRAWDOWN);
  }

  @Test
  void eachAccountOfABookIsJudgedAndTheWholesDrawdownIsOfTheirSums() {
    AccountId other = new AccountId(Ids.next());
    market
        .holds(ACCOUNT, "AAA", Product.CNC, 100, "100.00")
        .equity(ACCOUNT, "20000")
        .account(other)
        .equity(other, "80000");
    StressReport report =
        tried(
            new Subject.Book(List.of(ACCOUNT, other)),
            new StressScenario.MarketCrash(pct("-50"), BigDecimal.ONE));
    assertThat(of(report, Stop.DRAWDOWN)).extracting(Trip::account).containsExactly(ACCOUNT);
    assertThat(of(report, Stop.DRAWDOWN).get(0).value()).isEqualByComparingTo("25");
    assertThat(report.outcomes().get(0).drawdownPct()).isEqualByComparingTo("5");
  }

  @Test
  void theMarketsMoveIsTheMeanOfAllSymbols() {
    // One of two symbols falls by 12 %: 6 %, a warning.
    StressReport report =
        tried(portfolio(), new StressScenario.Sectors(Map.of("Banks", pct("-12"))));
    assertThat(of(report, Stop.MARKET_MOVE))
        .containsExactly(
            new Trip(
                Stop.MARKET_MOVE,
                null,
                null,
                null,
                pct("5"),
                pct("6.0000"),
                GuardLevel.WARNING,
                GuardAction.ALERT));
    assertThat(of(report, Stop.GAP))
        .extracting(Trip::symbol, Trip::level)
        .containsExactly(tuple(new Symbol("BANKB"), GuardLevel.CRITICAL));
  }

  @Test
  void aReplayedDayHasItsOwnGapAndTheMarketsMoveOfThatDay() {
    // The third last day: AAA opens 7 % lower and closes as low as it opened; BANKB falls by a
    // fifth in
    // the day and doesn't gap; a split of that day is no move.
    set("AAA", 597, 100, 100);
    set("AAA", 598, 93, 93);
    set("BANKB", 597, 200, 200);
    set("BANKB", 598, 100, 80);
    LocalDate day = day("AAA", 598);
    market.split("BANKB", day, 1, 2);
    StressReport report = tried(portfolio(), new StressScenario.Replay(day));
    assertThat(of(report, Stop.GAP))
        .extracting(Trip::symbol, Trip::value)
        .containsExactly(tuple(new Symbol("AAA"), pct("7.0000")));
    // (7 + 20) / 2
    assertThat(of(report, Stop.MARKET_MOVE).get(0).value()).isEqualByComparingTo("13.5");
    assertThat(report.outcomes().get(0).profit()).isEqualTo(Money.of("1300"));
  }

  @Test
  void guardsThatAreOffTripNothing() {
    config.put("tola.guards.enabled", "false");
    StressReport report =
        tried(portfolio(), new StressScenario.MarketCrash(pct("-50"), BigDecimal.ONE));
    assertThat(report.outcomes().get(0).trips())
        .extracting(Trip::stop)
        .containsExactly(Stop.MARKET_WIDE_HALT, Stop.PRICE_BAND, Stop.PRICE_BAND);
    assertThat(report.notes()).hasSize(1);
  }

  @Test
  void theMarketsMoveOfADayIsReckonedOnceAndNeverForGuardsThatAreOff() {
    StressScenario[] same = {
      new StressScenario.WorstDays(3),
      new StressScenario.WorstDays(2),
      new StressScenario.Replay(day("AAA", 598)),
      new StressScenario.Replay(day("AAA", 598))
    };
    StressReport report = tried(portfolio(), same);
    assertThat(report.outcomes()).hasSize(7);
    assertThat(market.sessionsAsked)
        .isEqualTo((int) report.outcomes().stream().map(Outcome::session).distinct().count());
    config.put("tola.guards.enabled", "false");
    market.sessionsAsked = 0;
    tried(portfolio(), same);
    assertThat(market.sessionsAsked).isZero();
  }

  @Test
  void whoseTurnDoesNotComeGetsNoStressTest() {
    RiskAnalyst analyst = new RiskAnalyst();
    // Whoever is told to stop doesn't wait for a turn.
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> analyst.stress(portfolio(), List.of()))
          .isInstanceOfSatisfying(
              ProblemException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.UNAVAILABLE));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private static List<Trip> of(StressReport report, Stop stop) {
    return report.outcomes().get(0).trips().stream().filter(trip -> trip.stop() == stop).toList();
  }

  private LocalDate day(String symbol, int index) {
    return market.bars(symbol).get(index).start().atZone(PriceHistory.INDIA).toLocalDate();
  }

  private void set(String symbol, int index, double open, double close) {
    market.bars(symbol).set(index, Market.bar(symbol, day(symbol, index), open, close));
  }

  @Test
  void withoutPositionsNothingHappens() {
    market.equity(ACCOUNT, "4000");
    StressReport report = tried(new Subject.Book(List.of(ACCOUNT)));
    assertThat(report.outcomes()).hasSize(3).allMatch(o -> o.profit().isZero());
    assertThat(report.notes()).hasSize(1);
  }

  @Test
  void whatIsOutOfRangeIsNamed() {
    assertThatThrownBy(
            () ->
                tried(
                    portfolio(),
                    new StressScenario.MarketCrash(pct("-101"), BigDecimal.ZERO),
                    new StressScenario.WorstDays(0)))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("scenarios[0].change_pct")
        .hasMessageContaining("scenarios[0].volume_factor")
        .hasMessageContaining("scenarios[1].count");
  }
}
