package io.tola.schema.importer;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code import}: its options, and what it prints. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeOnExecutionException = ImportCommand.FILES,
    description = {
      "Imports the JSON files of a predecessor system or a broker: instruments*, orders*, trades*, positions*, holdings*, signals*,"
          + " audit* (.json, .jsonl, .ndjson).",
      "Details: site/reference/import.md."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all records are in the database",
      "1:some records, or a whole file, were rejected: see the report",
      "2:wrong usage",
      "3:the database can't be reached or failed",
      "4:a file or the report can't be read or written, or something else failed"
    })
final class ImportCommand implements Callable<Integer> {

  static final int OK = 0;
  static final int REJECTED = 1;
  static final int USAGE = 2;
  static final int DATABASE = 3;
  static final int FILES = 4;

  private static final Set<String> PRODUCTS = Set.of("CNC", "MIS", "NRML");
  private static final Set<String> INTERVALS = Set.of("1m", "5m", "15m", "1h", "1d");

  @Spec private CommandSpec spec;

  @Option(
      names = "--data-dir",
      required = true,
      paramLabel = "DIR",
      description = "Folder with the files.")
  private Path folder;

  @Option(
      names = "--dry-run",
      description = "Do everything, and take it back: what would be imported and what rejected.")
  private boolean dryRun;

  @Option(
      names = "--url",
      required = true,
      paramLabel = "URL",
      description = "jdbc:postgresql://host:port/database, without a password.")
  private String url;

  @Option(
      names = "--user",
      required = true,
      paramLabel = "ROLE",
      description =
          "Database role. tola_app has all the rights it needs, and can't rewrite history.")
  private String user;

  @ArgGroup private Password password = new Password();

  /** Where the password is; never on the command line, which others can see. */
  static final class Password {
    @Option(
        names = "--password-file",
        paramLabel = "FILE",
        description = "File whose first line is the role's password.")
    private Path file;

    @Option(
        names = "--password-env",
        paramLabel = "NAME",
        description =
            "Environment variable with the role's password (TOLA_DB_PASSWORD when neither is given).")
    private String variable;
  }

  @Option(
      names = "--on-conflict",
      defaultValue = "skip",
      paramLabel = "POLICY",
      description =
          "For records that are there already: skip leaves them; update changes instruments and positions, and rejects history that"
              + " differs; fail imports nothing of their file. Default: ${DEFAULT-VALUE}.")
  private String onConflict;

  @Option(
      names = "--report",
      defaultValue = "import-rejected.jsonl",
      paramLabel = "FILE",
      description =
          "Rejected records: file, record, reason; JSON lines, or CSV if it ends in .csv. Default: ${DEFAULT-VALUE}.")
  private Path report;

  @Option(
      names = "--zone",
      defaultValue = "Asia/Kolkata",
      paramLabel = "ZONE",
      description = "Time zone of timestamps that have none. Default: ${DEFAULT-VALUE}.")
  private String zone;

  @Option(
      names = "--account",
      paramLabel = "ACCOUNT",
      description = "Account (name or id) of records that name none.")
  private String account;

  @Option(
      names = "--account-alias",
      paramLabel = "THEIRS=OURS",
      description = "What the files call an account, and its name or id here; may be repeated.")
  private Map<String, String> aliases = new LinkedHashMap<>();

  @Option(
      names = "--default-product",
      paramLabel = "PRODUCT",
      description = "CNC, MIS or NRML, for records without one.")
  private String product;

  @Option(
      names = "--default-interval",
      paramLabel = "INTERVAL",
      description = "1m, 5m, 15m, 1h or 1d, for signals without one.")
  private String interval;

  @Option(
      names = "--exchanges",
      split = ",",
      defaultValue = "NSE",
      paramLabel = "NAME",
      description = "Exchanges whose records are taken. Default: ${DEFAULT-VALUE}.")
  private Set<String> exchanges = new LinkedHashSet<>();

  @Option(
      names = "--unknown-symbols",
      description =
          "Take orders, trades and signals of symbols that have no instrument here, such as expired contracts.")
  private boolean unknownSymbols;

