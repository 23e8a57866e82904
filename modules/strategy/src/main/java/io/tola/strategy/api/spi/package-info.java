/**
 * What a strategy implements to be found by the platform.
 *
 * <p>The plug-in's own words only: bars in, features and a decision out. Nothing here places an order,
 * reads a table or knows the time; that is {@code application}'s.
 */
package io.tola.strategy.api.spi;
