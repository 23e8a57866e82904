/**
 * What other modules may ask of accounts, cash and positions.
 *
 * <p>Reading and opening accounts only: cash and positions change through orders, by trading's
 * {@code AccountBook} port, and by nothing else.
 */
package io.tola.portfolio.api;
