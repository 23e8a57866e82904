package io.tola.systemtests.architecture;

import java.util.List;
import java.util.Set;

/**
 * Who may call whom. Left may use right's {@code api}, never back:
 *
 * <pre>
 * gateway → strategy → risk → portfolio → trading → market → kernel
 * audit → kernel        performance → kernel, probe
 * </pre>
 *
 * <p>The gateway is the door to audit and performance too and so may use their {@code api}; no other
 * module may. {@code probe} lies in the server's library beside the driver: {@code performance} reads it, and it
 * uses nobody. {@code schema}, {@code standalone}, {@code bench}, {@code drills}, {@code jmeter} and {@code verifier} stand outside of the server: they use
 * no business module, and nobody in the server uses them.
 */
final class Arrows {

  private static final List<String> CHAIN =
      List.of("gateway", "strategy", "risk", "portfolio", "trading", "market");
  private static final Set<String> ASIDE = Set.of("audit", "performance");
  private static final List<String> OUTSIDE =
      List.of("bench", "drills", "jmeter", "standalone", "schema", "verifier");
  private static final String KERNEL = "kernel";
  private static final String PROBE = "probe";

  private Arrows() {}

  /** Whether the law knows the module at all; a new one must be given its place here first. */
  static boolean hasPlace(String module) {
    return module.equals(KERNEL)
        || module.equals(PROBE)
        || CHAIN.contains(module)
        || ASIDE.contains(module)
        || OUTSIDE.contains(module);
  }

  /** Whether {@code from} may use {@code to}; of a business module only its {@code api}. */
  static boolean allowed(String from, String to) {
    if (from.equals(to)) {
      return true;
    }
    if (from.equals(PROBE) || to.equals(PROBE)) {
      return from.equals("performance");
    }
    if (to.equals(KERNEL)) {
      return !from.equals("schema") && !from.equals("verifier");
    }
    if (OUTSIDE.contains(from)) {
      return OUTSIDE.indexOf(from) < OUTSIDE.indexOf(to);
    }
    if (ASIDE.contains(to)) {
      return from.equals("gateway");
    }
    return CHAIN.contains(from) && CHAIN.contains(to) && CHAIN.indexOf(from) < CHAIN.indexOf(to);
  }
}
