package io.tola.gateway.security;

import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The single tokens that were taken back and haven't expired, in memory; every node reads new ones
 * with the changed users. A request never asks here: a token is looked up when it is first seen, and
 * whoever remembers tokens is told of each that is taken back. Thread-safe.
 */
@ApplicationScoped
public class RevokedTokens {

  private static final Logger LOG = System.getLogger(RevokedTokens.class.getName());

  /** A row may be committed this much later than its timestamp. */
  private static final Duration OVERLAP = Duration.ofSeconds(30);

  private static final int SWEEP_EVERY = 720;

  private final ConcurrentHashMap<Id, Instant> revoked = new ConcurrentHashMap<>();
  private AccessStore store;
  private Clock clock;
  private volatile Consumer<Id> listener = id -> {};
  private volatile boolean loaded;
  private Instant newest = Instant.EPOCH;
  private long refreshes;

  /** For the proxy. */
  protected RevokedTokens() {}

  @Inject
  RevokedTokens(AccessStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * A token: SHA-256 of what its signature covers, so that no other spelling of the same token has
   * another id.
   */
  record Id(long a, long b, long c, long d) {

    static Id of(byte[] signedPart) {
      try {
        return ofHash(MessageDigest.getInstance("SHA-256").digest(signedPart));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("the JDK has no SHA-256", e);
      }
    }

    static Id of(String signedPart) {
      return of(signedPart.getBytes(StandardCharsets.US_ASCII));
    }

    static Id ofHash(byte[] hash) {
      ByteBuffer bytes = ByteBuffer.wrap(hash);
      return new Id(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
    }

    byte[] bytes() {
      return ByteBuffer.allocate(32).putLong(a).putLong(b).putLong(c).putLong(d).array();
    }
  }

  /** A row. */
  record Row(Id id, Instant revokedAt, Instant expiresAt) {}

  /** Whoever remembers tokens, to forget those that are taken back. */
  void listen(Consumer<Id> forget) {
    listener = forget;
  }

  /**
   * Whether the token was taken back.
   *
   * @throws ProblemException DATABASE_UNAVAILABLE when this node has never been able to read them
   */
  boolean holds(Id id) {
    if (!loaded) {
      try {
        load();
      } catch (SQLException e) {
        LOG.log(Level.WARNING, "can''t read revoked tokens: {0}", e.getMessage());
        throw new ProblemException(
            ProblemCode.DATABASE_UNAVAILABLE,
            "Tokens can't be checked now.",
            List.of(),
            Duration.ofSeconds(2));
      }
    }
    return revoked.containsKey(id);
  }

  /** Takes a token back on this node; its row is committed. */
  void add(Id id, Instant expiresAt) {
    revoked.put(id, expiresAt);
    listener.accept(id);
  }

  private synchronized void load() throws SQLException {
    for (Row row : store.revokedSince(newest.minus(OVERLAP), clock.instant())) {
      if (row.revokedAt().isAfter(newest)) {
        newest = row.revokedAt();
      }
      if (revoked.put(row.id(), row.expiresAt()) == null) {
        listener.accept(row.id());
      }
    }
    loaded = true;
  }

  /** Reads what is new, forgets what has expired. */
  void refresh() throws SQLException {
    load();
    Instant now = clock.instant();
    revoked.values().removeIf(expiresAt -> expiresAt.isBefore(now));
    if (refreshes++ % SWEEP_EVERY == 0) {
      store.sweep(now);
    }
  }
}
