package io.tola.risk.domain.value;

import io.tola.risk.api.CovarianceKind;
import io.tola.risk.api.VarMethod;

/**
 * How to measure; checked by whoever makes it.
 *
 * @param covariance used by the methods that go by one
 * @param tail 1 less the confidence; above 0, below 0.5
 * @param horizonDays sessions; figures of one session are multiplied by its square root, which is exact
 *     for independent returns of one distribution and a convention for others
 * @param lambda how fast the past is forgotten, above 0 and below 1; used by age-weighted and filtered
 *     history and by the EWMA covariance
 * @param scenarios how many to draw
 * @param degreesOfFreedom of Student's t; above 2
 * @param seed of the drawing
 */
public record Terms(
    VarMethod method,
    CovarianceKind covariance,
    double tail,
    int horizonDays,
    double lambda,
    int scenarios,
    double degreesOfFreedom,
    long seed) {}
