package io.tola.performance.api;

import io.tola.probe.Units;

/**
 * Says that this thread works on a request, so that its statements are counted together. A static
 * call and no bean: it is made for every request.
 */
public final class RequestMark {

  private RequestMark() {}

  /** A request begins on this thread. */
  public static void begin(String method, String path) {
    Units.begin(method, path);
  }

  /** What the thread does for it is over. */
  public static void end() {
    Units.end();
  }
}
