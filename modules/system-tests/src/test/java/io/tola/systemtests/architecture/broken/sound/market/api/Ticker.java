package io.tola.systemtests.architecture.broken.sound.market.api;

/** A facade. */
@SuppressWarnings("all")
public interface Ticker {

  String text();
}
