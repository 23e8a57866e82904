package io.tola.kernel.problem;

/** A value outside its type's range: the caller's mistake, named by field. */
public class InvalidValueException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String field;

  public InvalidValueException(String field, String message) {
    super(message);
    this.field = field;
  }

  /** The field as the contract spells it. */
  public String field() {
    return field;
  }
}
