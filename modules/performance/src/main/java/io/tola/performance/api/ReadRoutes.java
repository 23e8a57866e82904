package io.tola.performance.api;

/** Where this node's reads that bear lag go. Thread-safe; answers from memory. */
public interface ReadRoutes {

  /** As of now. */
  ReadRouting now();
}
