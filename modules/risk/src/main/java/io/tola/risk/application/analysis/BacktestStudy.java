package io.tola.risk.application.analysis;

import io.tola.kernel.AccountId;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.portfolio.api.Portfolios;
import io.tola.risk.api.History;
import io.tola.risk.api.Subject;
import io.tola.risk.api.VarBacktest;
import io.tola.risk.api.VarBacktest.CoverageTest;
import io.tola.risk.api.VarBacktest.Day;
import io.tola.risk.api.VarBacktest.Light;
import io.tola.risk.api.VarBacktest.TestName;
import io.tola.risk.api.VarBacktest.Zone;
import io.tola.risk.api.VarTerms;
import io.tola.risk.application.analysis.Holdings.Held;
import io.tola.risk.domain.backtest.CoverageTests;
import io.tola.risk.domain.backtest.CoverageTests.Outcome;
import io.tola.risk.domain.backtest.Exceedances;
import io.tola.risk.domain.backtest.RollingForecasts;
import io.tola.risk.domain.backtest.TrafficLight;
import io.tola.risk.domain.value.Blocks;
import io.tola.risk.domain.value.ReturnTable;
import io.tola.risk.domain.value.Terms;
import io.tola.risk.store.ForecastStore;
import io.tola.risk.store.ForecastStore.Judged;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Backtests values at risk on the stored past. Thread-safe. */
final class BacktestStudy {

  static final int FEWEST_DAYS = 30;
  static final int MOST_DAYS = 1_000;

  private static final int DEFAULT_DAYS = 250;
  private static final double LEVEL = 0.05;
  private static final int DECIMALS = 6;

  private final Holdings holdings;
  private final VarStudy values;
  private final Clock clock;
  private final Blocks blocks;

  BacktestStudy(Holdings holdings, VarStudy values, Clock clock, Blocks blocks) {
    this.holdings = holdings;
    this.values = values;
    this.clock = clock;
    this.blocks = blocks;
  }

  VarBacktest report(Subject subject, VarTerms asked, Long askedDays) {
    VarTerms filled = TermsForm.filled(asked, TermsForm.DEFAULT_WINDOW);
    List<FieldError> errors = new ArrayList<>();
    if (filled.horizonDays() != 1) {
      errors.add(
          new FieldError("horizon_days", "must be 1: forecasts are held against single days"));
    }
    long days = askedDays == null ? DEFAULT_DAYS : askedDays;
    TermsForm.range(errors, "days", days, FEWEST_DAYS, MOST_DAYS);
    if (!errors.isEmpty()) {
      throw TermsForm.refused(errors);
    }
    int wanted = (int) (filled.window() + days);
    List<Held> held = holdings.of(subject, wanted + 1);
    if (held.isEmpty()) {
      throw TermsForm.refused("positions", "are none, so there is nothing to backtest");
    }
    ReturnTable table = values.table(held, wanted);
    VarStudy.requireEnough(held, table);
    int there = table.returns().sessions();
    int window = filled.window().intValue();
    if (there < wanted) {
      // What wasn't asked for gives way: first the days, then the window.
      if (askedDays == null) {
        days = asked.window() == null ? there - Math.min(window, there / 2) : there - window;
      }
      if (asked.window() == null) {
        window = (int) Math.min(window, there - days);
      }
    }
    if (window < TermsForm.SHORTEST_WINDOW || days < FEWEST_DAYS || there < window + days) {
      throw TermsForm.refused(
          "window",
          "and days together need more sessions in which all symbols traded than the "
              + there
              + " there are");
    }
    VarTerms used =
        new VarTerms(
            filled.method(),
            filled.covariance(),
            filled.confidence(),
            filled.horizonDays(),
            (long) window,
            filled.lambda(),
            filled.scenarios(),
            filled.degreesOfFreedom(),
            filled.seed());
    Terms terms = TermsForm.terms(used);
    WorkBudget.require(terms, held.size(), window, days);
    RollingForecasts forecasts =
        RollingForecasts.of(
            VarStudy.values(held), table.returns(), terms, window, (int) days, blocks);
    List<AccountId> accounts = subject instanceof Subject.Book book ? book.accounts() : List.of();
    boolean[] exceeded = forecasts.exceeded();
    Exceedances counted = Exceedances.of(exceeded);
    List<String> notes = new ArrayList<>(VarStudy.unrecorded(held, table));
    if (there < wanted) {
      notes.add(
          "There are "
              + there
              + " sessions: each forecast goes by "
              + window
              + " of them, and "
              + days
              + " days are foretold.");
    }
    return new VarBacktest(
        clock.instant(),
        accounts,
        used,
        counted.count(),
        Rounded.decimal(days * terms.tail(), DECIMALS),
        shortfallRatio(forecasts, exceeded),
        tests(counted, terms.tail()),
        light(counted, terms.tail()),
        days(forecasts, exceeded, table.sessions()),
        VarStudy.said(held, table),
        notes);
  }

