package io.tola.gateway.security;

import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What a password must be: long, and not what everybody tries first. No rules about digits and
 * signs, because they make passwords that people write down (NIST SP 800-63B, 5.1.1.2). Demo users'
 * common password is the configuration's and isn't asked here. Thread-safe.
 */
@ApplicationScoped
public class PasswordRules {

  static final int LONGEST = 256;
  private static final int SHORTEST_ALLOWED = 8;
  private static final int FEWEST_DIFFERENT = 5;

  /** Beginnings of lists of leaked passwords, and what people make of them to get their length. */
  private static final List<String> COMMON =
      List.of(
          "password",
          "passw0rd",
          "qwerty",
          "azerty",
          "asdfgh",
          "123456",
          "abcdef",
          "abc123",
          "letmein",
          "welcome",
          "iloveyou",
          "monkey",
          "dragon",
          "football",
          "baseball",
          "sunshine",
          "princess",
          "superman",
          "changeme",
          "default",
          "secret",
          "trustno1",
          "admin",
          "1q2w3e",
          "zxcvbn",
          "trading",
          "tola");

  private int shortest;

  /** For the proxy. */
  protected PasswordRules() {}

  @Inject
  PasswordRules(
      @ConfigProperty(name = "tola.security.password-min-length", defaultValue = "12")
          int shortest) {
    if (shortest < SHORTEST_ALLOWED || shortest > 64) {
      throw new IllegalStateException(
          "tola.security.password-min-length must be from " + SHORTEST_ALLOWED + " to 64");
    }
    this.shortest = shortest;
  }

  /** What is wrong with the password, or null when nothing is. */
  String fault(String username, String password) {
    if (password.codePointCount(0, password.length()) < shortest || password.length() > LONGEST) {
      return "must have " + shortest + " to " + LONGEST + " characters";
    }
    if (password.chars().distinct().count() < FEWEST_DIFFERENT) {
      return "must have at least " + FEWEST_DIFFERENT + " different characters";
    }
    String lower = password.toLowerCase(Locale.ROOT);
    if (username.length() > 2 && lower.contains(username)) {
      return "must not hold the user's name";
    }
    for (String common : COMMON) {
      // What is left of it without the part that everybody tries.
      if (lower.contains(common) && lower.replace(common, "").length() < shortest / 2) {
        return "must not be one of the passwords that everybody tries";
      }
    }
    if (isRun(lower)) {
      return "must not be a run of neighbouring characters";
    }
    return null;
  }

  /** {@code abcdefghijkl}, {@code 987654321098}: each character next to the one before it. */
  private static boolean isRun(String text) {
    int steps = 0;
    for (int i = 1; i < text.length(); i++) {
      int step = Math.abs(text.charAt(i) - text.charAt(i - 1));
      steps += step <= 1 ? 1 : 0;
    }
    return steps >= text.length() * 3 / 4;
  }

  /**
   * @param field what the password's field is called
   * @throws ProblemException PASSWORD_REFUSED
   */
  void check(String username, String password, String field) {
    String fault = fault(username, password);
    if (fault != null) {
      throw refused(field, fault);
    }
  }

  static ProblemException refused(String field, String fault) {
    return new ProblemException(
        ProblemCode.PASSWORD_REFUSED,
        field + ' ' + fault + '.',
        List.of(new FieldError(field, fault)));
  }
}
