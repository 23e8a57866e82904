package io.tola.probe;

import java.lang.StackWalker.StackFrame;
import java.util.Optional;

/**
 * Where a statement came from: the nearest frame of the platform's own code.
 *
 * @param module the module's name, {@code trading}
 * @param method class and method, {@code OrderStore.insert}
 */
public record Site(String module, String method) {

  static final Site UNKNOWN = new Site("unknown", "unknown");

  private static final String OURS = "io.tola.";
  private static final String PROBE = "io.tola.probe.";
  // Sends what stores hand it; whose statement it is stands above it.
  private static final String SENDER = "io.tola.kernel.sql.";
  private static final int DEPTH = 96;

  private static final StackWalker WALKER = StackWalker.getInstance();

  /** Walks this thread's stack: some microseconds, so not for every execution. */
  static Site ofThisThread() {
    Optional<StackFrame> frame =
        WALKER.walk(frames -> frames.limit(DEPTH).filter(Site::isCaller).findFirst());
    return frame.map(f -> of(f.getClassName(), f.getMethodName())).orElse(UNKNOWN);
  }

  private static boolean isCaller(StackFrame frame) {
    String name = frame.getClassName();
    return name.startsWith(OURS)
        && (!name.startsWith(PROBE) || name.endsWith("Test"))
        && !name.startsWith(SENDER);
  }

  private static Site of(String className, String method) {
    int end = className.indexOf('.', OURS.length());
    String module = end < 0 ? "unknown" : className.substring(OURS.length(), end);
    String simple = className.substring(className.lastIndexOf('.') + 1);
    // lambda$insert$3 is insert.
    String plain = method;
    if (method.startsWith("lambda$")) {
      plain = method.substring(7, Math.max(8, method.lastIndexOf('$')));
    }
    return new Site(module, simple.replace('$', '.') + "." + plain);
  }
}
