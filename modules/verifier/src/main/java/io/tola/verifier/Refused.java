package io.tola.verifier;

/** Something isn't what it says it is; the message says what, for people. */
final class Refused extends Exception {

  private static final long serialVersionUID = 1L;

  Refused(String message) {
    super(message);
  }
}
