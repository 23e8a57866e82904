package io.tola.trading.application;

import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.UserTransaction;
import java.util.function.LongConsumer;

/** Transactions of the container, begun and ended on the calling thread. Thread-safe. */
final class JtaTransactions implements Transactions {

  private static final System.Logger LOG = System.getLogger(JtaTransactions.class.getName());

  private final UserTransaction transaction;
  private final int timeoutSeconds;
  private final LongConsumer commitNanos;

  /**
   * @param timeoutSeconds after which the container gives a transaction up
   * @param commitNanos hears how long each commit took
   */
  JtaTransactions(UserTransaction transaction, int timeoutSeconds, LongConsumer commitNanos) {
    this.transaction = transaction;
    this.timeoutSeconds = timeoutSeconds;
    this.commitNanos = commitNanos;
  }

  @Override
  public void run(Work work) throws Exception {
    transaction.setTransactionTimeout(timeoutSeconds);
    transaction.begin();
    boolean done = false;
    try {
      work.run();
      if (transaction.getStatus() != Status.STATUS_ACTIVE) {
        // A port's container marked it and somebody caught the exception on the way.
        throw new IllegalStateException("the transaction was marked for rollback inside the batch");
      }
      done = true;
    } finally {
      if (!done) {
        rollback();
      }
    }
    long start = System.nanoTime();
    try {
      transaction.commit();
    } catch (Exception e) {
      throw new CommitFault(e);
    }
    commitNanos.accept(System.nanoTime() - start);
  }

  private void rollback() {
    try {
      transaction.rollback();
    } catch (SystemException | RuntimeException e) {
      // The exception on its way out says what went wrong; this one only that the connection is
      // gone.
      LOG.log(System.Logger.Level.DEBUG, "rollback failed", e);
    }
  }
}
