/**
 * Two servers on one database and one cache cluster: the same accounts through both doors at once.
 *
 * <p>What one node does the other must see: at once where money is at stake, within five seconds for
 * quotes.
 */
package io.tola.systemtests.cluster;
