package io.tola.portfolio.application;

import io.tola.portfolio.store.StoreException;
import jakarta.ejb.ApplicationException;
import java.util.function.Supplier;

/**
 * What a timer was to do couldn't be done; the next round tries again. The transaction is rolled back, and
 * the container leaves it to the caller, who says it once, instead of logging each as an error of the bean
 * (CNTR0020E) with all its traces.
 */
@ApplicationException(rollback = true)
public class WatchFault extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private WatchFault(StoreException cause) {
    super(cause.getMessage(), cause);
  }

  /** What a timer asked for, or this when the database failed. */
  static <T> T watched(Supplier<T> work) {
    try {
      return work.get();
    } catch (StoreException e) {
      throw new WatchFault(e);
    }
  }

  static void watched(Runnable work) {
    watched(
        () -> {
          work.run();
          return true;
        });
  }
}
