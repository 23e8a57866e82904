package io.tola.risk.application.analysis;

import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.risk.api.CovarianceKind;
import io.tola.risk.api.VarMethod;
import io.tola.risk.api.VarTerms;
import io.tola.risk.domain.value.Terms;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Terms as people ask for them: defaults filled in, and everything that is wrong named. */
final class TermsForm {

  static final int SHORTEST_WINDOW = 30;
  static final int LONGEST_WINDOW = 5_000;
  static final int DEFAULT_WINDOW = 250;

  private static final int LONGEST_HORIZON = 250;
  private static final int FEWEST_SCENARIOS = 1_000;
  private static final int MOST_SCENARIOS = 250_000;
  private static final BigDecimal LOWEST_CONFIDENCE = new BigDecimal("0.5");
  private static final BigDecimal HIGHEST_CONFIDENCE = new BigDecimal("0.9999");
  private static final BigDecimal LOWEST_LAMBDA = new BigDecimal("0.5");
  private static final BigDecimal HIGHEST_LAMBDA = new BigDecimal("0.9999");
  private static final BigDecimal LEAST_FREEDOM = new BigDecimal("2.1");
  private static final BigDecimal MOST_FREEDOM = new BigDecimal("100");
  private static final int MAX_DECIMALS = 8;

  private TermsForm() {}

  /**
   * The same terms with the defaults filled in.
   *
   * @param defaultWindow sessions, where none is asked for
   * @throws ProblemException RISK_INPUT naming everything that is wrong
   */
  static VarTerms filled(VarTerms asked, int defaultWindow) {
    List<FieldError> errors = new ArrayList<>();
    VarMethod method = asked.method() == null ? VarMethod.HISTORICAL : asked.method();
    boolean covaries = method.byCovariance();
    if (!covaries) {
      unused(errors, "covariance", asked.covariance(), "parametric, monte_carlo and monte_carlo_t");
    }
    CovarianceKind covariance =
        asked.covariance() == null ? CovarianceKind.SAMPLE : asked.covariance();
    boolean forgets =
        method == VarMethod.AGE_WEIGHTED
            || method == VarMethod.FILTERED_HISTORICAL
            || (covaries && covariance == CovarianceKind.EWMA);
    if (!forgets) {
      unused(
          errors,
          "lambda",
          asked.lambda(),
          "age_weighted, filtered_historical and covariance ewma");
    }
    if (!method.draws()) {
      unused(errors, "scenarios", asked.scenarios(), "monte_carlo and monte_carlo_t");
      unused(errors, "seed", asked.seed(), "monte_carlo and monte_carlo_t");
    }
    if (method != VarMethod.MONTE_CARLO_T) {
      unused(errors, "degrees_of_freedom", asked.degreesOfFreedom(), "monte_carlo_t");
    }
    BigDecimal confidence = or(asked.confidence(), "0.99");
    if (confidence.compareTo(LOWEST_CONFIDENCE) <= 0
        || confidence.compareTo(HIGHEST_CONFIDENCE) > 0
        || confidence.stripTrailingZeros().scale() > MAX_DECIMALS) {
      errors.add(
          new FieldError(
              "confidence",
              "must be above "
                  + LOWEST_CONFIDENCE
                  + " and at most "
                  + HIGHEST_CONFIDENCE
                  + ", with eight decimals at most; 0.99 is 99 %"));
    }
    long horizon = or(asked.horizonDays(), 1);
    range(errors, "horizon_days", horizon, 1, LONGEST_HORIZON);
    long window = or(asked.window(), defaultWindow);
    range(errors, "window", window, SHORTEST_WINDOW, LONGEST_WINDOW);
    BigDecimal lambda = or(asked.lambda(), method == VarMethod.AGE_WEIGHTED ? "0.99" : "0.94");
    range(errors, "lambda", lambda, LOWEST_LAMBDA, HIGHEST_LAMBDA);
    long scenarios = or(asked.scenarios(), 10_000);
    range(errors, "scenarios", scenarios, FEWEST_SCENARIOS, MOST_SCENARIOS);
    BigDecimal freedom = or(asked.degreesOfFreedom(), "5");
    range(errors, "degrees_of_freedom", freedom, LEAST_FREEDOM, MOST_FREEDOM);
    long seed = or(asked.seed(), 1);
    if (seed < 0) {
      errors.add(new FieldError("seed", "must be 0 or more"));
    }
    if (!errors.isEmpty()) {
      throw refused(errors);
    }
    return new VarTerms(
        method,
        covaries ? covariance : null,
        confidence,
        horizon,
        window,
        forgets ? lambda : null,
        method.draws() ? scenarios : null,
        method == VarMethod.MONTE_CARLO_T ? freedom : null,
        method.draws() ? seed : null);
  }

  /** What the domain goes by; of terms that are filled. */
  static Terms terms(VarTerms filled) {
    return new Terms(
        filled.method(),
        filled.covariance(),
        // Exactly, before it becomes a double: 1 - 0.99 in doubles is more than 0.01.
        BigDecimal.ONE.subtract(filled.confidence()).doubleValue(),
        filled.horizonDays().intValue(),
        filled.lambda() == null ? 0 : filled.lambda().doubleValue(),
        filled.scenarios() == null ? 0 : filled.scenarios().intValue(),
        filled.degreesOfFreedom() == null ? 0 : filled.degreesOfFreedom().doubleValue(),
        filled.seed() == null ? 0 : filled.seed());
  }

  static ProblemException refused(List<FieldError> errors) {
    StringBuilder detail = new StringBuilder();
    for (FieldError error : errors) {
      detail
          .append(detail.length() == 0 ? "" : "; ")
          .append(error.field())
          .append(' ')
          .append(error.message());
    }
    return new ProblemException(ProblemCode.RISK_INPUT, detail.append('.').toString(), errors);
  }

  static ProblemException refused(String field, String message) {
    return refused(List.of(new FieldError(field, message)));
  }

  private static void unused(List<FieldError> errors, String field, Object value, String usedBy) {
    if (value != null) {
      errors.add(new FieldError(field, "is used by " + usedBy + " only"));
    }
  }

  static void range(List<FieldError> errors, String field, long value, long min, long max) {
    if (value < min || value > max) {
      errors.add(new FieldError(field, "must be from " + min + " to " + max));
    }
  }

  private static void range(
      List<FieldError> errors, String field, BigDecimal value, BigDecimal min, BigDecimal max) {
    if (value.compareTo(min) < 0
        || value.compareTo(max) > 0
        || value.stripTrailingZeros().scale() > MAX_DECIMALS) {
      errors.add(
          new FieldError(
              field, "must be from " + min + " to " + max + ", with eight decimals at most"));
    }
  }

  private static BigDecimal or(BigDecimal value, String otherwise) {
    return value == null ? new BigDecimal(otherwise) : value;
  }

  private static long or(Long value, long otherwise) {
    return value == null ? otherwise : value;
  }
}
