package io.tola.gateway.json;

import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import java.util.List;
import java.util.Locale;

/**
 * A problem document (RFC 9457).
 *
 * @param type where the kind of problem is described: {@code /problems/unknown-symbol}
 * @param title the same for every occurrence
 * @param status the HTTP status, repeated for those who only have the body
 * @param detail this occurrence
 * @param code the number in the contract
 * @param errors what is wrong with which field; empty when it isn't about fields
 * @param traceId the request's id, by which the platform's log finds it
 */
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    int code,
    List<FieldError> errors,
    String traceId) {

  public static final String MEDIA_TYPE = "application/problem+json";
  public static final String TYPE_PREFIX = "/problems/";

  public static Problem of(ProblemException problem, String traceId) {
    return of(problem.code(), problem.getMessage(), problem.errors(), traceId);
  }

  public static Problem of(ProblemCode code, String detail, String traceId) {
    return of(code, detail, List.of(), traceId);
  }

  private static Problem of(
      ProblemCode code, String detail, List<FieldError> errors, String traceId) {
    return new Problem(
        TYPE_PREFIX + slug(code),
        code.title(),
        code.status(),
        detail,
        code.number(),
        errors,
        traceId);
  }

  /** The code's name in a path: {@code unknown-symbol}. */
  public static String slug(ProblemCode code) {
    return code.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
