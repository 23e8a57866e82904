package io.tola.risk.application.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Bar;
import io.tola.risk.api.CovarianceKind;
import io.tola.risk.api.History.Treatment;
import io.tola.risk.api.Subject;
import io.tola.risk.api.VarBacktest;
import io.tola.risk.api.VarMethod;
import io.tola.risk.api.VarReport;
import io.tola.risk.api.VarTerms;
import io.tola.risk.domain.value.Blocks;
import io.tola.trading.api.Product;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is asked, what is refused, and what the answer says of its own weaknesses. */
class VarStudyTest {

  private static final AccountId ACCOUNT = new AccountId(Ids.next());
  private static final AccountId OTHER = new AccountId(Ids.next());

  private final Market market =
      new Market()
          .with("AAA", 600, 100)
          .with("BANKB", 600, 250)
          .with("CCC", 600, 2_000)
          .with("FEW", 20, 50)
          .with("NONE", 0, 50)
          .with("ONE", 1, 50)
          .account(ACCOUNT)
          .account(OTHER);

  private VarStudy study() {
    PriceHistory history = market.history(Duration.ofMinutes(10));
    return new VarStudy(
        new Holdings(market.data(), market.portfolios(), history),
        history,
        market.clock(),
        Blocks.ALONE);
  }

  private VarBacktest backtest(Subject subject, VarTerms terms, Long days) {
    PriceHistory history = market.history(Duration.ofMinutes(10));
    Holdings holdings = new Holdings(market.data(), market.portfolios(), history);
    return new BacktestStudy(
            holdings,
            new VarStudy(holdings, history, market.clock(), Blocks.ALONE),
            market.clock(),
            Blocks.ALONE)
        .report(subject, terms, days);
  }

  private static Subject.Hypothetical of(Object... symbolsAndQuantities) {
    List<Subject.Holding> holdings = new ArrayList<>();
    for (int i = 0; i < symbolsAndQuantities.length; i += 2) {
      holdings.add(
          new Subject.Holding(
              new Symbol((String) symbolsAndQuantities[i]),
              ((Integer) symbolsAndQuantities[i + 1]).longValue(),
              null));
    }
    return new Subject.Hypothetical(holdings);
  }

  private static VarTerms method(VarMethod method) {
    return new VarTerms(method, null, null, null, null, null, null, null, null);
  }

  private static VarTerms window(long window) {
    return new VarTerms(null, null, null, null, window, null, null, null, null);
  }

  private ProblemException refusal(Subject subject, VarTerms terms) {
    try {
      study().report(subject, terms);
    } catch (ProblemException e) {
      return e;
    }
    throw new AssertionError("was not refused");
  }

  @ParameterizedTest
  @EnumSource
  void everyMethodAnswersWithItsParts(VarMethod method) {
    VarReport report = study().report(of("AAA", 1_000, "BANKB", -200, "CCC", 10), method(method));
    assertThat(report.var().value()).isPositive();
    assertThat(report.es()).isGreaterThanOrEqualTo(report.var());
    assertThat(report.positions())
        .extracting(p -> p.symbol().value())
        .containsExactly("AAA", "BANKB", "CCC");
    assertThat(report.positions()).allMatch(p -> p.priceSource() == VarReport.PriceSource.CLOSE);
    double components =
        report.positions().stream().mapToDouble(p -> p.componentVar().value().doubleValue()).sum();
    assertThat(components).isCloseTo(report.var().value().doubleValue(), within(0.02));
    assertThat(report.history().observations()).isEqualTo(250);
    assertThat(report.history().lastSession()).isEqualTo(LocalDate.parse("2026-11-19"));
    assertThat(report.varStandardError() != null).isEqualTo(method.draws());
    assertThat(report.terms().seed() != null).isEqualTo(method.draws());
    assertThat(report.covarianceRank() != null).isEqualTo(method.byCovariance());
    assertThat(report.notes()).isEmpty();
  }

