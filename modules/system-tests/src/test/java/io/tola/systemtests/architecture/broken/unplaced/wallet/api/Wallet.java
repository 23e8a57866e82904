package io.tola.systemtests.architecture.broken.unplaced.wallet.api;

/** Belongs to a module the arrows don't know. */
@SuppressWarnings("all")
public final class Wallet {}
