package io.tola.gateway.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.tola.kernel.AccountId;
import io.tola.kernel.Role;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * A company's own identity provider whose tokens are good here as well; off unless {@code
 * tola.jwt.external.issuer} is set.
 *
 * <p>Keys come from the configured URL or file and from nowhere else: whatever a token says of its
 * key's address ({@code jku}, {@code x5u}, {@code jwk}) is ignored. Roles and accounts are taken
 * from the token, because its issuer is whom the operator chose to trust. Names are prefixed, so
 * that nobody outside can pass for a local user in the audit trail. Thread-safe.
 */
@ApplicationScoped
public class ExternalIssuer {

  /** Asymmetric only: with HMAC allowed, the public key would be a signing key. */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384);

  private static final int MAX_NAMES = 100_000;

  private String issuer;
  private String audience;
  private String groupsClaim;
  private String userPrefix;
  private DefaultJWTProcessor<SecurityContext> processor;
  private final ConcurrentHashMap<String, RateBucket> buckets = new ConcurrentHashMap<>();

  /** For the proxy. */
  protected ExternalIssuer() {}

  @Inject
  ExternalIssuer(
      @ConfigProperty(name = "tola.jwt.external.issuer") Optional<String> issuer,
      @ConfigProperty(name = "tola.jwt.external.audience") Optional<String> audience,
      @ConfigProperty(name = "tola.jwt.external.jwks-url") Optional<String> jwksUrl,
      @ConfigProperty(name = "tola.jwt.external.public-key-file") Optional<String> publicKeyFile,
      @ConfigProperty(name = "tola.jwt.external.groups-claim", defaultValue = "groups")
          String groupsClaim,
      @ConfigProperty(name = "tola.jwt.external.user-prefix", defaultValue = "ext:")
          String userPrefix) {
    if (issuer.isEmpty()) {
      return;
    }
    this.issuer = issuer.get();
    this.audience =
        audience.orElseThrow(
            () ->
                new IllegalStateException(
                    "tola.jwt.external.audience must be set with the issuer"));
    this.groupsClaim = groupsClaim;
    this.userPrefix = userPrefix;
    this.processor = new DefaultJWTProcessor<>();
    this.processor.setJWSKeySelector(keys(jwksUrl, publicKeyFile));
    // Claims are checked by the authenticator, the same way for every issuer.
    this.processor.setJWTClaimsSetVerifier(null);
  }

  private static JWSKeySelector<SecurityContext> keys(
      Optional<String> jwksUrl, Optional<String> publicKeyFile) {
    if (jwksUrl.isPresent() == publicKeyFile.isPresent()) {
      throw new IllegalStateException(
          "set one of tola.jwt.external.jwks-url and tola.jwt.external.public-key-file");
    }
    try {
      if (jwksUrl.isPresent()) {
        return new JWSVerificationKeySelector<>(
            ALGORITHMS,
            JWKSourceBuilder.create(URI.create(jwksUrl.get()).toURL())
                .cache(Duration.ofMinutes(15).toMillis(), Duration.ofSeconds(5).toMillis())
                .retrying(true)
                .outageTolerant(Duration.ofHours(4).toMillis())
                .build());
      }
      PublicKey key = publicKey(Files.readString(Path.of(publicKeyFile.get())));
      // The one key there is, whatever id the token gives it.
      return (header, context) ->
          ALGORITHMS.contains(header.getAlgorithm()) ? List.of(key) : List.of();
    } catch (MalformedURLException | IllegalArgumentException e) {
      throw new IllegalStateException(
          "tola.jwt.external.jwks-url is not a URL: " + jwksUrl.get(), e);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(
          "no public key in " + publicKeyFile.get() + ": " + e.getMessage(), e);
    }
  }

  /** An RSA or EC key from its PEM form, with the JDK alone. */
  private static PublicKey publicKey(String pem) throws GeneralSecurityException {
    String base64 = pem.replaceAll("-----[A-Z ]+-----", "");
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("expected one PEM block, PUBLIC KEY", e);
    }
    X509EncodedKeySpec spec = new X509EncodedKeySpec(der);
    try {
      return KeyFactory.getInstance("RSA").generatePublic(spec);
    } catch (InvalidKeySpecException e) {
      return KeyFactory.getInstance("EC").generatePublic(spec);
    }
  }

  /** Whether a token that names this issuer is to be checked here. */
  boolean issues(String iss) {
    return issuer != null && issuer.equals(iss);
  }

  String audience() {
    return audience;
  }

  /**
   * Whether the issuer signed the token.
   *
   * @throws ProblemException UNAVAILABLE when its keys can't be had now
   */
  boolean signed(SignedJWT jwt) {
    try {
      processor.process(jwt, null);
      return true;
    } catch (KeySourceException e) {
      throw new ProblemException(
          ProblemCode.UNAVAILABLE,
          "The keys of the token's issuer can't be read now.",
          List.of(),
          Duration.ofSeconds(5));
    } catch (BadJOSEException | JOSEException e) {
      return false;
    }
  }

  /**
   * The caller that a checked token names.
   *
   * @throws ProblemException UNAUTHENTICATED when it names none
   */
  Caller caller(JWTClaimsSet claims, RateBucket freshBucket) {
    String name = text(claims, "upn");
    if (name == null) {
      name = text(claims, "preferred_username");
    }
    if (name == null) {
      name = claims.getSubject();
    }
    if (name == null
        || name.isBlank()
        || name.length() > 128
        || name.chars().anyMatch(c -> c < ' ' || c == 127)) {
      throw new ProblemException(ProblemCode.UNAUTHENTICATED, "The token names no user.");
    }
    String user = userPrefix + name;
    if (buckets.size() >= MAX_NAMES) {
      long now = System.nanoTime();
      buckets.values().removeIf(bucket -> bucket.isFull(now));
    }
    RateBucket bucket = buckets.computeIfAbsent(user, n -> freshBucket);
    return new Caller(user, roles(claims), accounts(claims), bucket);
  }

  private static String text(JWTClaimsSet claims, String name) {
    return claims.getClaim(name) instanceof String text ? text : null;
  }

  private Set<Role> roles(JWTClaimsSet claims) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (String group : list(claims, groupsClaim)) {
      for (Role role : Role.values()) {
        if (role.code().equals(group)) {
          roles.add(role);
        }
      }
    }
    return roles;
  }

  private static Set<AccountId> accounts(JWTClaimsSet claims) {
    Set<AccountId> accounts = new LinkedHashSet<>();
    try {
      for (String account : list(claims, "accounts")) {
        accounts.add(AccountId.parse(account));
      }
    } catch (InvalidValueException e) {
      throw new ProblemException(
          ProblemCode.UNAUTHENTICATED, "The token's accounts are not UUIDs.");
    }
    return accounts;
  }

  private static List<String> list(JWTClaimsSet claims, String name) {
    try {
      List<String> values = claims.getStringListClaim(name);
      return values == null ? List.of() : values;
    } catch (ParseException e) {
      return List.of();
    }
  }
}
