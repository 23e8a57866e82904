package io.tola.gateway.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Turns an {@code Authorization} header into a {@link Caller}.
 *
 * <p>A signature is checked once: tokens that passed are remembered by their text, so the usual
 * request costs one hash lookup and reads no database. Only tokens with a good signature get in, and
 * in one spelling only, so neither strangers nor a user with one token can fill the memory; when it
 * is full, what was shown last stays. Thread-safe.
 */
@ApplicationScoped
public class Authenticator {

  private static final String SCHEME = "Bearer ";
  private static final int MAX_LENGTH = 8_192;
  private static final int MAX_REMEMBERED = 50_000;
  private static final long MAX_CHARACTERS = 64L << 20;

  private final TokenMemory<Verified> verified = new TokenMemory<>(MAX_REMEMBERED, MAX_CHARACTERS);

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
    revoked.listen(
        new RevokedTokens.Listener() {
          @Override
          public void ended(RevokedTokens.Id id) {
            verified.removeIf(known -> known.id.equals(id));
          }

          @Override
          public void ended(String externalName, Instant issuedUntil) {
            verified.removeIf(
                known ->
                    known.caller != null
                        && known.caller.getName().equals(externalName)
                        && known.isIssuedBy(issuedUntil));
          }
        });
    users.alongside(revoked::refresh);
    this.clock = clock;
    this.skewMillis = skewSeconds * 1_000L;
  }

  /**
   * @param entry the local user, or null for an external one
   * @param version of the local user
   * @param issuedAt null when the token doesn't say
   * @param caller the external user, or null for a local one
   */
  private record Verified(
      RevokedTokens.Id id,
      Instant issuedAt,
      long expiresAtMillis,
      UserDirectory.Entry entry,
      long version,
      Caller caller) {

    /** Whether it may have been issued by then. */
    boolean isIssuedBy(Instant then) {
      return issuedAt == null || !issuedAt.isAfter(then);
    }
  }

  /**
   * A token that is good now: what there is to know to take it back.
   *
   * @param external whether the user is an external issuer's
   */
  public record Held(RevokedTokens.Id id, Instant expiresAt, boolean external) {}

  /**
   * What to take back so that the token no longer holds, on any node.
   *
   * @throws ProblemException as {@link #authenticate}
   */
  public Held held(String authorization) {
    authenticate(authorization);
    String token = token(authorization);
    Verified known = verified.young(token);
    if (known == null) {
      known = verify(token);
    }
    return new Held(known.id, Instant.ofEpochMilli(known.expiresAtMillis), known.caller != null);
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
    String token = token(authorization);
    Verified known = verified.young(token);
    if (known == null) {
      known = verified.old(token);
      if (known == null) {
        known = verify(token);
      }
      verified.put(token, known);
      // Once more: it may have been taken back between the check and the remembering.
      if (isTakenBack(known)) {
        verified.remove(token);
        throw takenBack();
      }
    }
    if (known.expiresAtMillis <= clock.millis()) {
      verified.remove(token);
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

  /** The token after its scheme and one blank. */
  private static String token(String authorization) {
    if (authorization.length() > MAX_LENGTH
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw invalid();
    }
    return authorization.substring(SCHEME.length());
  }

  private boolean isTakenBack(Verified token) {
    if (revoked.holds(token.id)) {
      return true;
    }
    Instant until = token.caller == null ? null : revoked.endedUntil(token.caller.getName());
    return until != null && token.isIssuedBy(until);
  }

  /** How many tokens are remembered. */
  int remembered() {
    return verified.size();
  }

  private Verified verify(String token) {
    try {
      // Refuses alg none: an unsecured token isn't a signed one.
      SignedJWT jwt = SignedJWT.parse(token);
      if (!isOnlySpelling(jwt, token)) {
        throw invalid();
      }
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
      Instant issuedAt = instant(claims.getIssueTime());
      if (fromOutside) {
        Caller caller = external.caller(claims, users.newBucket());
        Verified outside = new Verified(id, issuedAt, expiresAt, null, 0, caller);
        if (isTakenBack(outside)) {
          throw takenBack();
        }
        return outside;
      }
      String username = claims.getStringClaim("upn");
      Long version = claims.getLongClaim("ver");
      UserDirectory.Entry entry =
          username == null || version == null ? null : users.entry(username);
      if (entry == null) {
        throw invalid();
      }
      return new Verified(id, issuedAt, expiresAt, entry, version, null);
    } catch (ParseException | JOSEException | IllegalArgumentException e) {
      throw invalid();
    }
  }

  /**
   * Whether the text is the one way to write the token: Base64 can spell a signature's last bits in
   * several ways, and its reader passes over foreign characters.
   */
  private static boolean isOnlySpelling(SignedJWT jwt, String token) {
    String signed = new String(jwt.getSigningInput(), StandardCharsets.US_ASCII);
    return token.equals(signed + '.' + Base64URL.encode(jwt.getSignature().decode()));
  }

  /** Called with a good signature: what is said here, its issuer may know. */
  private long times(JWTClaimsSet claims) {
    long now = clock.millis();
    if (claims.getExpirationTime() == null) {
      throw invalid();
    }
    Instant issuedAt = instant(claims.getIssueTime());
    if (issuedAt == null) {
      if (tokens.logsOutDaily()) {
        throw new ProblemException(
            ProblemCode.UNAUTHENTICATED,
            "The token doesn't say when it was issued (iat), so the daily logout couldn't end it.");
      }
      issuedAt = clock.instant();
    } else if (issuedAt.toEpochMilli() - skewMillis > now) {
      throw notYet();
    }
    long expiresAt =
        tokens.endOf(issuedAt, claims.getExpirationTime().toInstant()).toEpochMilli() + skewMillis;
    if (expiresAt <= now) {
      throw expired();
    }
    if (claims.getNotBeforeTime() != null
        && claims.getNotBeforeTime().getTime() - skewMillis > now) {
      throw notYet();
    }
    return expiresAt;
  }

  private static Instant instant(Date claim) {
    return claim == null ? null : claim.toInstant();
  }

  private static ProblemException notYet() {
    return new ProblemException(ProblemCode.UNAUTHENTICATED, "The token is not valid yet.");
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
