package io.tola.drills;

/**
 * A drill.
 *
 * @param what it does, in a line
 * @param breaksConnections whether clients may be left without an answer; otherwise each must be told something
 */
record Drill(String name, String what, Shape shape, boolean breaksConnections, Script script) {

  /** What is done to the platform while orders flow. */
  interface Script {
    void play(Stage stage) throws Exception;
  }
}
