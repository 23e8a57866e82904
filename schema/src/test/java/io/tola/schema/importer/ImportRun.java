package io.tola.schema.importer;

import io.tola.schema.TestDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/** A folder of files and the command that imports them, as the application's role; and questions to the database. */
final class ImportRun {

  /** What a run said. */
  record Outcome(int code, String out, String err, List<String> report) {}

  private final TestDatabase database;
  private final Path folder;
  private final Path outside;

  ImportRun(TestDatabase database) {
    this.database = database;
    try {
      // Under target, where a clean build takes them away.
      Path parent = Files.createDirectories(Path.of("target", "import-tests"));
      folder = Files.createTempDirectory(parent, "files");
      outside = Files.createTempDirectory(parent, "report");
      Files.writeString(outside.resolve("password"), "test\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path folder() {
    return folder;
  }

  ImportRun file(String name, String content) {
    try {
      Files.writeString(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  ImportRun account(String name, String cash) {
    database.execute(
        "INSERT INTO portfolio.accounts (account_id, name, funded_cash, settled_cash, created_at, updated_at)"
            + " VALUES (gen_random_uuid(), '"
            + name
            + "', "
            + cash
            + ", "
            + cash
            + ", now(), now())");
    return this;
  }

  Outcome run(String... more) {
    return runWith("report.jsonl", more);
  }

  Outcome runWith(String reportName, String... more) {
    Path report = outside.resolve(reportName);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "import",
                "--data-dir",
                folder.toString(),
                "--url",
                url(),
                "--user",
                "tola_app",
                "--password-file",
                outside.resolve("password").toString(),
                "--report",
                report.toString()));
    arguments.addAll(List.of(more));
    return execute(report, arguments);
  }

  String url() {
    return ((PGSimpleDataSource) database.appDataSource()).getURL();
  }

  Outcome execute(Path report, List<String> arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        SchemaTool.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments.toArray(new String[0]));
    try {
      List<String> lines =
          report != null && Files.exists(report) ? Files.readAllLines(report) : List.of();
      return new Outcome(code, out.toString(), err.toString(), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> rows(String sql) {
    List<String> found = new ArrayList<>();
    try (Connection connection = database.ownerDataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      try (var rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          found.add(rows.getString(1));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
    return found;
  }

  String one(String sql) {
    List<String> rows = rows(sql);
    return rows.size() == 1 ? rows.get(0) : rows.toString();
  }

  /** Everything that an import could touch, to be compared with what it is later. */
  List<String> everything() {
    List<String> all = new ArrayList<>();
    for (String table :
        List.of(
            "market.instruments",
            "trading.orders",
            "trading.executions",
            "trading.outbox",
            "portfolio.accounts",
            "portfolio.positions",
            "portfolio.position_lots",
            "portfolio.reservations",
            "strategy.signals",
            "audit.imported_audit_log",
            "audit.audit_log",
            "audit.audit_blocks",
            "audit.audit_chains")) {
      all.addAll(rows("SELECT t::text FROM " + table + " t ORDER BY 1"));
    }
    return all;
  }
}
