package io.tola.systemtests.architecture.broken.domaininward.trading.store;

/** A store. */
@SuppressWarnings("all")
public final class Rows {}
