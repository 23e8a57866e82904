/** What other modules may ask of the market. */
package io.tola.market.api;