  /** What the daily job foretold and what came. */
  VarBacktest recorded(
      AccountId account, Long askedDays, ForecastStore forecasts, Portfolios portfolios) {
    List<FieldError> errors = new ArrayList<>();
    long days = askedDays == null ? DEFAULT_DAYS : askedDays;
    TermsForm.range(errors, "days", days, 1, MOST_DAYS);
    if (!errors.isEmpty()) {
      throw TermsForm.refused(errors);
    }
    if (portfolios.account(account).isEmpty()) {
      throw new ProblemException(ProblemCode.ACCOUNT_NOT_FOUND, "There is no such account.");
    }
    List<Judged> all = forecasts.judged(account, (int) days);
    if (all.isEmpty()) {
      throw TermsForm.refused(
          "basis",
          "has nothing recorded yet: a forecast is made when a day is over, and judged by the next session");
    }
    // Forecasts of another confidence can't be counted together.
    Judged last = all.get(all.size() - 1);
    List<Judged> judged =
        all.stream().filter(j -> j.confidence().compareTo(last.confidence()) == 0).toList();
    double tail = BigDecimal.ONE.subtract(last.confidence()).doubleValue();
    boolean[] exceeded = new boolean[judged.size()];
    double[] profits = new double[judged.size()];
    double[] vars = new double[judged.size()];
    double[] shortfalls = new double[judged.size()];
    List<Day> list = new ArrayList<>();
    for (int d = 0; d < exceeded.length; d++) {
      Judged one = judged.get(d);
      exceeded[d] = one.exceeded();
      profits[d] = one.profit().value().doubleValue();
      vars[d] = one.var().value().doubleValue();
      shortfalls[d] = one.es().value().doubleValue();
      list.add(new Day(one.session(), one.profit(), one.var(), one.es(), one.exceeded()));
    }
    Exceedances counted = Exceedances.of(exceeded);
    List<String> notes = new ArrayList<>();
    if (judged.size() < all.size()) {
      notes.add((all.size() - judged.size()) + " forecasts of another confidence are not counted.");
    }
    if (judged.stream().map(Judged::method).distinct().count() > 1) {
      notes.add("Not all forecasts were made by the method of the last.");
    }
    return new VarBacktest(
        clock.instant(),
        List.of(account),
        new VarTerms(
            last.method(),
            null,
            last.confidence().stripTrailingZeros(),
            1L,
            (long) last.sessions(),
            null,
            null,
            null,
            null),
        counted.count(),
        Rounded.decimal(exceeded.length * tail, DECIMALS),
        shortfallRatio(new RollingForecasts(profits, vars, shortfalls), exceeded),
        tests(counted, tail),
        light(counted, tail),
        list,
        History.NONE,
        notes);
  }

  static List<CoverageTest> tests(Exceedances e, double tail) {
    return List.of(
        test(
            TestName.PROPORTION_OF_FAILURES,
            CoverageTests.proportionOfFailures(e.days(), e.count(), tail)),
        test(
            TestName.TIME_UNTIL_FIRST_FAILURE,
            CoverageTests.timeUntilFirstFailure(e.first(), e.days(), tail)),
        test(TestName.INDEPENDENCE, CoverageTests.independence(e)),
        test(TestName.CONDITIONAL_COVERAGE, CoverageTests.conditionalCoverage(e, tail)),
        test(TestName.BINOMIAL, CoverageTests.binomial(e.days(), e.count(), tail)));
  }

  private static CoverageTest test(TestName name, Outcome outcome) {
    return new CoverageTest(
        name,
        Rounded.decimal(outcome.statistic(), DECIMALS),
        Rounded.decimal(outcome.pValue(), DECIMALS),
        outcome.pValue() >= LEVEL);
  }

  static Light light(Exceedances e, double tail) {
    TrafficLight light = TrafficLight.of(e.days(), e.count(), tail);
    return new Light(
        Zone.valueOf(light.zone().name()),
        Rounded.decimal(light.probability(), DECIMALS),
        light.increase() == null ? null : Rounded.decimal(light.increase(), 2));
  }

  private static BigDecimal shortfallRatio(RollingForecasts forecasts, boolean[] exceeded) {
    double losses = 0;
    double foretold = 0;
    for (int d = 0; d < exceeded.length; d++) {
      if (exceeded[d]) {
        losses -= forecasts.profits()[d];
        foretold += forecasts.shortfalls()[d];
      }
    }
    return foretold > 0 ? Rounded.decimal(losses / foretold, DECIMALS) : null;
  }

  private static List<Day> days(RollingForecasts forecasts, boolean[] exceeded, int[] sessions) {
    List<Day> days = new ArrayList<>(exceeded.length);
    for (int d = 0; d < exceeded.length; d++) {
      days.add(
          new Day(
              LocalDate.ofEpochDay(sessions[sessions.length - exceeded.length + d]),
              Rounded.rupees(forecasts.profits()[d]),
              Rounded.rupees(forecasts.vars()[d]),
              Rounded.rupees(forecasts.shortfalls()[d]),
              exceeded[d]));
    }
    return days;
  }
}
