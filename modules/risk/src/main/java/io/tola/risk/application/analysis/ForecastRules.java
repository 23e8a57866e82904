package io.tola.risk.application.analysis;

import io.tola.risk.api.VarTerms;
import java.math.BigDecimal;

/**
 * How the daily forecasts are made, and what follows from them.
 *
 * @param terms of each forecast
 * @param tighten whether a worse zone tightens limits
 * @param yellowPct what is left of limits in yellow, per cent
 * @param redPct what is left of limits in red, per cent; at most {@code yellowPct}
 */
record ForecastRules(VarTerms terms, boolean tighten, BigDecimal yellowPct, BigDecimal redPct) {}