  @Override
  public Integer call() {
    Settings settings = settings();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    long begun = System.nanoTime();
    try {
      List<Importer.Source> sources = Importer.sources(folder);
      if (sources.isEmpty()) {
        throw usage("--data-dir: no file in " + folder + " is called like what can be imported");
      }
      long bytes = 0;
      for (Importer.Source source : sources) {
        bytes += Files.size(source.path);
      }
      Properties login = new Properties();
      login.setProperty("user", user);
      login.setProperty("ApplicationName", "tola-import");
      String secret = password();
      if (secret != null) {
        login.setProperty("password", secret);
      }
      try (Rejections rejections = new Rejections(report);
          Connection connection = DriverManager.getConnection(url, login)) {
        new Importer(connection, settings, rejections, new Progress(out, isTerminal(), bytes))
            .run(sources);
      }
      for (String other : Importer.others(folder)) {
        out.println("left out " + other + ": its name says nothing that is known");
      }
      return summary(out, sources, (System.nanoTime() - begun) / 1_000_000);
    } catch (Importer.NoSuchAccount e) {
      throw usage("--account: " + e.getMessage());
    } catch (SQLException e) {
      err.println("database: " + e.getMessage());
      return DATABASE;
    } catch (Importer.CopyFailed e) {
      err.println("database: " + e.getCause().getMessage());
      return DATABASE;
    } catch (IOException | UncheckedIOException e) {
      err.println("files: " + e.getMessage());
      return FILES;
    }
  }

  /** From Java 22 to 24 there is a console without a terminal, too; it can be asked. */
  private static boolean isTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  private Settings settings() {
    if (!Files.isDirectory(folder)) {
      throw usage("--data-dir: no folder " + folder);
    }
    if (!url.startsWith("jdbc:postgresql:")) {
      throw usage("--url: must begin with jdbc:postgresql:");
    }
    if (url.toLowerCase(Locale.ROOT).contains("password=")) {
      throw usage(
          "--url: has a password, which others can see; use --password-file or --password-env");
    }
    if (product != null && !PRODUCTS.contains(product)) {
      throw usage("--default-product: not one of CNC, MIS, NRML");
    }
    if (interval != null && !INTERVALS.contains(interval)) {
      throw usage("--default-interval: not one of 1m, 5m, 15m, 1h, 1d");
    }
    try {
      Policy policy = Policy.valueOf(onConflict.toUpperCase(Locale.ROOT));
      ZoneId of = ZoneId.of(zone);
      return new Settings(
          of,
          policy,
          account,
          Map.copyOf(aliases),
          product,
          interval,
          Set.copyOf(exchanges),
          unknownSymbols,
          dryRun,
          Clock.systemUTC());
    } catch (IllegalArgumentException e) {
      throw usage("--on-conflict: not one of skip, update, fail");
    } catch (DateTimeException e) {
      throw usage("--zone: " + e.getMessage());
    }
  }

  private String password() throws IOException {
    if (password.file != null) {
      try (BufferedReader lines = Files.newBufferedReader(password.file)) {
        return lines.readLine();
      }
    }
    String value =
        System.getenv(password.variable == null ? "TOLA_DB_PASSWORD" : password.variable);
    if (value == null && password.variable != null) {
      throw usage("--password-env: " + password.variable + " is not set");
    }
    return value;
  }

  private int summary(PrintWriter out, List<Importer.Source> sources, long millis) {
    Counts all = new Counts();
    long reading = 0;
    long writing = 0;
    out.println();
    String row = "%-32.32s %12s %12s %10s %12s %11s %10s %9s %9s%n";
    out.printf(
        Locale.ROOT,
        row,
        "file",
        "read",
        dryRun ? "would come" : "imported",
        "changed",
        "as it was",
        "superseded",
        "rejected",
        "s reading",
        "s writing");
    for (Importer.Source source : sources) {
      all.add(source.counts);
      print(out, row, source.name, source.counts, source.readMillis, source.writeMillis);
      reading += source.readMillis;
      writing += source.writeMillis;
    }
    print(out, row, "all", all, reading, writing);
    out.printf(
        Locale.ROOT,
        "%,d records in %.1f s: %,d records/s%n",
        all.read,
        millis / 1000.0,
        all.read * 1000 / Math.max(1, millis));
    if (dryRun) {
      out.println("A dry run: nothing was written.");
    }
    boolean rejected = all.rejected > 0;
    if (rejected) {
      out.printf(Locale.ROOT, "%,d rejected, with their reasons in %s%n", all.rejected, report);
    }
    out.flush();
    return rejected ? REJECTED : OK;
  }

  private static void print(
      PrintWriter out, String row, String name, Counts c, long reading, long writing) {
    out.printf(
        Locale.ROOT,
        row,
        name,
        String.format(Locale.ROOT, "%,d", c.read),
        String.format(Locale.ROOT, "%,d", c.imported),
        String.format(Locale.ROOT, "%,d", c.updated),
        String.format(Locale.ROOT, "%,d", c.unchanged),
        String.format(Locale.ROOT, "%,d", c.superseded),
        String.format(Locale.ROOT, "%,d", c.rejected),
        String.format(Locale.ROOT, "%.1f", reading / 1000.0),
        String.format(Locale.ROOT, "%.1f", writing / 1000.0));
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
