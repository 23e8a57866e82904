package io.tola.drills;

/** What a drill needs isn't there on this machine; it says so aloud and proves nothing. */
final class NotAtHand extends Exception {

  private static final long serialVersionUID = 1L;

  NotAtHand(String message) {
    super(message);
  }
}
