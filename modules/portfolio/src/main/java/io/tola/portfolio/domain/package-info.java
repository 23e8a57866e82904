/**
 * The bookkeeping itself: an account's cash, its positions with first-in-first-out lots, and what
 * working orders set aside.
 *
 * <p>Plain objects used by one thread inside one locked batch. No clock, no database, no container
 * here, and nothing of trading's: orders are numbers and flags by the time they arrive.
 */
package io.tola.portfolio.domain;
