package io.tola.schema.importer;

import io.tola.schema.TestDatabase;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Imports generated orders into a fresh database through the command line's own code, twice, and prints what the importer says of its rate.
 *
 * <pre>
 * mvn -q -pl schema test-compile dependency:build-classpath -Dmdep.outputFile=target/bench.classpath -Dmdep.includeScope=test
 * java -Dtola.test.durable=true -cp schema/target/test-classes:schema/target/classes:$(cat schema/target/bench.classpath) \
 *     io.tola.schema.importer.ImportBench 1000000
 * </pre>
 */
final class ImportBench {

  private ImportBench() {}

  /** With the number of orders, 1,000,000 by default. */
  public static void main(String[] arguments) throws Exception {
    int orders = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    Path folder = Files.createTempDirectory("tola-import-bench");
    Path file = folder.resolve("orders.jsonl");
    Path password = folder.resolve("password");
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    try (TestDatabase database = TestDatabase.create()) {
      List<String> accounts = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        accounts.add("trader" + i);
        database.execute(
            "INSERT INTO portfolio.accounts (account_id, name, funded_cash, settled_cash, created_at, updated_at)"
                + " VALUES (gen_random_uuid(), 'trader"
                + i
                + "', 10000000, 10000000, now(), now())");
      }
      OrdersGenerator.write(file, orders, accounts.toArray(new String[0]));
      Files.writeString(password, "test");
      out.printf(
          "%,d orders, %,d bytes, durable %s%n",
          orders, Files.size(file), Boolean.getBoolean("tola.test.durable"));
      String url = ((PGSimpleDataSource) database.appDataSource()).getURL();
      for (String run : List.of("first", "second")) {
        out.println(run + " run");
        int code =
            SchemaTool.commandLine()
                .setOut(out)
                .execute(
                    "import",
                    "--data-dir",
                    folder.toString(),
                    "--url",
                    url,
                    "--user",
                    "tola_app",
                    "--password-file",
                    password.toString(),
                    "--report",
                    folder.resolve("rejected.csv").toString());
        out.println("exit code " + code);
      }
    } finally {
      for (String name : List.of("orders.jsonl", "password", "rejected.csv")) {
        Files.deleteIfExists(folder.resolve(name));
      }
      Files.delete(folder);
    }
    System.exit(0);
  }
}
