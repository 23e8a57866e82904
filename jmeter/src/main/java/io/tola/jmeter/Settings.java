package io.tola.jmeter;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What was given to Maven with {@code -D}.
 *
 * @param scenario one, several with commas, {@code all}, {@code list} or {@code gui}
 * @param permittedHosts of {@code remote.ok}
 * @param scale of all durations
 * @param users in all instead of the scenario's; 0 for the scenario's
 * @param rate of an open scenario instead of its own; 0 for its own
 * @param accounts traders {@code trader1} … that the users share
 * @param opsUser who reads and reports figures; the password is everybody's
 * @param runs how often each scenario is run
 * @param baselines folder of kept runs; empty for the module's own
 * @param brokerPort on the target's host; users who trade over JMS are left out when nobody listens there
 * @param planProperties all that begin with {@code plan.}, without it, and are free; they go to the plans as they are
 */
record Settings(
    String scenario,
    String target,
    Set<String> permittedHosts,
    Path passwordFile,
    Optional<Path> usersFile,
    double scale,
    int users,
    double rate,
    int accounts,
    Duration warmup,
    Duration cooldown,
    Optional<Path> out,
    boolean reconcile,
    boolean dashboard,
    String opsUser,
    Report report,
    int runs,
    Keep keep,
    Optional<Path> baselines,
    int brokerPort,
    Map<String, String> planProperties) {

  /** Whether the platform is told what a run found. */
  enum Report {
    /** It must be. */
    ALWAYS,
    NEVER,
    /** When it takes it. */
    TRY;

    static Report of(String text) {
      return switch (text) {
        case "" -> TRY;
        case "true" -> ALWAYS;
        case "false" -> NEVER;
        default -> throw new Refused("-Dreport is true or false, not " + text);
      };
    }
  }

  /** What is done with the runs that are kept. */
  enum Keep {
    NOTHING,
    /** These runs in their place. */
    SAVE,
    /** These runs beside them. */
    ADD,
    COMPARE;

    static Keep of(String text) {
      return switch (text) {
        case "" -> NOTHING;
        case "save" -> SAVE;
        case "add" -> ADD;
        case "compare" -> COMPARE;
        default -> throw new Refused("-Dbaseline is save, add or compare, not " + text);
      };
    }
  }

  /**
   * What of the plans may be given. All else is the runner's: where the requests and the password go has been checked, and the
   * scenario says how many come and how long.
   */
  static final Set<String> FREE =
      Set.of(
          "connect.timeout",
          "response.timeout",
          "halted.symbol",
          "login.threads",
          "token.refresh.pause");

  private static final String THINK = "think.";

  private static final int WARMUP_SECONDS = 60;
  private static final int COOLDOWN_SECONDS = 30;

  static Settings of(Properties given, Path project) {
    double scale = number(given, "scale", 1);
    Map<String, String> plan = new TreeMap<>();
    for (String name : given.stringPropertyNames()) {
      if (name.startsWith("plan.")) {
        plan.put(free(name.substring("plan.".length())), given.getProperty(name));
      }
    }
    return new Settings(
        given.getProperty("scenario", "quick"),
        given.getProperty("target", "http://127.0.0.1:9080"),
        Arrays.stream(given.getProperty("remote.ok", "").split(","))
            .map(String::strip)
            .filter(host -> !host.isEmpty())
            .collect(Collectors.toSet()),
        path(given, "password.file", project).orElse(project.resolve("data/demo-password")),
        path(given, "users.file", project),
        scale,
        (int) number(given, "users", 0),
        number(given, "rate", 0),
        (int) number(given, "accounts", 50),
        seconds(given, "warmup", Math.max(10, WARMUP_SECONDS * Math.min(1, scale))),
        seconds(given, "cooldown", Math.max(5, COOLDOWN_SECONDS * Math.min(1, scale))),
        path(given, "out", project),
        !given.getProperty("reconcile", "true").equals("false"),
        !given.getProperty("dashboard", "true").equals("false"),
        given.getProperty("ops.user", "ops"),
        Report.of(given.getProperty("report", "")),
        whole(given, "runs", 1, 1, 50),
        Keep.of(given.getProperty("baseline", "")),
        path(given, "baselines", project),
        (int) number(given, "jms.port", 61616),
        plan);
  }

  private static String free(String name) {
    if (!FREE.contains(name) && !name.startsWith(THINK)) {
      throw new Refused(
          "-Dplan."
              + name
              + " can't be given: only "
              + THINK
              + "… and "
              + FREE.stream().sorted().collect(Collectors.joining(", "))
              + " are free, the runner and the scenario say the rest.");
    }
    return name;
  }

  /** The scenario as it is to be run. */
  Scenario shape(Scenario s) {
    Scenario shaped = s.scaled(scale);
    if (users > 0 && !s.open()) {
      shaped = shaped.withUsers(users);
    }
    return rate > 0 && s.open() ? shaped.withRate(rate) : shaped;
  }

  /** The one that tries the password before anything is run. */
  String firstUser() {
    return "trader1";
  }

  static Optional<Path> path(Properties given, String name, Path project) {
    return Optional.ofNullable(given.getProperty(name)).map(project::resolve);
  }

  static Duration seconds(Properties given, String name, double byDefault) {
    return Duration.ofMillis(Math.round(number(given, name, byDefault) * 1000));
  }

  static int whole(Properties given, String name, int byDefault, int min, int max) {
    double number = number(given, name, byDefault);
    if (number != Math.rint(number) || number < min || number > max) {
      throw new Refused("-D" + name + " is a whole number from " + min + " to " + max);
    }
    return (int) number;
  }

  static double number(Properties given, String name, double byDefault) {
    String text = given.getProperty(name);
    try {
      return text == null ? byDefault : Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new Refused("-D" + name + " is a number, not " + text);
    }
  }
}
