package io.tola.risk.domain.value;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;

/**
 * Does numbered pieces of work on the caller's thread and as many others as there are. Which thread
 * does which piece is left to chance, so a piece must write to a place of its own only.
 */
public final class Blocks {

  /** The caller's thread alone. */
  public static final Blocks ALONE = new Blocks(null, 0);

  private final Executor others;
  private final int count;

  private Blocks(Executor others, int count) {
    this.others = others;
    this.count = count;
  }

  /**
   * @param others may refuse work, or never get to it: the caller does it then
   * @param count how many of them to ask for help
   */
  public static Blocks with(Executor others, int count) {
    return new Blocks(others, count);
  }

  /**
   * Returns when all pieces are done.
   *
   * @throws RuntimeException the first that a piece threw
   */
  void run(int pieces, IntConsumer piece) {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CountDownLatch left = new CountDownLatch(pieces);
    Runnable worker =
        () -> {
          for (int i = next.getAndIncrement(); i < pieces; i = next.getAndIncrement()) {
            try {
              if (failure.get() == null) {
                piece.accept(i);
              }
            } catch (RuntimeException | Error e) {
              failure.compareAndSet(null, e);
            } finally {
              left.countDown();
            }
          }
        };
    for (int i = 0; i < Math.min(count, pieces - 1); i++) {
      try {
        others.execute(worker);
      } catch (RejectedExecutionException e) {
        break;
      }
    }
    worker.run();
    await(left);
    if (failure.get() instanceof Error error) {
      throw error;
    }
    if (failure.get() instanceof RuntimeException exception) {
      throw exception;
    }
  }

  /** Each piece that is left is being worked on by a thread, so this ends. */
  private static void await(CountDownLatch left) {
    boolean interrupted = false;
    while (true) {
      try {
        left.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
