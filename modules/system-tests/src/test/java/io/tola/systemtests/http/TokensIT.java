package io.tola.systemtests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Only a token that the platform signed, and that still holds, opens a door. */
@ExtendWith(SharedPlatform.class)
class TokensIT {

  private final TestPlatform platform;
  private final String[] parts;

  TokensIT(TestPlatform platform) {
    this.platform = platform;
    this.parts = platform.api().token("trader1").split("\\.");
  }

  @Test
  void aTokenSaysHowLongItHolds() {
    Answer answer =
        platform
            .api()
            .anonymous()
            .post(
                "/api/v1/auth/token",
                Api.object().put("username", "trader1").put("password", platform.password()))
            .expect(200);
    assertThat(answer.text("token_type")).isEqualToIgnoringCase("Bearer");
    assertThat(answer.json().get("expires_in").asInt()).isPositive();
    assertThat(answer.header("Cache-Control").orElse("")).contains("no-store");
  }

  @Test
  void aWrongPasswordAndAnUnknownUserGetTheSameAnswer() {
    Answer wrong = login("trader2", "not the password");
    Answer unknown = login("nobody", "not the password");
    Problems.expect(wrong, 401);
    Problems.expect(unknown, 401);
    assertThat(wrong.text("detail")).isEqualTo(unknown.text("detail"));
    assertThat(wrong.text("code")).isEqualTo(unknown.text("code"));
  }

  @Test
  void guessingIsThrottledAndTheRightPasswordElsewhereIsNot() {
    int status = 0;
    for (int i = 0; i < 20 && status != 429; i++) {
      status = login("trader39", "guess " + i).status();
    }
    assertThat(status).isEqualTo(429);
    Answer throttled = Problems.expect(login("trader39", "guess"), 429);
    assertThat(throttled.header("Retry-After")).isPresent();
    assertThat(login("trader40", platform.password()).status()).isEqualTo(200);
  }

  @Test
  void noTokenOrNoneAtAllIsAskedForOne() {
    Answer answer = Problems.expect(platform.api().anonymous().get("/api/v1/status"), 401);
    assertThat(answer.header("WWW-Authenticate").orElse("")).startsWith("Bearer");
    for (String token : List.of("x", "a.b.c", "..", "null", parts[0] + "." + parts[1])) {
      refused(token);
    }
  }

  @Test
  void basicAuthenticationIsNotTaken() {
    Api.Caller anonymous = platform.api().anonymous();
    String basic =
        Base64.getEncoder()
            .encodeToString(("trader1:" + platform.password()).getBytes(StandardCharsets.UTF_8));
    Problems.expect(
        anonymous.send(
            anonymous.request("/api/v1/status").header("Authorization", "Basic " + basic).GET()),
        401);
  }

  @Test
  void anUnsignedTokenIsRefused() {
    for (String algorithm : List.of("none", "None", "NONE")) {
      String header = base64("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}");
      refused(header + "." + parts[1] + ".");
      refused(header + "." + parts[1] + "." + parts[2]);
    }
  }

  @Test
  void aTokenSignedWithThePublicKeyAsASecretIsRefused() throws Exception {
    RSAPrivateCrtKey key = (RSAPrivateCrtKey) signingKey();
    byte[] publicKey =
        KeyFactory.getInstance("RSA")
            .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()))
            .getEncoded();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(publicKey)
            + "\n-----END PUBLIC KEY-----\n";
    for (byte[] secret : List.of(publicKey, pem.getBytes(StandardCharsets.US_ASCII))) {
      ObjectNode header = (ObjectNode) json(parts[0]);
      header.put("alg", "HS256");
      String content = base64(header.toString()) + "." + parts[1];
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      refused(content + "." + base64(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII))));
    }
  }

  @Test
  void aTokenOfAnotherKeyIsRefused() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    refused(signed(json(parts[1]), generator.generateKeyPair().getPrivate()));
  }

  @Test
  void aChangedTokenIsRefused() {
    ObjectNode claims = (ObjectNode) json(parts[1]);
    claims.putArray("groups").add("admin").add("risk");
    refused(parts[0] + "." + base64(claims.toString()) + "." + parts[2]);
    char last = parts[2].charAt(10);
    refused(
        parts[0]
            + "."
            + parts[1]
            + "."
            + parts[2].substring(0, 10)
            + (last == 'A' ? 'B' : 'A')
            + parts[2].substring(11));
  }

  @Test
  void anExpiredTokenIsRefusedThoughItsSignatureIsOurs() throws Exception {
    ObjectNode claims = (ObjectNode) json(parts[1]);
    long now = platform.sql().count("SELECT extract(epoch FROM now())::bigint");
    // The control: our own signature over unchanged claims is taken.
    assertThat(platform.api().bearing(signed(claims, signingKey())).get("/api/v1/status").status())
        .isEqualTo(200);
    claims.put("iat", now - 7200).put("exp", now - 3600);
    refused(signed(claims, signingKey()));
  }

  @Test
  void aTokenForSomebodyElseIsRefused() throws Exception {
    ObjectNode claims = (ObjectNode) json(parts[1]);
    refused(signed(claims.deepCopy().put("iss", "somebody"), signingKey()));
    refused(signed(claims.deepCopy().put("aud", "another-service"), signingKey()));
    ObjectNode endless = claims.deepCopy();
    endless.remove("exp");
    refused(signed(endless, signingKey()));
  }

  private Answer login(String user, String password) {
    return platform
        .api()
        .anonymous()
        .post("/api/v1/auth/token", Api.object().put("username", user).put("password", password));
  }

  private void refused(String token) {
    Problems.expect(platform.api().bearing(token).get("/api/v1/status"), 401);
  }

  private String signed(JsonNode claims, PrivateKey key) throws Exception {
    String content = parts[0] + "." + base64(claims.toString());
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key);
    signature.update(content.getBytes(StandardCharsets.US_ASCII));
    return content + "." + base64(signature.sign());
  }

  private PrivateKey signingKey() throws Exception {
    String pem = Files.readString(platform.signingKeyFile());
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  private static JsonNode json(String part) {
    return Api.parse(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