  @Test
  void anAccountWithoutPositionsLosesNothing() {
    VarReport report = study().report(new Subject.Book(List.of(ACCOUNT)), VarTerms.DEFAULTS);
    assertThat(report.var()).isEqualTo(Money.ZERO);
    assertThat(report.es()).isEqualTo(Money.ZERO);
    assertThat(report.varPct()).isNull();
    assertThat(report.notes()).hasSize(1);
  }

  @Test
  void aBookSetsOffLongAndShortAcrossAccountsAndProducts() {
    market
        .holds(ACCOUNT, "AAA", Product.CNC, 300, "120.00")
        .holds(ACCOUNT, "AAA", Product.MIS, -100, "120.00")
        .holds(OTHER, "AAA", Product.CNC, -150, "120.00")
        .holds(OTHER, "CCC", Product.CNC, 5, null);
    VarReport report = study().report(new Subject.Book(List.of(ACCOUNT, OTHER)), VarTerms.DEFAULTS);
    assertThat(report.accounts()).containsExactly(ACCOUNT, OTHER);
    assertThat(report.positions().get(0).quantity()).isEqualTo(50);
    assertThat(report.positions().get(0).value()).isEqualTo(Money.of("6000"));
    assertThat(report.positions().get(0).priceSource()).isEqualTo(VarReport.PriceSource.QUOTE);
    assertThat(report.positions().get(1).priceSource()).isEqualTo(VarReport.PriceSource.CLOSE);
    assertThat(report.grossValue()).isEqualTo(report.netValue());
  }

  @Test
  void aSymbolOfWhichNothingIsLeftNeedsNoPrices() {
    market
        .holds(ACCOUNT, "NONE", Product.CNC, 300, "120.00")
        .holds(OTHER, "NONE", Product.MIS, -300, "120.00")
        .holds(OTHER, "CCC", Product.CNC, 5, null);
    VarReport report = study().report(new Subject.Book(List.of(ACCOUNT, OTHER)), VarTerms.DEFAULTS);
    assertThat(report.positions()).extracting(p -> p.symbol().value()).containsExactly("CCC");
  }

  @Test
  void anUnknownAccountIsNotFound() {
    assertThat(
            refusal(new Subject.Book(List.of(new AccountId(Ids.next()))), VarTerms.DEFAULTS).code())
        .isEqualTo(ProblemCode.ACCOUNT_NOT_FOUND);
  }

  @ParameterizedTest
  @CsvSource({
    "0, , , , , confidence",
    "1, , , , , confidence",
    "0.5, , , , , confidence",
    "0.99999, , , , , confidence",
    ", 10000, , , , horizon_days",
    ", 0, , , , horizon_days",
    ", , 1, , , window",
    ", , 5001, , , window",
    ", , , 1, , lambda",
    ", , , , 999, scenarios",
  })
  void whatIsOutOfRangeIsNamed(
      BigDecimal confidence,
      Long horizon,
      Long window,
      BigDecimal lambda,
      Long scenarios,
      String field) {
    VarMethod method =
        lambda != null ? VarMethod.AGE_WEIGHTED : scenarios != null ? VarMethod.MONTE_CARLO : null;
    ProblemException refusal =
        refusal(
            of("AAA", 1),
            new VarTerms(method, null, confidence, horizon, window, lambda, scenarios, null, null));
    assertThat(refusal.code()).isEqualTo(ProblemCode.RISK_INPUT);
    assertThat(refusal.code().status()).isEqualTo(422);
    assertThat(refusal.errors()).extracting(e -> e.field()).containsExactly(field);
  }

  @Test
  void aSettingThatTheMethodDoesNotUseIsRefused() {
    ProblemException refusal =
        refusal(
            of("AAA", 1),
            new VarTerms(
                VarMethod.HISTORICAL,
                CovarianceKind.EWMA,
                null,
                null,
                null,
                new BigDecimal("0.9"),
                10_000L,
                new BigDecimal("4"),
                7L));
    assertThat(refusal.errors())
        .extracting(e -> e.field())
        .containsExactly("covariance", "lambda", "scenarios", "seed", "degrees_of_freedom");
  }

