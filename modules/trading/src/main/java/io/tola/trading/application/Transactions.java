package io.tola.trading.application;

/** Runs work in one transaction of the database. */
interface Transactions {

  /**
   * Runs the work and commits. Returns only after the commit is durable; on any exception the work
   * was rolled back, except for {@link CommitFault}.
   *
   * @throws CommitFault when the commit was asked for and its answer is not known
   * @throws Exception what the work threw
   */
  void run(Work work) throws Exception;

  /** What to do inside. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /**
   * The commit was sent and its answer is lost: the work may be durable or not. Doing it again is
   * right, because everything in it is found again by its ids.
   */
  final class CommitFault extends Exception {

    private static final long serialVersionUID = 1L;

    CommitFault(Throwable cause) {
      super("the commit was not confirmed: " + cause.getMessage(), cause);
    }
  }
}
