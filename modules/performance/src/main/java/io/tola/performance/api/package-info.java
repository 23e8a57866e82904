/**
 * What the rest of the platform may know of performance: the facade that answers operators, its
 * views, and {@link io.tola.performance.api.RequestMark}, by which the door says where a request
 * begins. Durations are milliseconds with three decimals. No JDBC, no histograms.
 */
package io.tola.performance.api;
