package io.tola.risk.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.sql.RoundTrip;
import io.tola.risk.domain.Rules;
import io.tola.risk.store.RiskStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * This node's copy of the rules, true as of the moment it is asked.
 *
 * <p>Every change moves {@code risk_version} on in its own transaction. Each batch reads that number
 * first; while it stands still the copy is what the database says, and when it has moved the copy is
 * thrown away and read anew, account by account as they come. So a change holds on every node from
 * the next batch on, without messages or waiting, at the price of one indexed row a batch.
 *
 * <p>Why that is exact: a copy is filled only after its number was read, so it is never older than
 * the number says. It may be newer; then the next batch sees another number and reads again.
 * Thread-safe.
 */
final class RuleBook {

  private final RiskStore store;
  private final Duration maxQuoteAge;
  private final AlgoRules algoRules;
  private final AtomicLong reloads = new AtomicLong();
  private volatile Copy copy;

  private record Copy(
      long version, RiskStore.PlatformRules platform, Map<AccountId, Rules> accounts) {}

  RuleBook(RiskStore store, Duration maxQuoteAge) {
    this(store, maxQuoteAge, AlgoRules.NONE);
  }

  RuleBook(RiskStore store, Duration maxQuoteAge, AlgoRules algoRules) {
    this.store = store;
    this.maxQuoteAge = maxQuoteAge;
    this.algoRules = algoRules;
  }

  /**
   * Asks for the number with the trip.
   *
   * @return gives the rules of these accounts after the trip was sent, in the same transaction
   */
  Supplier<Map<AccountId, Rules>> rules(Collection<AccountId> accounts, RoundTrip trip) {
    LongSupplier version = store.version(trip);
    return () -> rules(accounts, version.getAsLong());
  }

  private Map<AccountId, Rules> rules(Collection<AccountId> accounts, long version) {
    Copy current = current(version);
    Map<AccountId, Rules> rules = new HashMap<>();
    List<AccountId> missing = new ArrayList<>();
    for (AccountId account : accounts) {
      Rules known = current.accounts().get(account);
      if (known == null) {
        missing.add(account);
      } else {
        rules.put(account, known);
      }
    }
    if (!missing.isEmpty()) {
      store
          .accounts(missing)
          .forEach(
              (account, own) -> {
                Rules read =
                    new Rules(
                        current.platform().mode(),
                        own.mode(),
                        current.platform().restricted(),
                        algoRules.held(own.limits(), own.registeredAlgo()),
                        maxQuoteAge,
                        algoRules.tagRequired());
                current.accounts().put(account, read);
                rules.put(account, read);
              });
    }
    return rules;
  }

  private Copy current(long version) {
    Copy known = copy;
    if (known != null && known.version() == version) {
      return known;
    }
    Copy read = new Copy(version, store.platform(), new ConcurrentHashMap<>());
    copy = read;
    reloads.incrementAndGet();
    return read;
  }

  /** How often the copy was thrown away. */
  long reloads() {
    return reloads.get();
  }
}
