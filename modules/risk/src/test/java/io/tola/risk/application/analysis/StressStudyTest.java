package io.tola.risk.application.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.ProblemException;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.StressReport;
import io.tola.risk.api.StressReport.Kind;
import io.tola.risk.api.StressReport.Outcome;
import io.tola.risk.api.StressReport.Stop;
import io.tola.risk.api.StressScenario;
import io.tola.risk.api.Subject;
import io.tola.risk.domain.value.Blocks;
import io.tola.trading.api.Product;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Shocks by position, and what they would trip. */
class StressStudyTest {

  private static final AccountId ACCOUNT = new AccountId(Ids.next());

  private final Market market =
      new Market().with("AAA", 600, 100).with("BANKB", 600, 250).account(ACCOUNT);

  private StressReport tried(Subject subject, StressScenario... scenarios) {
    PriceHistory history = market.history(Duration.ofMinutes(10));
    Holdings holdings = new Holdings(market.data(), market.portfolios(), history);
    VarStudy values = new VarStudy(holdings, history, market.clock(), Blocks.ALONE);
    return new StressStudy(
            holdings,
            values,
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
        .containsExactly(Stop.MARKET_WIDE_HALT, Stop.PRICE_BAND);
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
    assertThat(crash.drawdownPct()).isEqualByComparingTo("125");
    assertThat(crash.trips()).extracting(StressReport.Trip::stop).contains(Stop.EQUITY_EXHAUSTED);
    Outcome boom = report.outcomes().get(1);
    assertThat(boom.drawdownPct()).isEqualByComparingTo("0");
    assertThat(boom.trips())
        .extracting(StressReport.Trip::stop)
        .containsExactly(Stop.PRICE_BAND, Stop.MAX_POSITION_VALUE);
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
