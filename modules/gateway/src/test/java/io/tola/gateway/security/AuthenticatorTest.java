package io.tola.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Role;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthenticatorTest {

  private static final Instant NOW = Instant.parse("2026-11-21T09:15:00Z");
  private static final String OUTSIDE = "https://login.example.com/";

  @TempDir private Path folder;

  private final Ticking clock = new Ticking();
  private SigningKey key;
  private Tokens tokens;
  private UserDirectory users;
  private StoredUser trader;
  private RSAKey outsideKey;
  private RevokedTokens revoked;
  private Authenticator authenticator;
  private ExternalIssuer external;

  /** A database in which nothing was taken back. */
  private static final class NothingRevoked extends AccessStore {
    @Override
    List<RevokedTokens.Row> revokedSince(Instant since, Instant now) {
      return List.of();
    }

    @Override
    List<RevokedTokens.End> endedSince(Instant since) {
      return List.of();
    }
  }

  /** A clock that is moved by hand. */
  private static final class Ticking extends Clock {
    private Instant now = NOW;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @BeforeEach
  void oneTraderIsKnown() throws Exception {
    key = SigningKey.load(folder.resolve("key.pem"));
    tokens = new Tokens(clock, key, "tola", "tola", 3_600);
    users = new UserDirectory(null, clock, "demo", 100, 5);
    trader = user(1, true);
    users.put(trader);
    outsideKey = new RSAKeyGenerator(2048).keyID("out-1").generate();
    Path publicKey = folder.resolve("outside.pem");
    Files.writeString(
        publicKey,
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(outsideKey.toPublicKey().getEncoded())
            + "\n-----END PUBLIC KEY-----\n");
    external =
        new ExternalIssuer(
            Optional.of(OUTSIDE),
            Optional.of("tola-api"),
            Optional.empty(),
            Optional.of(publicKey.toString()),
            "groups",
            "ext:");
    revoked = new RevokedTokens(new NothingRevoked(), clock);
    authenticator = new Authenticator(tokens, external, users, revoked, clock, 5);
  }

  private static StoredUser user(long version, boolean enabled) {
    return new StoredUser(
        UUID.fromString("01900000-0000-7000-8000-000000000009"),
        "trader1",
        null,
        Set.of(Role.TRADER),
        Set.of(AccountId.parse("01900000-0000-7000-8000-000000000001")),
        enabled,
        true,
        version,
        NOW);
  }

  @Test
  void aTokenIssuedHereNamesItsUserRolesAndAccounts() {
    Caller caller = authenticator.authenticate("Bearer " + tokens.issue(trader).token());
    assertThat(caller.getName()).isEqualTo("trader1");
    assertThat(caller.roles()).containsExactly(Role.TRADER);
    assertThat(caller.onlyAccount()).isEqualTo(trader.accounts().iterator().next());
    assertThat(caller.hasAnyOf(Caller.mask(List.of(Role.RISK, Role.TRADER)))).isTrue();
    assertThat(caller.hasAnyOf(Caller.mask(List.of(Role.RISK)))).isFalse();
  }

  @Test
  void allTokensOfAUserShareOneAllowance() {
    Caller one = authenticator.authenticate("Bearer " + tokens.issue(trader).token());
    Caller two = authenticator.authenticate("bearer " + tokens.issue(trader).token());
    assertThat(one.bucket()).isSameAs(two.bucket());
  }

  @Test
  void withoutATokenThereIsNoCaller() {
    for (String header :
        new String[] {
          null,
          "",
          "Bearer",
          "Bearer ",
          "Basic dHJhZGVyMTpwYXNz",
          "Bearer x",
          "Bearer a.b.c",
          "Bearer ..",
          "Bearer " + "A".repeat(20_000)
        }) {
      assertThat(refused(header)).as(String.valueOf(header)).isEqualTo(ProblemCode.UNAUTHENTICATED);
    }
  }

  @Test
  void everyChangeOfATokenBreaksIt() {
    String token = tokens.issue(trader).token();
    for (int i = 0; i < token.length(); i += 7) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      String changed = token.substring(0, i) + other + token.substring(i + 1);
      assertThat(refused("Bearer " + changed)).as("at " + i).isEqualTo(ProblemCode.UNAUTHENTICATED);
    }
  }

  @Test
  void aTokenWithoutSignatureIsRefused() {
    assertThat(refused("Bearer " + new PlainJWT(claims().build()).serialize()))
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
    String[] parts = tokens.issue(trader).token().split("\\.");
    String none = base64("{\"alg\":\"none\",\"typ\":\"JWT\"}");
    assertThat(refused("Bearer " + none + "." + parts[1] + "."))
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(refused("Bearer " + none + "." + parts[1] + "." + parts[2]))
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(refused("Bearer " + parts[0] + "." + parts[1] + "."))
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
  }

  @Test
  void thePublicKeyIsNoSecretToSignWith() throws Exception {
    for (byte[] secret :
        new byte[][] {
          key.publicKey().getEncoded(),
          Base64.getMimeEncoder().encode(key.publicKey().getEncoded()),
          new RSAKey.Builder(key.publicKey())
              .build()
              .toJSONString()
              .getBytes(StandardCharsets.UTF_8)
        }) {
      SignedJWT forged =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.id()).build(), claims().build());
      forged.sign(new MACSigner(secret));
      assertThat(refused("Bearer " + forged.serialize())).isEqualTo(ProblemCode.UNAUTHENTICATED);
    }
  }

  @Test
  void aKeyThatComesWithTheTokenIsNotBelieved() throws Exception {
    RSAKey forger = new RSAKeyGenerator(2048).generate();
    for (Consumer<JWSHeader.Builder> where :
        List.<Consumer<JWSHeader.Builder>>of(
            header -> header.jwk(forger.toPublicJWK()),
            header -> header.jwkURL(java.net.URI.create("http://127.0.0.1:1/keys")),
            header -> header.keyID(key.id()),
            header -> header.keyID(null))) {
      JWSHeader.Builder header = new JWSHeader.Builder(JWSAlgorithm.RS256);
      where.accept(header);
      SignedJWT forged = new SignedJWT(header.build(), claims().build());
      forged.sign(new RSASSASigner(forger));
      assertThat(refused("Bearer " + forged.serialize())).isEqualTo(ProblemCode.UNAUTHENTICATED);
    }
  }

  @Test
  void onlyTheOneAlgorithmIsTakenEvenWithTheRightKey() throws Exception {
    for (JWSAlgorithm algorithm :
        List.of(JWSAlgorithm.RS384, JWSAlgorithm.RS512, JWSAlgorithm.PS256)) {
      assertThat(refused("Bearer " + signed(claims(), algorithm, key.id())))
          .isEqualTo(ProblemCode.UNAUTHENTICATED);
    }
    assertThat(refused("Bearer " + signed(claims(), JWSAlgorithm.RS256, "another-key")))
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
  }

  @Test
  void aTokenForSomebodyElseIsRefused() throws Exception {
    assertThat(refused(claims().issuer("somebody"))).isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(refused(claims().issuer(null))).isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(refused(claims().audience("another-service")))
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(refused(claims().audience((String) null))).isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(refused(claims().expirationTime(null))).isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(refused(claims().claim("upn", null))).isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(refused(claims().claim("ver", null))).isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(refused(claims().claim("ver", "1"))).isEqualTo(ProblemCode.UNAUTHENTICATED);
  }

  @Test
  void aTokenEndsAndItsRememberedFormToo() {
    String token = "Bearer " + tokens.issue(trader).token();
    authenticator.authenticate(token);
    clock.now = NOW.plusSeconds(3_604);
    authenticator.authenticate(token);
    clock.now = NOW.plusSeconds(3_605);
    assertThat(refused(token)).isEqualTo(ProblemCode.TOKEN_EXPIRED);
    assertThat(refused(token)).isEqualTo(ProblemCode.TOKEN_EXPIRED);
  }

  @Test
  void aTokenThatIsNotValidYetIsRefusedBeyondTheSkew() throws Exception {
    assertThat(refused(claims().notBeforeTime(Date.from(NOW.plusSeconds(60)))))
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
    JWTClaimsSet.Builder soon = claims().notBeforeTime(Date.from(NOW.plusSeconds(3)));
    assertThat(authenticator.authenticate("Bearer " + signed(soon, JWSAlgorithm.RS256, key.id())))
        .isNotNull();
  }

  @Test
  void aChangeOfRightsEndsOlderTokensAtOnce() {
    String token = "Bearer " + tokens.issue(trader).token();
    authenticator.authenticate(token);
    users.put(user(2, true));
    assertThat(refused(token)).isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(authenticator.authenticate("Bearer " + tokens.issue(user(2, true)).token()))
        .isNotNull();
  }

  @Test
  void aDisabledUserIsOut() {
    String token = "Bearer " + tokens.issue(trader).token();
    authenticator.authenticate(token);
    users.put(user(2, false));
    assertThat(refused(token)).isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(refused("Bearer " + tokens.issue(user(2, false)).token()))
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
  }

  @Test
  void demoUsersAreOutOutsideOfTheDemoProfile() {
    UserDirectory production = new UserDirectory(null, clock, "production", 100, 5);
    production.put(trader);
    Authenticator strict =
        new Authenticator(
            tokens,
            new ExternalIssuer(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "groups",
                "ext:"),
            production,
            revoked,
            clock,
            5);
    ProblemException problem =
        catchThrowableOfType(
            ProblemException.class,
            () -> strict.authenticate("Bearer " + tokens.issue(trader).token()));
    assertThat(problem.code()).isEqualTo(ProblemCode.UNAUTHENTICATED);
  }

  @Test
  void aTokenTakenBackIsOutHoweverItIsSpelledAndOthersStay() {
    String token = tokens.issue(trader).token();
    String other = "Bearer " + tokens.issue(trader).token();
    authenticator.authenticate("Bearer " + token);
    authenticator.authenticate(other);
    Authenticator.Held held = authenticator.held("Bearer " + token);
    assertThat(held.expiresAt()).isEqualTo(NOW.plusSeconds(3_605));

    revoked.add(held.id(), held.expiresAt());

    for (String spelled : List.of("Bearer " + token, "bearer " + token)) {
      assertThat(refused(spelled)).as(spelled).isEqualTo(ProblemCode.UNAUTHENTICATED);
    }
    assertThat(authenticator.authenticate(other)).isNotNull();
  }

  @Test
  void noTokenOutlivesTheDailyLogout() throws Exception {
    Tokens daily =
        new Tokens(clock, key, "tola", "tola", 3_600, DailyLogout.of("15:00", "Asia/Kolkata"));
    Authenticator strict =
        new Authenticator(
            daily,
            new ExternalIssuer(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "groups",
                "ext:"),
            users,
            revoked,
            clock,
            0);
    // 15:00 in India is 09:30 UTC, a quarter of an hour from now.
    Tokens.Issued issued = daily.issue(trader);
    assertThat(issued.expiresInSeconds()).isEqualTo(900);
    String longer =
        "Bearer "
            + signed(
                claims()
                    .issueTime(Date.from(NOW))
                    .expirationTime(Date.from(NOW.plus(Duration.ofDays(3)))),
                JWSAlgorithm.RS256,
                key.id());
    strict.authenticate(longer);
    clock.now = NOW.plusSeconds(899);
    strict.authenticate("Bearer " + issued.token());
    clock.now = NOW.plusSeconds(900);
    for (String token : List.of("Bearer " + issued.token(), longer)) {
      ProblemException late =
          catchThrowableOfType(ProblemException.class, () -> strict.authenticate(token));
      assertThat(late.code()).isEqualTo(ProblemCode.TOKEN_EXPIRED);
    }
  }

  private JWTClaimsSet.Builder outsider(String name) {
    return new JWTClaimsSet.Builder()
        .issuer(OUTSIDE)
        .audience("tola-api")
        .claim("upn", name)
        .claim("groups", List.of("trader"))
        .expirationTime(Date.from(NOW.plus(Duration.ofDays(3))));
  }

  private String outside(JWTClaimsSet.Builder claims) throws Exception {
    return "Bearer " + outside(claims, new RSASSASigner(outsideKey));
  }

  @Test
  void aTokenThatTheDailyLogoutCouldntEndIsRefused() throws Exception {
    Tokens daily =
        new Tokens(clock, key, "tola", "tola", 3_600, DailyLogout.of("15:00", "Asia/Kolkata"));
    Authenticator strict = new Authenticator(daily, external, users, revoked, clock, 5);
    String silent = outside(outsider("anna"));
    ProblemException problem =
        catchThrowableOfType(ProblemException.class, () -> strict.authenticate(silent));
    assertThat(problem.code()).isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(problem).hasMessageContaining("iat");
    assertThat(authenticator.authenticate(silent)).as("without a daily logout").isNotNull();

    String said = outside(outsider("anna").issueTime(Date.from(NOW)));
    strict.authenticate(said);
    clock.now = NOW.plusSeconds(905);
    // Also by a node that sees it for the first time.
    for (Authenticator node :
        List.of(strict, new Authenticator(daily, external, users, revoked, clock, 5))) {
      assertThat(catchThrowableOfType(ProblemException.class, () -> node.authenticate(said)).code())
          .isEqualTo(ProblemCode.TOKEN_EXPIRED);
    }
  }

  @Test
  void aTokenIssuedInTheFutureIsRefusedBeyondTheSkew() throws Exception {
    assertThat(refused(outside(outsider("anna").issueTime(Date.from(NOW.plusSeconds(6))))))
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(refused(claims().issueTime(Date.from(NOW.plus(Duration.ofDays(2))))))
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(
            authenticator.authenticate(
                outside(outsider("anna").issueTime(Date.from(NOW.plusSeconds(4))))))
        .isNotNull();
  }

  @Test
  void anExternalUserEndsAllTokensIssuedSoFarAndNobodyElses() throws Exception {
    String one = outside(outsider("anna").issueTime(Date.from(NOW.minusSeconds(60))));
    String unseen = outside(outsider("anna").issueTime(Date.from(NOW)));
    String silent = outside(outsider("anna"));
    String other = outside(outsider("bert").issueTime(Date.from(NOW.minusSeconds(60))));
    for (String token : List.of(one, silent, other)) {
      authenticator.authenticate(token);
    }
    assertThat(authenticator.held(one).external()).isTrue();

    revoked.add("ext:anna", NOW);

    for (String token : List.of(one, unseen, silent)) {
      assertThat(refused(token)).isEqualTo(ProblemCode.UNAUTHENTICATED);
    }
    assertThat(authenticator.authenticate(other)).isNotNull();
    clock.now = NOW.plusSeconds(1);
    String next = outside(outsider("anna").issueTime(Date.from(clock.now)));
    assertThat(authenticator.authenticate(next).getName()).isEqualTo("ext:anna");
  }

  @Test
  void aTokenHasOneSpellingSoThatItIsRememberedOnce() {
    String token = tokens.issue(trader).token();
    assertThat(authenticator.authenticate("Bearer " + token)).isNotNull();
    assertThat(authenticator.authenticate("bEARER " + token)).isNotNull();
    int signature = token.lastIndexOf('.') + 1;
    char last = token.charAt(token.length() - 1);
    for (String spelled :
        List.of(
            " " + token,
            token + " ",
            "\t" + token,
            token + "=",
            token.substring(0, signature) + '*' + token.substring(signature),
            token.substring(0, signature) + ' ' + token.substring(signature),
            // The last letter of 256 bytes in Base64 has four bits that mean nothing.
            token.substring(0, token.length() - 1) + (char) (last + 1))) {
      assertThat(refused("Bearer " + spelled)).as(spelled).isEqualTo(ProblemCode.UNAUTHENTICATED);
    }
    assertThat(authenticator.remembered()).isEqualTo(1);
  }

  @Test
  void aTokenOfAUserWithManyAccountsIsShortEnoughToBeTaken() {
    for (int accounts : new int[] {120, 121, 1_000}) {
      Set<AccountId> many = new java.util.LinkedHashSet<>();
      for (int i = 0; i < accounts; i++) {
        many.add(new AccountId(Ids.next()));
      }
      StoredUser broker =
          new StoredUser(
              trader.userId(), "broker", null, Set.of(Role.TRADER), many, true, true, 1, NOW);
      users.put(broker);
      assertThat(authenticator.authenticate("Bearer " + tokens.issue(broker).token()).accounts())
          .hasSize(accounts);
    }
  }

  @Test
  void theExternalIssuersTokensAreGoodWithTheirOwnKeyAndAudience() throws Exception {
    JWTClaimsSet.Builder good =
        new JWTClaimsSet.Builder()
            .issuer(OUTSIDE)
            .audience("tola-api")
            .subject("u-17")
            .claim("upn", "trader1")
            .claim("groups", List.of("trader", "unknown-group", "risk"))
            .claim("accounts", List.of("01900000-0000-7000-8000-000000000007"))
            .expirationTime(Date.from(NOW.plus(Duration.ofMinutes(5))));
    Caller caller =
        authenticator.authenticate("Bearer " + outside(good, new RSASSASigner(outsideKey)));
    assertThat(caller.getName()).isEqualTo("ext:trader1");
    assertThat(caller.roles()).containsExactlyInAnyOrder(Role.TRADER, Role.RISK);
    assertThat(caller.onlyAccount())
        .isEqualTo(AccountId.parse("01900000-0000-7000-8000-000000000007"));

    assertThat(refused("Bearer " + outside(good, new RSASSASigner(key.privateKey()))))
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
    JWTClaimsSet.Builder wrong = new JWTClaimsSet.Builder(good.build()).audience("tola");
    assertThat(refused("Bearer " + outside(wrong, new RSASSASigner(outsideKey))))
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
    JWTClaimsSet.Builder late =
        new JWTClaimsSet.Builder(good.build()).expirationTime(Date.from(NOW.minusSeconds(60)));
    assertThat(refused("Bearer " + outside(late, new RSASSASigner(outsideKey))))
        .isEqualTo(ProblemCode.TOKEN_EXPIRED);
    JWTClaimsSet.Builder odd =
        new JWTClaimsSet.Builder(good.build()).claim("accounts", List.of("mine"));
    assertThat(refused("Bearer " + outside(odd, new RSASSASigner(outsideKey))))
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
  }

  @Test
  void theExternalIssuersKeyDoesNotSignLocalTokens() throws Exception {
    SignedJWT forged =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("out-1").build(), claims().build());
    forged.sign(new RSASSASigner(outsideKey));
    assertThat(refused("Bearer " + forged.serialize())).isEqualTo(ProblemCode.UNAUTHENTICATED);
  }

  private static String outside(JWTClaimsSet.Builder claims, JWSSigner signer) throws Exception {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("out-1").build(), claims.build());
    jwt.sign(signer);
    return jwt.serialize();
  }

  private JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer("tola")
        .audience("tola")
        .subject(Ids.next().toString())
        .claim("upn", "trader1")
        .claim("ver", 1L)
        .expirationTime(Date.from(NOW.plusSeconds(60)));
  }

  private String signed(JWTClaimsSet.Builder claims, JWSAlgorithm algorithm, String keyId)
      throws Exception {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).keyID(keyId).build(),
            claims.build());
    jwt.sign(new RSASSASigner(key.privateKey()));
    return jwt.serialize();
  }

  private ProblemCode refused(JWTClaimsSet.Builder claims) throws Exception {
    return refused("Bearer " + signed(claims, JWSAlgorithm.RS256, key.id()));
  }

  private ProblemCode refused(String header) {
    ProblemException problem =
        catchThrowableOfType(ProblemException.class, () -> authenticator.authenticate(header));
    assertThat(problem).as(header).isNotNull();
    return problem.code();
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
