package io.tola.audit.api;

/** Is told how far a verification is. */
@FunctionalInterface
public interface VerificationProgress {

  /**
   * Called now and then, on the verification's own thread.
   *
   * @param entries read so far
   * @param total to be read, about
   */
  void read(long entries, long total);
}
