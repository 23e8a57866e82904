package io.tola.risk.domain;

import io.tola.risk.api.GuardKind;
import io.tola.risk.api.GuardLevel;
import java.math.BigDecimal;

/**
 * What a guard measured.
 *
 * @param value per cent
 * @param stage the highest of several thresholds that is reached; 0 for none
 */
public record GuardReading(
    GuardKind guard, String scope, BigDecimal value, GuardLevel level, int stage) {}
