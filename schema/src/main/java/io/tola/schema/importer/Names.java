package io.tola.schema.importer;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.NameBasedGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Ids of what had none, or had another sort: UUIDs version 5 (RFC 9562) of the names, so that the same record has the same id in every
 * run, and a trade finds its order. Not thread-safe.
 */
final class Names {

  /** The namespace of everything imported. */
  private static final UUID NAMESPACE = UUID.fromString("6f3d1c52-8f0e-5c0b-9d3a-7c1f0a4be2d7");

  private final NameBasedGenerator generator;

  Names() {
    try {
      generator = Generators.nameBasedGenerator(NAMESPACE, MessageDigest.getInstance("SHA-1"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }

  UUID of(String what, Object... parts) {
    StringBuilder name = new StringBuilder(96).append(what);
    for (Object part : parts) {
      name.append('\u001f').append(part);
    }
    return generator.generate(name.toString());
  }

  UUID order(UUID account, String orderId) {
    UUID own = JsonRecord.asUuid(orderId);
    return own != null ? own : of("order", account, orderId);
  }
}
