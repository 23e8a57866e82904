package io.tola.systemtests.architecture.broken.suffix.trading.application;

/** Says that it is an implementation and nothing else. */
@SuppressWarnings("all")
public final class OrderDeskImpl {}
