package io.tola.probe;

import java.util.regex.Pattern;

/**
 * The request that this thread works on, so that its statements can be counted together. Begin and
 * end on the same thread; what other threads do for the request isn't counted.
 */
public final class Units {

  /** Whatever isn't a word in lower case, as an API's own parts are, or its version. */
  private static final Pattern IDS =
      Pattern.compile("/(?!(?:v[0-9]+|[a-z]+(?:[-_.][a-z]+)*)(?:/|$))[^/]+");

  private static final ThreadLocal<Unit> CURRENT = ThreadLocal.withInitial(Unit::new);

  private Units() {}

  /** One thread's request. */
  static final class Unit {
    private final Tally tally = new Tally();
    private String method;
    private String path;

    /** The name; ids and symbols in the path don't make it another request. */
    String name() {
      return path == null ? null : new Request(method, path).name();
    }
  }

  /** A request begins; one that never ended is forgotten. */
  public static void begin(String method, String path) {
    Unit unit = CURRENT.get();
    unit.tally.clear();
    unit.method = method;
    unit.path = path;
  }

  /** The request that this thread began has ended, or goes on elsewhere. */
  public static void end() {
    Unit unit = CURRENT.get();
    if (unit.path != null) {
      unit.tally.close(Profile.ours(), unit::name);
      unit.method = null;
      unit.path = null;
    }
  }

  static void add(StatementRecord statement) {
    Unit unit = CURRENT.get();
    if (unit.path != null) {
      unit.tally.add(statement);
    }
  }

  /** A request as it came, to be named later if anybody asks. */
  record Request(String method, String path) {
    String name() {
      return method + " " + IDS.matcher(path).replaceAll("/{id}");
    }
  }

  /** This thread's request, or null. */
  static Request request() {
    Unit unit = CURRENT.get();
    return unit.path == null ? null : new Request(unit.method, unit.path);
  }

  /** The name of this thread's request, or null. */
  static String name() {
    return CURRENT.get().name();
  }
}
