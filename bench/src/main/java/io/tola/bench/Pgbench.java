package io.tola.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The reference: {@code pgbench} on the same PostgreSQL with the same settings, prepared statements,
 * nothing else around it.
 */
final class Pgbench {

  private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");
  private static final Pattern LATENCY = Pattern.compile("latency average = ([0-9.]+) ms");

  private final int port;
  private final String user;
  private final String password;
  private final String database;
  private final Path scripts;

  Pgbench(int port, String user, String password, String database, Path scripts) {
    this.port = port;
    this.user = user;
    this.password = password;
    this.database = database;
    this.scripts = scripts;
  }

  /**
   * @param perSecond orders committed a second
   * @param averageMillis average time of one
   */
  record Result(int clients, double perSecond, double averageMillis) {}

  void prepare() throws IOException, InterruptedException {
    Tool.run(
        List.of(
            "psql",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-f",
            scripts.resolve("pgbench-schema.sql").toString()),
        60,
        environment());
  }

  /** The order-like row alone, a commit each. */
  Result rows(int clients, int seconds) throws IOException, InterruptedException {
    return run("pgbench-order.sql", clients, seconds);
  }

  /** All the rows that an order writes, a commit each, sent without waiting for answers in between. */
  Result wholeOrders(int clients, int seconds) throws IOException, InterruptedException {
    return run("pgbench-whole-order.sql", clients, seconds);
  }

  private Result run(String script, int clients, int seconds)
      throws IOException, InterruptedException {
    String output =
        Tool.run(
            List.of(
                "pgbench",
                "-n",
                "-M",
                "prepared",
                "-c",
                "" + clients,
                "-j",
                "2",
                "-T",
                "" + seconds,
                "-f",
                scripts.resolve(script).toString()),
            seconds + 60,
            environment());
    return new Result(clients, figure(TPS, output), figure(LATENCY, output));
  }

  private static double figure(Pattern pattern, String output) throws IOException {
    Matcher m = pattern.matcher(output);
    if (!m.find()) {
      throw new IOException("pgbench gave no result:\n" + output);
    }
    return Double.parseDouble(m.group(1));
  }

  private Map<String, String> environment() {
    return Map.of(
        "PGHOST",
        "127.0.0.1",
        "PGPORT",
        "" + port,
        "PGUSER",
        user,
        "PGPASSWORD",
        password,
        "PGDATABASE",
        database);
  }
}
