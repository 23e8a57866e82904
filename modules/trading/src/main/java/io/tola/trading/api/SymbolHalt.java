package io.tola.trading.api;

import io.tola.kernel.Symbol;
import java.time.Instant;

/** A symbol in which nothing trades now, and why. */
public record SymbolHalt(Symbol symbol, String reason, String haltedBy, Instant haltedAt) {}
