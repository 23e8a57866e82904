package io.tola.systemtests.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Optional;

/**
 * Reads module and room off a package name: {@code <root>.<module>.<room>…}.
 *
 * @param root {@code io.tola}, or the root of a broken example
 */
record Layout(String root) {

  /** The module, or empty for a class that is not ours. */
  Optional<String> module(JavaClass type) {
    return segment(type, 0);
  }

  /** The room within the module, or empty for a class right in the module's own package. */
  Optional<String> room(JavaClass type) {
    return segment(type, 1);
  }

  boolean isOurs(JavaClass type) {
    return type.getPackageName().startsWith(root + ".");
  }

  private Optional<String> segment(JavaClass type, int index) {
    if (!isOurs(type)) {
      return Optional.empty();
    }
    String[] segments = type.getPackageName().substring(root.length() + 1).split("\\.");
    return index < segments.length ? Optional.of(segments[index]) : Optional.empty();
  }
}
