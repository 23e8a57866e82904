package io.tola.gateway.json;

import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Everything wrong with one request, collected before it is refused. Used by one thread. */
public final class Errors {

  /** More errors than a person reads are not worth an answer's bytes. */
  private static final int MAX = 50;

  private final ProblemCode code;
  private List<FieldError> found = List.of();
  private boolean onlyUnknown = true;

  private Errors(ProblemCode code) {
    this.code = code;
  }

  /** For a body. */
  public static Errors ofFields() {
    return new Errors(ProblemCode.INVALID_FIELD);
  }

  /** For the query, path and headers. */
  public static Errors ofParameters() {
    return new Errors(ProblemCode.INVALID_PARAMETER);
  }

  public void add(String field, String message) {
    onlyUnknown = false;
    put(field, message);
  }

  void addUnknown(String field) {
    put(field, "is not known here");
  }

  private void put(String field, String message) {
    if (found.isEmpty()) {
      found = new ArrayList<>(4);
    }
    if (found.size() < MAX) {
      found.add(new FieldError(field, message));
    }
  }

  /** Makes a value, taking its refusal as an error of that field; null when refused. */
  public <T> T make(String field, Supplier<T> value) {
    try {
      return value.get();
    } catch (InvalidValueException e) {
      add(field, e.getMessage());
      return null;
    }
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** The refusal that says all of it. */
  public ProblemException problem() {
    ProblemCode what =
        onlyUnknown && code == ProblemCode.INVALID_FIELD ? ProblemCode.UNKNOWN_FIELD : code;
    StringBuilder detail = new StringBuilder();
    for (FieldError error : found) {
      if (detail.length() > 0) {
        detail.append("; ");
      }
      if (detail.length() > 300) {
        detail.append("and more");
        break;
      }
      detail.append(error.field()).append(' ').append(error.message());
    }
    return new ProblemException(what, detail.append('.').toString(), found);
  }

  /**
   * @throws ProblemException when anything was added
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw problem();
    }
  }
}
