package io.tola.kernel.problem;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A request that can't be answered, for a reason the client can be told. Thrown by facades,
 * rendered by the doors; carries no stack trace because it is an answer, not a fault.
 */
public class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ProblemCode code;
  private final transient List<FieldError> errors;
  private final Duration retryAfter;

  public ProblemException(ProblemCode code, String detail) {
    this(code, detail, List.of(), null);
  }

  public ProblemException(ProblemCode code, String detail, List<FieldError> errors) {
    this(code, detail, errors, null);
  }

  /**
   * @param retryAfter when trying again makes sense, or null
   */
  public ProblemException(
      ProblemCode code, String detail, List<FieldError> errors, Duration retryAfter) {
    super(detail, null, false, false);
    this.code = code;
    this.errors = List.copyOf(errors);
    this.retryAfter = retryAfter;
  }

  public ProblemCode code() {
    return code;
  }

  public List<FieldError> errors() {
    return errors == null ? List.of() : errors;
  }

  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