  @Test
  void symbolsWithoutEnoughBarsAreNamedByTheirPlace() {
    assertThat(refusal(of("AAA", 1, "NONE", 5, "ONE", 1), VarTerms.DEFAULTS).errors())
        .extracting(e -> e.field())
        .containsExactly("positions[1].symbol", "positions[2].symbol");
    ProblemException few = refusal(of("AAA", 1, "FEW", 5), VarTerms.DEFAULTS);
    assertThat(few.errors()).extracting(e -> e.field()).containsExactly("positions[1].symbol");
    assertThat(few.getMessage()).contains("20 daily bars");
  }

  @Test
  void anUnknownSymbolIsNamedByItsPlace() {
    ProblemException refusal = refusal(of("AAA", 1, "XXX", 5), VarTerms.DEFAULTS);
    assertThat(refusal.code()).isEqualTo(ProblemCode.UNKNOWN_SYMBOL);
    assertThat(refusal.errors()).extracting(e -> e.field()).containsExactly("positions[1].symbol");
    assertThat(refusal(of("AAA", 1, "AAA", 5), VarTerms.DEFAULTS).errors())
        .extracting(e -> e.field())
        .containsExactly("positions[1].symbol");
  }

  @Test
  void aSingularCovarianceIsMeasuredAndSaid() {
    List<Bar> twin = new ArrayList<>();
    for (Bar bar : market.bars("AAA")) {
      twin.add(
          new Bar(
              new Symbol("TWIN"),
              bar.interval(),
              bar.start(),
              bar.open(),
              bar.high(),
              bar.low(),
              bar.close(),
              1));
    }
    market.with("TWIN", 0, 1).bars("TWIN").addAll(twin);
    VarReport report = study().report(of("AAA", 100, "TWIN", 100), method(VarMethod.MONTE_CARLO));
    assertThat(report.covarianceRank()).isEqualTo(1);
    assertThat(report.notes()).anyMatch(note -> note.contains("singular"));
    VarReport alone = study().report(of("AAA", 200), method(VarMethod.PARAMETRIC));
    assertThat(report.var().value().doubleValue())
        .isCloseTo(
            alone.var().value().doubleValue(),
            within(4 * report.varStandardError().value().doubleValue()));
  }

  @Test
  void missingSessionsAndJumpsAreReported() {
    List<Bar> bars = market.bars("BANKB");
    LocalDate gone = bars.get(bars.size() - 10).start().atZone(PriceHistory.INDIA).toLocalDate();
    bars.remove(bars.size() - 10);
    // One into two: everything before the last five bars was at twice the price.
    for (int i = 0; i < bars.size() - 5; i++) {
      Bar bar = bars.get(i);
      bars.set(
          i,
          Market.bar(
              "BANKB",
              bar.start().atZone(PriceHistory.INDIA).toLocalDate(),
              2 * bar.open().value().doubleValue(),
              2 * bar.close().value().doubleValue()));
    }
    VarReport unrecorded = study().report(of("AAA", 100, "BANKB", 100), VarTerms.DEFAULTS);
    assertThat(unrecorded.history().jumps().get(0).treatment()).isEqualTo(Treatment.KEPT);
    assertThat(unrecorded.history().jumps().get(0).ratio()).isNull();
    assertThat(unrecorded.notes().get(0))
        .contains("BANKB on " + unrecorded.history().jumps().get(0).session())
        .contains("record the corporate action");
    assertThat(unrecorded.es().value().doubleValue())
        .isGreaterThan(1.5 * unrecorded.var().value().doubleValue());

    market.split("BANKB", unrecorded.history().jumps().get(0).session(), 1, 2);
    VarReport report = study().report(of("AAA", 100, "BANKB", 100), VarTerms.DEFAULTS);
    assertThat(report.history().observations()).isEqualTo(248);
    assertThat(report.history().sessionsLeftOut()).isEqualTo(2);
    assertThat(report.history().missing()).hasSize(1);
    assertThat(report.history().missing().get(0).first()).isEqualTo(gone);
    assertThat(report.history().jumps()).hasSize(1);
    assertThat(report.history().jumps().get(0).treatment()).isEqualTo(Treatment.RECORDED);
    assertThat(report.history().jumps().get(0).ratio()).isEqualByComparingTo("2");
    assertThat(report.varPct().doubleValue()).isLessThan(8);
    assertThat(report.notes()).hasSize(1);
  }

