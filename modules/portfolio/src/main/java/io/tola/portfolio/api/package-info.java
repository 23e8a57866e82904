/**
 * What other modules may ask of accounts, cash and positions.
 *
 * <p>Reading, opening accounts, corporate actions. All else that changes cash and positions comes by
 * trading's {@code AccountBook} port, and by nothing else.
 */
package io.tola.portfolio.api;
