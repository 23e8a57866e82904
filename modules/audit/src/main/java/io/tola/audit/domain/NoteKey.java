package io.tola.audit.domain;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Signs notes with Ed25519 as C2SP's signed-note says. Thread-safe.
 *
 * <p>A signed note is its text, an empty line, and a line {@code — name base64(key id, signature)}.
 * The key id is the first four bytes of SHA-256 over name, line feed, 0x01 and the public key.
 */
public final class NoteKey {

  private static final String ED25519 = "Ed25519";
  private static final byte ALGORITHM = 1;
  private static final int ID_LENGTH = 4;
  private static final int KEY_LENGTH = 32;

  /** Before a signature: an em dash and a space. */
  private static final String MARK = "\u2014 ";

  private final String name;
  private final PrivateKey privateKey;
  private final PublicKey publicKey;
  private final byte[] raw;
  private final byte[] id;

  private NoteKey(String name, KeyPair pair) throws GeneralSecurityException {
    this.name = name;
    this.privateKey = pair.getPrivate();
    this.publicKey = pair.getPublic();
    byte[] der = publicKey.getEncoded();
    this.raw = Arrays.copyOfRange(der, der.length - KEY_LENGTH, der.length);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(name.getBytes(StandardCharsets.UTF_8));
    digest.update(new byte[] {'\n', ALGORITHM});
    this.id = Arrays.copyOf(digest.digest(raw), ID_LENGTH);
  }

  /**
   * The key of a log.
   *
   * @param name the log's
   * @param pkcs8 an Ed25519 private key in DER
   * @throws GeneralSecurityException when it is none
   */
  public static NoteKey of(String name, byte[] pkcs8) throws GeneralSecurityException {
    if (!(KeyFactory.getInstance(ED25519).generatePrivate(new PKCS8EncodedKeySpec(pkcs8))
        instanceof EdECPrivateKey key)) {
      throw new GeneralSecurityException("expected an Ed25519 private key");
    }
    byte[] seed =
        key.getBytes()
            .orElseThrow(() -> new GeneralSecurityException("the private key is not readable"));
    // Java derives the public key only while it makes a pair: it is made from this key's seed.
    KeyPairGenerator generator = KeyPairGenerator.getInstance(ED25519);
    generator.initialize(NamedParameterSpec.ED25519, new Seed(seed));
    NoteKey made = new NoteKey(name, generator.generateKeyPair());
    if (!(made.privateKey instanceof EdECPrivateKey same)
        || !Arrays.equals(seed, same.getBytes().orElse(null))) {
      throw new GeneralSecurityException("this Java can't derive the public key");
    }
    return made;
  }

  /** A new private key, PKCS #8 in DER. */
  public static byte[] generate() throws GeneralSecurityException {
    return KeyPairGenerator.getInstance(ED25519).generateKeyPair().getPrivate().getEncoded();
  }

  /** The same key, for a log of another name. */
  public NoteKey named(String other) {
    try {
      return other.equals(name) ? this : new NoteKey(other, new KeyPair(publicKey, privateKey));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256 was there a moment ago", e);
    }
  }

  /** The log that it signs for. */
  public String name() {
    return name;
  }

  /** The text with its signature. */
  public String sign(String text) {
    try {
      Signature signer = Signature.getInstance(ED25519);
      signer.initSign(privateKey);
      signer.update(text.getBytes(StandardCharsets.UTF_8));
      byte[] signature = signer.sign();
      byte[] line = Arrays.copyOf(id, ID_LENGTH + signature.length);
      System.arraycopy(signature, 0, line, ID_LENGTH, signature.length);
      return text + "\n" + MARK + name + " " + Base64.getEncoder().encodeToString(line) + "\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an Ed25519 key that was tried can't sign", e);
    }
  }

  /**
   * The text of a note this key signed.
   *
   * @throws IllegalArgumentException when this key didn't sign it
   */
  public String open(String note) {
    int end = note.indexOf("\n\n");
    if (end < 0) {
      throw new IllegalArgumentException("not a signed note");
    }
    String text = note.substring(0, end + 1);
    for (String line : note.substring(end + 2).split("\n")) {
      if (line.startsWith(MARK + name + " ") && signed(text, line)) {
        return text;
      }
    }
    throw new IllegalArgumentException("not signed with this key");
  }

  private boolean signed(String text, String line) {
    byte[] bytes = Base64.getDecoder().decode(line.substring(MARK.length() + name.length() + 1));
    if (bytes.length <= ID_LENGTH || !Arrays.equals(bytes, 0, ID_LENGTH, id, 0, ID_LENGTH)) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance(ED25519);
      verifier.initVerify(publicKey);
      verifier.update(text.getBytes(StandardCharsets.UTF_8));
      return verifier.verify(bytes, ID_LENGTH, bytes.length - ID_LENGTH);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** The public key as verifiers of notes take it: {@code name+key id+base64(0x01, key)}. */
  public String verifierKey() {
    byte[] key = new byte[KEY_LENGTH + 1];
    key[0] = ALGORITHM;
    System.arraycopy(raw, 0, key, 1, KEY_LENGTH);
    return name
        + "+"
        + HexFormat.of().formatHex(id)
        + "+"
        + Base64.getEncoder().encodeToString(key);
  }

  @Override
  public String toString() {
    return "NoteKey[" + name + " " + HexFormat.of().formatHex(id) + "]";
  }

  /** Gives the bytes of a seed instead of random ones. */
  private static final class Seed extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final transient byte[] bytes;

    Seed(byte[] bytes) {
      super(null, null);
      this.bytes = bytes;
    }

    @Override
    public void nextBytes(byte[] out) {
      System.arraycopy(bytes, 0, out, 0, out.length);
    }
  }
}