  @Test
  void anActionCountsFromTheMomentItIsRecordedThoughBarsAreKept() {
    PriceHistory history = market.history(Duration.ofMinutes(10));
    double before = history.of(List.of(new Symbol("AAA")), 100).get(0).closes()[0];
    market.split("AAA", LocalDate.parse("2026-11-20"), 1, 5);
    int reads = market.reads;
    int asked = market.asked;
    var series = history.of(List.of(new Symbol("AAA"), new Symbol("BANKB")), 100);
    assertThat(market.asked).as("one question for all symbols").isEqualTo(asked + 1);
    assertThat(market.reads).as("AAA's bars were kept").isEqualTo(reads + 1);
    assertThat(series.get(0).closes()[0]).isCloseTo(before / 5, within(1e-9));
  }

  @Test
  void onTheExDateTheStoredCloseIsWorthWhatItIsWorthNow() {
    market.split("AAA", LocalDate.parse("2026-11-20"), 1, 2);
    VarReport report = study().report(of("AAA", 200), VarTerms.DEFAULTS);
    double close = market.bars("AAA").get(599).close().value().doubleValue();
    assertThat(report.positions().get(0).priceSource()).isEqualTo(VarReport.PriceSource.CLOSE);
    assertThat(report.grossValue().value().doubleValue()).isCloseTo(100 * close, within(1e-6));
    assertThat(report.history().jumps()).isEmpty();
  }

  @Test
  void aBacktestThatWouldTakeMinutesIsRefusedWithWhatIsPossible() {
    Object[] positions = new Object[120];
    for (int i = 0; i < 60; i++) {
      market.with("S" + i, 600, 100);
      positions[2 * i] = "S" + i;
      positions[2 * i + 1] = 10;
    }
    VarTerms heavy =
        new VarTerms(VarMethod.MONTE_CARLO, null, null, null, 100L, null, 250_000L, null, null);
    assertThatThrownBy(() -> backtest(of(positions), heavy, 400L))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("days must be at most 71 with 60 positions")
        .hasMessageContaining("250000 scenarios");
    // What was possible is possible.
    assertThatCode(
            () -> WorkBudget.require(TermsForm.terms(TermsForm.filled(heavy, 250)), 60, 100, 71))
        .doesNotThrowAnyException();
    assertThatThrownBy(
            () -> WorkBudget.require(TermsForm.terms(TermsForm.filled(heavy, 250)), 200, 100, 400))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("scenarios is too much work");
  }

  @Test
  void theUsualBacktestIsWithinTheBudget() {
    for (VarMethod method : VarMethod.values()) {
      VarTerms terms =
          TermsForm.filled(
              new VarTerms(method, null, null, null, null, null, null, null, null), 250);
      assertThatCode(() -> WorkBudget.require(TermsForm.terms(terms), 50, 250, 1_000))
          .as(method.code())
          .doesNotThrowAnyException();
    }
  }

  @Test
  void givenPricesAreUsed() {
    VarReport report =
        study()
            .report(
                new Subject.Hypothetical(
                    List.of(new Subject.Holding(new Symbol("AAA"), 10, Price.of("500")))),
                VarTerms.DEFAULTS);
    assertThat(report.grossValue()).isEqualTo(Money.of("5000"));
    assertThat(report.positions().get(0).priceSource()).isEqualTo(VarReport.PriceSource.GIVEN);
  }

  @Test
  void barsAreReadOnceForManyQuestions() {
    VarStudy study = study();
    study.report(of("AAA", 1, "CCC", 1), VarTerms.DEFAULTS);
    int read = market.reads;
    study.report(of("AAA", 5, "CCC", 1), method(VarMethod.PARAMETRIC));
    study.report(of("AAA", 5, "CCC", 1), window(100));
    assertThat(market.reads).isEqualTo(read);
    study.report(of("AAA", 5, "CCC", 1), window(500));
    assertThat(market.reads).isGreaterThan(read);
  }

