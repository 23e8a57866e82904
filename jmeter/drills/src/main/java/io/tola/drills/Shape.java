package io.tola.drills;

import java.util.List;
import java.util.Map;

/**
 * What a drill's platform is like. Drills that say the same share one.
 *
 * @param options of the servers' JVMs, after the shipped ones
 * @param properties {@code tola.*} settings of the servers
 * @param environment variables of the servers
 * @param database settings of PostgreSQL
 * @param slowable whether the servers reach the database through a {@link DelayProxy}
 * @param spareMegabytes 0, or the database lies on a file system with so much room left
 * @param tape null for the simulated market
 */
record Shape(
    int nodes,
    List<String> options,
    Map<String, String> properties,
    Map<String, String> environment,
    Map<String, String> database,
    boolean slowable,
    int spareMegabytes,
    Tape tape) {

  /** One server as it is shipped. */
  static Shape plain() {
    return new Shape(1, List.of(), Map.of(), Map.of(), Map.of(), false, 0, null);
  }

  /** Two servers in a cluster. */
  static Shape pair() {
    return new Shape(2, List.of(), Map.of(), Map.of(), Map.of(), false, 0, null);
  }

  Shape options(String... all) {
    return new Shape(
        nodes, List.of(all), properties, environment, database, slowable, spareMegabytes, tape);
  }

  Shape properties(Map<String, String> all) {
    return new Shape(nodes, options, all, environment, database, slowable, spareMegabytes, tape);
  }

  Shape environment(Map<String, String> all) {
    return new Shape(nodes, options, properties, all, database, slowable, spareMegabytes, tape);
  }

  Shape slow() {
    return new Shape(nodes, options, properties, environment, database, true, spareMegabytes, tape);
  }

  /** The database's settings go with it: a small disk holds no large log. */
  Shape spare(int megabytes) {
    return new Shape(
        nodes,
        options,
        properties,
        environment,
        Map.of("min_wal_size", "32MB", "max_wal_size", "64MB"),
        slowable,
        megabytes,
        tape);
  }

  Shape tape(Tape played) {
    return new Shape(
        nodes, options, properties, environment, database, slowable, spareMegabytes, played);
  }
}
