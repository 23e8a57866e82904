package io.tola.schema.importer;

import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;

/**
 * How records are read.
 *
 * @param zone of timestamps that have none
 * @param policy for records that are there already
 * @param account name or id of the account of records that name none; null to reject them
 * @param accountAliases what the files call an account, and its name or id here
 * @param product of records that have none; null to reject them
 * @param interval of signals that have none; null to reject them
 * @param exchanges records of others are rejected
 * @param unknownSymbols whether orders, trades and signals of symbols without an instrument are taken
 * @param dryRun whether all is undone at the end
 */
record Settings(
    ZoneId zone,
    Policy policy,
    String account,
    Map<String, String> accountAliases,
    String product,
    String interval,
    Set<String> exchanges,
    boolean unknownSymbols,
    boolean dryRun,
    Clock clock) {}