  @Test
  void aPortfolioThatNeverMovesHasNoRisk() {
    market.with("FLAT", 600, 100);
    market
        .bars("FLAT")
        .replaceAll(
            bar ->
                Market.bar("FLAT", bar.start().atZone(PriceHistory.INDIA).toLocalDate(), 100, 100));
    for (VarMethod method : VarMethod.values()) {
      VarReport report = study().report(of("FLAT", 10), method(method));
      assertThat(report.var().isZero()).isTrue();
      assertThat(report.positions().get(0).componentVar().isZero()).isTrue();
    }
  }

  // Backtests

  @ParameterizedTest
  @EnumSource
  void everyMethodIsBacktested(VarMethod method) {
    VarBacktest report =
        backtest(
            of("AAA", 100, "CCC", -3),
            new VarTerms(
                method,
                null,
                new BigDecimal("0.95"),
                null,
                100L,
                null,
                method.draws() ? 2_000L : null,
                null,
                null),
            200L);
    assertThat(report.days()).hasSize(200);
    assertThat(report.days().get(199).session()).isEqualTo(LocalDate.parse("2026-11-19"));
    assertThat(report.expected()).isEqualByComparingTo("10");
    // Returns are independent and normal, so every method is about right.
    assertThat(report.exceedances()).isBetween(2, 22);
    assertThat(report.tests()).hasSize(5);
    assertThat(report.days()).filteredOn(VarBacktest.Day::exceeded).hasSize(report.exceedances());
    assertThat(report.days())
        .allMatch(d -> d.exceeded() == (d.profit().negated().compareTo(d.var()) > 0));
  }

  @Test
  void aForecastGoesByNoLaterSession() {
    VarBacktest report = backtest(of("AAA", 100), window(100), 50L);
    VarBacktest.Day day = report.days().get(20);
    List<Bar> bars = market.bars("AAA");
    bars.removeIf(
        bar -> !bar.start().atZone(PriceHistory.INDIA).toLocalDate().isBefore(day.session()));
    for (String symbol : List.of("BANKB", "CCC", "FEW", "ONE")) {
      market.bars(symbol).clear();
    }
    VarReport before =
        study()
            .report(
                new Subject.Hypothetical(
                    List.of(
                        new Subject.Holding(
                            new Symbol("AAA"),
                            100,
                            // The backtest holds today's rupees all along.
                            lastOf(report)))),
                window(100));
    assertThat(before.var()).isEqualTo(day.var());
    assertThat(before.es()).isEqualTo(day.es());
  }

  private Price lastOf(VarBacktest report) {
    List<Bar> all = new Market().with("AAA", 600, 100).bars("AAA");
    assertThat(report.days()).isNotEmpty();
    return all.get(all.size() - 1).close();
  }

  @Test
  void aShortPastIsSharedBetweenWindowAndDays() {
    market.with("YEAR", 250, 100);
    VarBacktest report = backtest(of("YEAR", 10), VarTerms.DEFAULTS, null);
    assertThat(report.terms().window()).isEqualTo(124);
    assertThat(report.days()).hasSize(125);
    assertThat(report.notes()).hasSize(1);
    assertThat(report.light().increase()).isNull();
    assertThatThrownBy(() -> backtest(of("YEAR", 10), window(240), 100L))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("window");
  }

  @Test
  void aBacktestOfNothingOrOverManyDaysIsRefused() {
    assertThatThrownBy(() -> backtest(new Subject.Book(List.of(ACCOUNT)), VarTerms.DEFAULTS, null))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("positions");
    assertThatThrownBy(
            () ->
                backtest(
                    of("AAA", 1),
                    new VarTerms(null, null, null, 10L, null, null, null, null, null),
                    2_000L))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("horizon_days")
        .hasMessageContaining("days must be");
  }
}
