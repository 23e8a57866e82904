package io.tola.gateway.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Role;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Tokens issued here: JWT, RS256, one hour unless configured, and never beyond the daily logout.
 * Thread-safe.
 *
 * <p>Roles and accounts stand in the token for clients and proxies to read; the platform itself
 * goes by the user's row, which the token's {@code ver} must match.
 */
@ApplicationScoped
public class Tokens {

  /** More aren't named in the token, which is for clients to read; the platform asks the row. */
  private static final int MAX_ACCOUNTS = 120;

  /** What a client gets. */
  public record Issued(String token, int expiresInSeconds) {}

  private String issuer;
  private String audience;
  private int lifetimeSeconds;
  private DailyLogout dailyLogout;
  private Clock clock;
  private SigningKey key;
  private RSASSASigner signer;
  private JWSVerifier verifier;

  /** For the proxy. */
  protected Tokens() {}

  @Inject
  Tokens(
      Clock clock,
      @ConfigProperty(
              name = "tola.jwt.key-file",
              defaultValue = "resources/security/tola-jwt-key.pem")
          String keyFile,
      @ConfigProperty(name = "tola.jwt.issuer", defaultValue = "tola") String issuer,
      @ConfigProperty(name = "tola.jwt.audience", defaultValue = "tola") String audience,
      @ConfigProperty(name = "tola.jwt.lifetime-seconds", defaultValue = "3600")
          int lifetimeSeconds,
      @ConfigProperty(name = "tola.security.daily-logout", defaultValue = "03:00")
          String dailyLogout,
      @ConfigProperty(name = "tola.security.daily-logout-zone", defaultValue = "Asia/Kolkata")
          String dailyLogoutZone) {
    this(
        clock,
        SigningKey.load(Path.of(keyFile)),
        issuer,
        audience,
        lifetimeSeconds,
        DailyLogout.of(dailyLogout, dailyLogoutZone));
  }

  Tokens(Clock clock, SigningKey key, String issuer, String audience, int lifetimeSeconds) {
    this(clock, key, issuer, audience, lifetimeSeconds, DailyLogout.OFF);
  }

  Tokens(
      Clock clock,
      SigningKey key,
      String issuer,
      String audience,
      int lifetimeSeconds,
      DailyLogout dailyLogout) {
    this.dailyLogout = dailyLogout;
    this.clock = clock;
    this.key = key;
    this.issuer = issuer;
    this.audience = audience;
    this.lifetimeSeconds = lifetimeSeconds;
    this.signer = new RSASSASigner(key.privateKey());
    this.verifier = new RSASSAVerifier(key.publicKey());
  }

  String issuer() {
    return issuer;
  }

  String audience() {
    return audience;
  }

  /** Whether tokens end at a time of day, whatever they say themselves. */
  boolean logsOutDaily() {
    return dailyLogout.at() != null;
  }

  /** When a token ends that was issued then and says it expires then: at the daily logout at last. */
  Instant endOf(Instant issuedAt, Instant expiresAt) {
    Instant logout = dailyLogout.next(issuedAt);
    return logout.isBefore(expiresAt) ? logout : expiresAt;
  }

  /** Issues a token to a user whose password was right. */
  Issued issue(StoredUser user) {
    Instant now = clock.instant();
    Instant expiresAt = endOf(now, now.plusSeconds(lifetimeSeconds));
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .audience(audience)
            .subject(user.userId().toString())
            .claim("upn", user.username())
            .claim("groups", user.roles().stream().map(Role::code).toList())
            .claim("accounts", told(user))
            .claim("ver", user.version())
            .issueTime(Date.from(now))
            .expirationTime(Date.from(expiresAt))
            .jwtID(Ids.next().toString())
            .build();
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(JOSEObjectType.JWT)
                .keyID(key.id())
                .build(),
            claims);
    try {
      jwt.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("can't sign with " + key, e);
    }
    return new Issued(jwt.serialize(), (int) Duration.between(now, expiresAt).toSeconds());
  }

  /** The accounts, or null when they are so many that the token would not fit into a header. */
  private static List<String> told(StoredUser user) {
    return user.accounts().size() > MAX_ACCOUNTS
        ? null
        : user.accounts().stream().map(AccountId::toString).toList();
  }

  /**
   * Whether this node's key signed the token with the one algorithm used here; says nothing of its
   * claims.
   */
  boolean signedHere(SignedJWT jwt) throws JOSEException {
    JWSHeader header = jwt.getHeader();
    return JWSAlgorithm.RS256.equals(header.getAlgorithm())
        && (header.getKeyID() == null || key.id().equals(header.getKeyID()))
        && header.getCriticalParams() == null
        && jwt.verify(verifier);
  }
}
