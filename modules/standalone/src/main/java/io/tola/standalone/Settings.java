package io.tola.standalone;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;

/**
 * What the person who starts the platform may set: {@code -Dtola.http.port=…} or {@code TOLA_HTTP_PORT=…}, the property first.
 *
 * @param properties the {@code tola.*} system properties given, and nothing else
 * @param environment the environment variables
 * @param workingDirectory what relative paths are relative to
 */
record Settings(
    Map<String, String> properties, Map<String, String> environment, Path workingDirectory) {

  /**
   * A server may take 30 connections of PostgreSQL (24 of {@code jdbc/tola}, 4 of {@code tola-long}, 2 of {@code tola-advisor}); of its
   * 200 some must be left for its superuser, replicas and people.
   */
  static final int MOST_NODES = 6;

  private static final String PREFIX = "tola.";

  Settings {
    properties = Map.copyOf(properties);
    environment = Map.copyOf(environment);
    Objects.requireNonNull(workingDirectory, "workingDirectory");
  }

  /** Takes the {@code tola.*} properties out of a JVM's system properties. */
  static Settings of(Properties system, Map<String, String> environment, Path workingDirectory) {
    Map<String, String> tola = new TreeMap<>();
    for (String name : system.stringPropertyNames()) {
      if (name.startsWith(PREFIX)) {
        tola.put(name, system.getProperty(name));
      }
    }
    return new Settings(tola, environment, workingDirectory);
  }

  /** The value set, or the default. An empty value counts as not set. */
  String text(String name, String otherwise) {
    String value = properties.get(name);
    if (value == null || value.isBlank()) {
      value = environment.get(environmentName(name));
    }
    return value == null || value.isBlank() ? otherwise : value.strip();
  }

  /** A flag: set without a value ({@code -Dtola.fresh}) it is true. */
  boolean flag(String name) {
    String value = properties.get(name);
    if (value == null) {
      value = environment.get(environmentName(name));
    }
    return value != null && !value.strip().equalsIgnoreCase("false");
  }

  /** A port from 1 to 65535. */
  int port(String name, int otherwise) throws StartRefused {
    String value = text(name, Integer.toString(otherwise));
    try {
      int port = Integer.parseInt(value);
      if (port >= 1 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Falls through: the message is the same as for a number out of range.
    }
    throw new StartRefused(
        name
            + " ("
            + environmentName(name)
            + ") must be a port from 1 to 65535, not '"
            + value
            + "'.");
  }

  /** How many servers share the database and the broker: {@code tola.nodes}, from 1 to {@value #MOST_NODES}. */
  int nodes() throws StartRefused {
    String value = text("tola.nodes", "1");
    for (int nodes = 1; nodes <= MOST_NODES; nodes++) {
      if (value.equals(Integer.toString(nodes))) {
        return nodes;
      }
    }
    throw new StartRefused(
        "tola.nodes ("
            + environmentName("tola.nodes")
            + ") must be from 1 to "
            + MOST_NODES
            + ", not '"
            + value
            + "'.");
  }

  /** A path, absolute; a relative one is taken from where the command was given. */
  Path path(String name, Path otherwise) {
    String value = text(name, null);
    return (value == null ? otherwise : workingDirectory.resolve(value))
        .toAbsolutePath()
        .normalize();
  }

  /**
   * The properties as the server gets them: all of them, those that name an existing file made absolute, because the server works in
   * another folder than the one the command was given in.
   */
  Map<String, String> forServer() {
    Map<String, String> result = new TreeMap<>();
    properties.forEach(
        (name, value) -> {
          boolean relativeFile =
              !value.isBlank()
                      && value.indexOf('/') >= 0
                      && value.indexOf(':') < 0
                      && workingDirectory.resolve(value).toFile().exists()
                  || name.endsWith(".file") && !value.isBlank();
          result.put(
              name,
              relativeFile
                  ? workingDirectory.resolve(value).toAbsolutePath().normalize().toString()
                  : value);
        });
    return result;
  }

  /** {@code tola.http.port} as an environment variable: {@code TOLA_HTTP_PORT}. */
  static String environmentName(String name) {
    return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }
}
