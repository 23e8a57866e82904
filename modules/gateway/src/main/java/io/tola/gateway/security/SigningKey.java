package io.tola.gateway.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import io.tola.kernel.key.PrivateKeyFile;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;

/**
 * The RSA key that signs tokens, in a file that all nodes share.
 *
 * @param id RFC 7638 thumbprint, the {@code kid} of tokens
 */
record SigningKey(RSAPrivateCrtKey privateKey, RSAPublicKey publicKey, String id) {

  private static final int BITS = 2048;

  /**
   * Reads the key, or makes it.
   *
   * @throws IllegalStateException when the file can't be read or made, or holds something else
   */
  static SigningKey load(Path file) {
    return PrivateKeyFile.load(file, "token", SigningKey::generate, SigningKey::of);
  }

  private static SigningKey of(byte[] der) throws GeneralSecurityException {
    KeyFactory rsa = KeyFactory.getInstance("RSA");
    if (!(rsa.generatePrivate(new PKCS8EncodedKeySpec(der)) instanceof RSAPrivateCrtKey key)) {
      throw new GeneralSecurityException("expected an RSA key with its public part");
    }
    if (key.getModulus().bitLength() < BITS) {
      throw new GeneralSecurityException("the key has fewer than " + BITS + " bits");
    }
    RSAPublicKey publicKey =
        (RSAPublicKey)
            rsa.generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
    try {
      String id = new RSAKey.Builder(publicKey).build().computeThumbprint().toString();
      return new SigningKey(key, publicKey, id);
    } catch (JOSEException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static byte[] generate() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(BITS);
    return generator.generateKeyPair().getPrivate().getEncoded();
  }

  @Override
  public String toString() {
    return "SigningKey[" + id + "]";
  }
}
