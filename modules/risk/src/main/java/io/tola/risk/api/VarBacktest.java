package io.tola.risk.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * How often a value at risk was exceeded, and whether that is more or other than chance.
 *
 * @param terms as they were used
 * @param expected exceedances if VaR were right: days times the tail
 * @param expectedShortfallRatio average loss of the days that exceeded, by the average ES forecast for
 *     them; about 1 when ES is right; null when none exceeded
 * @param tests each with its p-value
 * @param days oldest first
 */
public record VarBacktest(
    Instant asOf,
    List<AccountId> accounts,
    VarTerms terms,
    int exceedances,
    BigDecimal expected,
    BigDecimal expectedShortfallRatio,
    List<CoverageTest> tests,
    Light light,
    List<Day> days,
    History history,
    List<String> notes) {

  public VarBacktest {
    accounts = List.copyOf(accounts);
    tests = List.copyOf(tests);
    days = List.copyOf(days);
    notes = List.copyOf(notes);
  }

  /** Which hypothesis is tested. */
  public enum TestName {
    /** Kupiec: exceedances happen with the tail's probability. */
    PROPORTION_OF_FAILURES,
    /** Kupiec: the first exceedance comes when it should. */
    TIME_UNTIL_FIRST_FAILURE,
    /** Christoffersen: an exceedance says nothing about the next day. */
    INDEPENDENCE,
    /** Christoffersen: both the number and the independence. */
    CONDITIONAL_COVERAGE,
    /** The number again, by the normal approximation. */
    BINOMIAL
  }

  /**
   * One test.
   *
   * @param statistic likelihood ratio, or z of the binomial; six decimals
   * @param pValue 0 to 1; six decimals
   * @param passed whether the p-value is at least 0.05
   */
  public record CoverageTest(
      TestName name, BigDecimal statistic, BigDecimal pValue, boolean passed) {}

  /** Basel's zones. */
  public enum Zone {
    GREEN,
    YELLOW,
    RED
  }

  /**
   * Basel's traffic light.
   *
   * @param probability of so many exceedances or fewer if VaR were right
   * @param increase to the multiplier of 3; null other than for 250 days at 99 %
   */
  public record Light(Zone zone, BigDecimal probability, BigDecimal increase) {}

  /** One day: what was foretold and what came. */
  public record Day(LocalDate session, Money profit, Money var, Money es, boolean exceeded) {}
}
