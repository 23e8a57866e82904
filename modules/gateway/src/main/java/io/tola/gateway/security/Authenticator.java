package io.tola.gateway.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Turns an {@code Authorization} header into a {@link Caller}.
 *
 * <p>A signature is checked once: tokens that passed are remembered by their text until they
 * expire, so the usual request costs one hash lookup and reads no database. Only tokens with a good
 * signature get in, so strangers can't fill the memory. Thread-safe.
 */
@ApplicationScoped
public class Authenticator {

  private static final String SCHEME = "Bearer ";
  private static final int MAX_LENGTH = 8_192;
  private static final int MAX_REMEMBERED = 50_000;

  private final ConcurrentHashMap<String, Verified> verified = new ConcurrentHashMap<>();

  private Tokens tokens;
  private ExternalIssuer external;
  private UserDirectory users;
  private RevokedTokens revoked;
  private Clock clock;
  private long skewMillis;

  /** For the proxy. */
  protected Authenticator() {}

  @Inject
  Authenticator(
      Tokens tokens,
      ExternalIssuer external,
      UserDirectory users,
      RevokedTokens revoked,
      Clock clock,
      @ConfigProperty(name = "tola.jwt.clock-skew-seconds", defaultValue = "5") int skewSeconds) {
    this.tokens = tokens;
    this.external = external;
    this.users = users;
    this.revoked = revoked;
    revoked.listen(this::forget);
    users.alongside(revoked::refresh);
    this.clock = clock;
    this.skewMillis = skewSeconds * 1_000L;
  }

  /**
   * @param entry the local user, or null for an external one
   * @param version of the local user
   * @param caller the external user, or null for a local one
   */
  private record Verified(
      RevokedTokens.Id id,
      long expiresAtMillis,
      UserDirectory.Entry entry,
      long version,
      Caller caller) {}

  /** A token that is good now: what there is to know to take it back. */
  public record Held(RevokedTokens.Id id, Instant expiresAt) {}

  /**
   * What to take back so that the token no longer holds, on any node.
   *
   * @throws ProblemException as {@link #authenticate}
   */
  public Held held(String authorization) {
    authenticate(authorization);
    Verified known = verified.get(authorization);
    if (known == null) {
      known = verify(authorization);
    }
    return new Held(known.id, Instant.ofEpochMilli(known.expiresAtMillis));
  }

  private void forget(RevokedTokens.Id id) {
    verified.values().removeIf(known -> known.id.equals(id));
  }

  /**
   * The caller.
   *
   * @param authorization the header's value, or null
   * @throws ProblemException UNAUTHENTICATED, TOKEN_EXPIRED, or what keeps the check from being
   *     made
   */
  public Caller authenticate(String authorization) {
    if (authorization == null) {
      throw new ProblemException(
          ProblemCode.UNAUTHENTICATED, "Send a bearer token; POST /api/v1/auth/token issues one.");
    }
    Verified known = verified.get(authorization);
    if (known == null) {
      known = verify(authorization);
      remember(authorization, known);
      // Once more: it may have been taken back between the check and the remembering.
      if (revoked.holds(known.id)) {
        verified.remove(authorization);
        throw takenBack();
      }
    } else if (known.expiresAtMillis <= clock.millis()) {
      verified.remove(authorization);
      throw expired();
    }
    if (known.caller != null) {
      return known.caller;
    }
    Caller caller = known.entry.caller(known.version);
    if (caller == null) {
      throw new ProblemException(
          ProblemCode.UNAUTHENTICATED,
          "The token no longer holds: the user's rights changed. Ask for a new one.");
    }
    return caller;
  }

  private Verified verify(String authorization) {
    if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        || authorization.length() > MAX_LENGTH) {
      throw invalid();
    }
    try {
      // Refuses alg none: an unsecured token isn't a signed one.
      SignedJWT jwt = SignedJWT.parse(authorization.substring(SCHEME.length()).trim());
      JWTClaimsSet claims = jwt.getJWTClaimsSet();
      boolean fromOutside = external.issues(claims.getIssuer());
      if (fromOutside ? !external.signed(jwt) : !tokens.signedHere(jwt)) {
        throw invalid();
      }
      if (!fromOutside && !tokens.issuer().equals(claims.getIssuer())) {
        throw invalid();
      }
      if (!claims.getAudience().contains(fromOutside ? external.audience() : tokens.audience())) {
        throw invalid();
      }
      long expiresAt = times(claims);
      RevokedTokens.Id id = RevokedTokens.Id.of(jwt.getSigningInput());
      if (revoked.holds(id)) {
        throw takenBack();
      }
      if (fromOutside) {
        return new Verified(id, expiresAt, null, 0, external.caller(claims, users.newBucket()));
      }
      String username = claims.getStringClaim("upn");
      Long version = claims.getLongClaim("ver");
      UserDirectory.Entry entry =
          username == null || version == null ? null : users.entry(username);
      if (entry == null) {
        throw invalid();
      }
      return new Verified(id, expiresAt, entry, version, null);
    } catch (ParseException | JOSEException | IllegalArgumentException e) {
      throw invalid();
    }
  }

  private long times(JWTClaimsSet claims) {
    long now = clock.millis();
    if (claims.getExpirationTime() == null) {
      throw invalid();
    }
    Instant issuedAt =
        claims.getIssueTime() == null ? clock.instant() : claims.getIssueTime().toInstant();
    long expiresAt =
        tokens.endOf(issuedAt, claims.getExpirationTime().toInstant()).toEpochMilli() + skewMillis;
    if (expiresAt <= now) {
      throw expired();
    }
    if (claims.getNotBeforeTime() != null
        && claims.getNotBeforeTime().getTime() - skewMillis > now) {
      throw new ProblemException(ProblemCode.UNAUTHENTICATED, "The token is not valid yet.");
    }
    return expiresAt;
  }

  private void remember(String authorization, Verified token) {
    if (verified.size() >= MAX_REMEMBERED) {
      long now = clock.millis();
      verified.values().removeIf(old -> old.expiresAtMillis <= now);
      if (verified.size() >= MAX_REMEMBERED) {
        // Checked again when they come back; a burst of signature checks is better than unbounded
        // memory.
        verified.clear();
      }
    }
    verified.put(authorization, token);
  }

  /** The same for every defect: a forger learns nothing. */
  private static ProblemException invalid() {
    return new ProblemException(ProblemCode.UNAUTHENTICATED, "The bearer token is not valid.");
  }

  private static ProblemException takenBack() {
    return new ProblemException(
        ProblemCode.UNAUTHENTICATED, "The token was logged out. Ask for a new one.");
  }

  private static ProblemException expired() {
    return new ProblemException(
        ProblemCode.TOKEN_EXPIRED, "Ask for a new token at POST /api/v1/auth/token.");
  }
}
