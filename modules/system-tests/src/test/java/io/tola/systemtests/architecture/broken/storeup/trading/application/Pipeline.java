package io.tola.systemtests.architecture.broken.storeup.trading.application;

/** Above the store. */
@SuppressWarnings("all")
public final class Pipeline {

  public void wake() {}
}
