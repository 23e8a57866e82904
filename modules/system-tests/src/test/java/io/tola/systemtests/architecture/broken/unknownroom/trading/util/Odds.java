package io.tola.systemtests.architecture.broken.unknownroom.trading.util;

/** Lives in a room that isn't one. */
@SuppressWarnings("all")
public final class Odds {}
