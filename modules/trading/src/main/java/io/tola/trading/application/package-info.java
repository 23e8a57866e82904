/**
 * Orders at work: the desk, the group-commit pipeline with its lanes and batches, the sweep over resting orders, the outbox relay.
 *
 * <p>Session beans wire and are the only classes that know the container; everything they wire is a plain class that runs under a
 * test as it runs on the server. No SQL and no rule of the order's life may live here.
 */
package io.tola.trading.application;
