package io.tola.risk.api;

import io.tola.kernel.Symbol;
import java.time.Instant;

/** A symbol that nobody may trade. */
public record RestrictedSymbol(Symbol symbol, String reason, String updatedBy, Instant updatedAt) {}
