package io.tola.standalone;

/**
 * The platform can't start, for a reason that the person at the keyboard can do something about. The message says what and how; it is
 * shown as it is, without a stack trace.
 */
public final class StartRefused extends Exception {

  private static final long serialVersionUID = 1L;

  public StartRefused(String message) {
    super(message);
  }

  public StartRefused(String message, Throwable cause) {
    super(message, cause);
  }
}
