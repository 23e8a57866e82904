/**
 * How a market behaves: the simulated walk, quotes made from ticks, bars made from quotes, the
 * exchange's calendar and sessions, and what is wrong with a recorded tick.
 *
 * <p>Calculations only. No clock (time is passed in), no files, no cache, no JDBC, nothing of
 * Jakarta.
 */
package io.tola.market.domain;
