/**
 * The one web application: every door of the platform.
 *
 * <p>Doors parse, authenticate, call a module's facade and render. No rule about orders, money or
 * risk may live here, and no other module may depend on this one.
 */
package io.tola.gateway;
