package io.tola.verifier;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A log's public Ed25519 key, as C2SP's signed-note writes it: {@code name+key id+base64}. */
final class LogKey {

  private static final Pattern FORM = Pattern.compile("([^+\\s]+)\\+([0-9a-f]{8})\\+(\\S+)");
  private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private final String name;
  private final byte[] id;
  private final PublicKey key;

  private LogKey(String name, byte[] id, PublicKey key) {
    this.name = name;
    this.id = id;
    this.key = key;
  }

  /**
   * A key from its text.
   *
   * @throws IllegalArgumentException when it is none
   */
  static LogKey parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw new IllegalArgumentException("expected a key such as name+1a2b3c4d+AbCd…");
    }
    String name = form.group(1);
    byte[] typed = Base64.getDecoder().decode(form.group(3));
    if (typed.length != 33 || typed[0] != 1) {
      throw new IllegalArgumentException("expected an Ed25519 key");
    }
    byte[] prefix = (name + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(prefix, prefix.length + typed.length);
    System.arraycopy(typed, 0, all, prefix.length, typed.length);
    byte[] id = Arrays.copyOf(new Sha256().of(all), 4);
    if (!HexFormat.of().formatHex(id).equals(form.group(2))) {
      throw new IllegalArgumentException("the key's id doesn't fit its name and bytes");
    }
    byte[] der = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + 32);
    System.arraycopy(typed, 1, der, X509_PREFIX.length, 32);
    try {
      return new LogKey(
          name, id, KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not a usable Ed25519 key", e);
    }
  }

  String name() {
    return name;
  }

  /** Whether a line's key id is this key's. */
  boolean hasId(byte[] other) {
    return Arrays.equals(id, other);
  }

  boolean signed(byte[] text, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(key);
      verifier.update(text);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
