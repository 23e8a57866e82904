package io.tola.systemtests.architecture.broken.storeup.trading.store;

import io.tola.systemtests.architecture.broken.storeup.trading.application.Pipeline;

/** Calls up. */
@SuppressWarnings("all")
public final class WakesPipeline {

  void stored(Pipeline pipeline) {
    pipeline.wake();
  }
}
