package io.tola.systemtests.architecture.broken.behindtheapi.market.application;

/** Behind market's api. */
@SuppressWarnings("all")
public final class Feed {

  public void tick() {}
}
