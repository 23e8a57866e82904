/**
 * The beans behind {@code StrategyDesk}: finding strategies, running them on demand and by the clock,
 * trying them on stored bars, and trading on what they say.
 *
 * <p>What a strategy says is {@code domain}'s word or the plug-in's; orders go through trading's
 * {@code OrderDesk} and its controls like everybody's.
 */
package io.tola.strategy.application;
