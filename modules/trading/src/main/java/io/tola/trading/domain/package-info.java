/**
 * The life of an order: its aggregate and state machine, and the paper venue's matching rules.
 *
 * <p>Pure calculation in the words of {@code trading.api} and {@code market.api}. No clock, JDBC, cache, container or thread may
 * live here: time and quotes are handed in.
 */
package io.tola.trading.domain;
