package io.tola.trading.application;

import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** Transactions of the container, begun and ended on the calling thread. Thread-safe. */
final class ContainerTransactions implements Transactions {

  private final BatchTransaction transaction;
  private final LongConsumer commitNanos;

  /**
   * @param commitNanos hears how long each commit took
   */
  ContainerTransactions(BatchTransaction transaction, LongConsumer commitNanos) {
    this.transaction = transaction;
    this.commitNanos = commitNanos;
  }

  @Override
  public void run(Work work) throws Exception {
    Attempt attempt = new Attempt(work);
    boolean committed;
    try {
      committed = transaction.run(attempt);
    } catch (RuntimeException e) {
      if (attempt.failure == null && attempt.finished) {
        throw new CommitFault(e);
      }
      throw attempt.failure == null ? e : attempt.failure;
    }
    if (attempt.failure != null) {
      throw attempt.failure;
    }
    if (!committed) {
      // A port's container marked it, and somebody caught the exception on the way.
      throw new IllegalStateException("the transaction was marked for rollback inside the batch");
    }
    commitNanos.accept(System.nanoTime() - attempt.finishedNanos);
  }

  /** Carries what the work threw past the session bean, which would wrap and log it. */
  private static final class Attempt implements BooleanSupplier {
    private final Work work;
    private Exception failure;
    private boolean finished;
    private long finishedNanos;

    Attempt(Work work) {
      this.work = work;
    }

    @Override
    public boolean getAsBoolean() {
      try {
        work.run();
        finished = true;
      } catch (Exception e) {
        failure = e;
      }
      finishedNanos = System.nanoTime();
      return finished;
    }
  }
}
