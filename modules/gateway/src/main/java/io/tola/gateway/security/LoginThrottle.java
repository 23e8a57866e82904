package io.tola.gateway.security;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Slows guessing of passwords, per user and per source address; only failures count.
 *
 * <p>An address from which a user has logged in before has its own allowance for that user, so
 * guessing from elsewhere doesn't lock the user out. Memory is bounded; state is this node's own.
 * Thread-safe.
 */
final class LoginThrottle {

  static final int FAILURES_PER_USER = 10;
  static final int FAILURES_PER_ADDRESS = 50;
  static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final int MAX_KEYS = 100_000;
  private static final int MAX_KNOWN = 10_000;

  private final KeyedBuckets users;
  private final KeyedBuckets addresses;
  private final Set<String> known =
      Collections.synchronizedSet(
          Collections.newSetFromMap(
              new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                  return size() > MAX_KNOWN;
                }
              }));

  LoginThrottle(long now) {
    users = new KeyedBuckets(FAILURES_PER_USER, PERIOD_NANOS, MAX_KEYS, now);
    addresses = new KeyedBuckets(FAILURES_PER_ADDRESS, PERIOD_NANOS, MAX_KEYS, now);
  }

  /** An attempt that was let in; it counts as failed until it is said to have succeeded. */
  final class Attempt {
    private final String pair;
    private final RateBucket user;
    private final RateBucket address;

    private Attempt(String pair, RateBucket user, RateBucket address) {
      this.pair = pair;
      this.user = user;
      this.address = address;
    }

    /** The password was right. */
    void succeeded() {
      known.add(pair);
      notCounted();
    }

    /** Nothing was learned about the password, for example because the database is away. */
    void notCounted() {
      user.giveBack();
      address.giveBack();
    }
  }

  /** The attempt, or the nanoseconds to wait. Exactly one of both. */
  record Admission(Attempt attempt, long waitNanos) {}

  /**
   * Asks for an attempt; counted at once, so that a hundred guesses at the same time are a hundred.
   */
  Admission admit(String username, String address, long now) {
    RateBucket addressBucket = addresses.of(address, now);
    long wait = addressBucket.take(now);
    if (wait > 0) {
      return new Admission(null, wait);
    }
    String pair = username + '\n' + address;
    RateBucket userBucket = users.of(known.contains(pair) ? pair : username, now);
    wait = userBucket.take(now);
    if (wait > 0) {
      addressBucket.giveBack();
      return new Admission(null, wait);
    }
    return new Admission(new Attempt(pair, userBucket, addressBucket), 0);
  }
}
