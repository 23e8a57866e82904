/**
 * The arithmetic: figures of statements put together by type, rates, bottlenecks, and the rules
 * that turn figures into advice. Functions of their arguments: no clock, no database, no probe.
 */
package io.tola.performance.domain;
