/**
 * Deliberately broken examples, one folder each, laid out like the platform: module, then room. The
 * rule of the same name must refuse its example; {@code sound} is the one that no rule may refuse.
 *
 * <p>Nothing here is called; it only has to compile.
 */
package io.tola.systemtests.architecture.broken;
