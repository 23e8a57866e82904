package io.tola.systemtests.architecture.broken.apiinward.trading.domain;

/** Behind the api. */
@SuppressWarnings("all")
public final class State {}
