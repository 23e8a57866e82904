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

/**
 * The single tokens that were taken back and haven't expired, and the external users who have ended
 * all of theirs, in memory; every node reads new ones with the changed users. A request never asks
 * here: a token is looked up when it is first seen, and whoever remembers tokens is told of each that
 * is taken back. Thread-safe.
 *
 * <p>Usually only what is new is read, by the database's clock. Every twelfth time all is: a database
 * that took over may have a clock behind, and a row may become visible late.
 */
@ApplicationScoped
public class RevokedTokens {

  private static final Logger LOG = System.getLogger(RevokedTokens.class.getName());

  /** A row may be committed this much later than its timestamp. */
  private static final Duration OVERLAP = Duration.ofSeconds(30);

  private static final int ALL_EVERY = 12;
  private static final int SWEEP_EVERY = 720;

  private final ConcurrentHashMap<Id, Instant> revoked = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Instant> ended = new ConcurrentHashMap<>();
  private AccessStore store;
  private Clock clock;
  private volatile Listener listener = NOBODY;
  private volatile boolean loaded;
  private Instant newest = Instant.EPOCH;
  private Instant newestEnd = Instant.EPOCH;
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

  /**
   * An external user who ended all tokens.
   *
   * @param issuedUntil those that were issued by then
   */
  record End(String username, Instant issuedUntil, Instant writtenAt) {}

  /** Who is told what is taken back. */
  interface Listener {

    /** One token. */
    void ended(Id id);

    /** All of an external user that were issued by then. */
    void ended(String externalName, Instant issuedUntil);
  }

  private static final Listener NOBODY =
      new Listener() {
        @Override
        public void ended(Id id) {}

        @Override
        public void ended(String externalName, Instant issuedUntil) {}
      };

  /** Whoever remembers tokens, to forget those that are taken back. */
  void listen(Listener whoRemembers) {
    listener = whoRemembers;
  }

  /**
   * Whether the token was taken back.
   *
   * @throws ProblemException DATABASE_UNAVAILABLE when this node has never been able to read them
   */
  boolean holds(Id id) {
    mustBeLoaded();
    return revoked.containsKey(id);
  }

  /**
   * Until when tokens of that external user must have been issued to be ended; null when none are.
   *
   * @throws ProblemException DATABASE_UNAVAILABLE when this node has never been able to read them
   */
  Instant endedUntil(String externalName) {
    mustBeLoaded();
    return ended.get(externalName);
  }

  private void mustBeLoaded() {
    if (loaded) {
      return;
    }
    try {
      load(true);
    } catch (SQLException e) {
      LOG.log(Level.WARNING, "can''t read revoked tokens: {0}", e.getMessage());
      throw new ProblemException(
          ProblemCode.DATABASE_UNAVAILABLE,
          "Tokens can't be checked now.",
          List.of(),
          Duration.ofSeconds(2));
    }
  }

  /** Takes a token back on this node; its row is committed. */
  void add(Id id, Instant expiresAt) {
    revoked.put(id, expiresAt);
    listener.ended(id);
  }

  /** Takes back all tokens of an external user issued by then; the row is committed. */
  void add(String externalName, Instant issuedUntil) {
    Instant held =
        ended.merge(externalName, issuedUntil, (one, two) -> one.isAfter(two) ? one : two);
    listener.ended(externalName, held);
  }

  private synchronized void load(boolean all) throws SQLException {
    Instant now = clock.instant();
    for (Row row : store.revokedSince(all ? Instant.EPOCH : newest.minus(OVERLAP), now)) {
      if (row.revokedAt().isAfter(newest)) {
        newest = row.revokedAt();
      }
      if (revoked.put(row.id(), row.expiresAt()) == null) {
        listener.ended(row.id());
      }
    }
    for (End end : store.endedSince(all ? Instant.EPOCH : newestEnd.minus(OVERLAP))) {
      if (end.writtenAt().isAfter(newestEnd)) {
        newestEnd = end.writtenAt();
      }
      Instant known = ended.get(end.username());
      if (known == null || known.isBefore(end.issuedUntil())) {
        add(end.username(), end.issuedUntil());
      }
    }
    loaded = true;
  }

  /** Reads what is new, forgets what has expired. */
  void refresh() throws SQLException {
    load(refreshes % ALL_EVERY == 0);
    Instant now = clock.instant();
    revoked.values().removeIf(expiresAt -> expiresAt.isBefore(now));
    if (refreshes++ % SWEEP_EVERY == 0) {
      store.sweep(now);
    }
  }
}
