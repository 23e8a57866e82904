package io.tola.jmeter;

/** What was asked for is not run, for the reason that the message gives to the person who asked. */
public final class Refused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public Refused(String message) {
    super(message);
  }
}
