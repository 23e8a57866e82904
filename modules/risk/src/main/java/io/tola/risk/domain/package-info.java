/**
 * The pre-trade controls: one small class each, with the source of its rule, and the rules they
 * check against.
 *
 * <p>A control looks at one order and answers at once: no database, no cache, no clock (the order
 * carries its time). Where the rules come from is {@code store}'s and {@code application}'s word.
 */
package io.tola.risk.domain;
