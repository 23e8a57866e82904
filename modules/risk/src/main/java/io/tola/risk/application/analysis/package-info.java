/**
 * The {@code RiskAnalysis} facade: reads what accounts hold and how prices moved, checks what was asked,
 * lets {@code domain} calculate, and says it in exact decimals.
 *
 * <p>No formula of risk lives here, and nothing that an order waits for.
 */
package io.tola.risk.application.analysis;
