/**
 * The session beans: {@link io.tola.portfolio.application.AccountLedger} keeps the books for
 * trading's pipeline, {@link io.tola.portfolio.application.PortfolioDesk} answers readers and opens
 * accounts; {@link io.tola.portfolio.application.ReconciliationDesk} compares statements; {@link
 * io.tola.portfolio.application.PortOpening} says when they can be called.
 *
 * <p>Transactions, translation between the ports' words and the domain's, and valuing at quotes. No
 * SQL and no bookkeeping rule here.
 */
package io.tola.portfolio.application;
