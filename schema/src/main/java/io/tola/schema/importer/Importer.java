package io.tola.schema.importer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * One run. First every file is read and checked, record by record, and its sound records are copied into temporary tables of this session;
 * then each file goes into its tables in one transaction, with an entry in the audit trail when it changed something. A dry run does the
 * same in one transaction and takes all of it back. Not thread-safe.
 */
final class Importer {

  private static final int CHUNK = 96 * 1024;

  /** One file and what became of it. */
  static final class Source {
    final Path path;
    final String name;
    final Kind kind;
    final Counts counts = new Counts();
    long readMillis;
    long writeMillis;
    String failure;
    private String stage;
    private Target target;
    private String sha256;

    Source(Path path, Kind kind) {
      this.path = path;
      this.name = path.getFileName().toString();
      this.kind = kind;
    }
  }

  /** The account that records without one are to have isn't in this database. */
  static final class NoSuchAccount extends Exception {
    private static final long serialVersionUID = 1;

    NoSuchAccount(String account) {
      super("no account '" + account + "' in this database");
    }
  }

  private final Connection connection;
  private final Settings settings;
  private final Rejections rejections;
  private final Progress progress;
  private final Names names = new Names();

  Importer(Connection connection, Settings settings, Rejections rejections, Progress progress) {
    this.connection = connection;
    this.settings = settings;
    this.rejections = rejections;
    this.progress = progress;
  }

  /** The files of a folder that say by their names what they hold, in the order in which they are imported. */
  static List<Source> sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Source> found = new ArrayList<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Kind.of(file.getFileName().toString()).ifPresent(kind -> found.add(new Source(file, kind)));
      }
      found.sort(Comparator.comparing((Source s) -> s.kind).thenComparing(s -> s.name));
      return found;
    }
  }

  /** The files of a folder that are none of these. */
  static List<String> others(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(f -> f.getFileName().toString())
          .filter(name -> Kind.of(name).isEmpty())
          .sorted()
          .toList();
    }
  }

  /**
   * Imports them all.
   *
   * @throws SQLException when the database fails; files done before stay imported
   * @throws IOException when a file can't be read for another reason than what is in it
   */
  void run(List<Source> sources) throws SQLException, IOException, NoSuchAccount {
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      // Sorting and hashing a file's rows; this session only.
      statement.execute(
          "SET work_mem = '64MB'; SET temp_buffers = '64MB'; SET jit = off; SET TimeZone = 'UTC'");
    }
    Accounts accounts = Accounts.read(connection, settings);
    if (settings.account() != null && accounts.find(settings.account()) == null) {
      throw new NoSuchAccount(settings.account());
    }
    connection.commit();
    for (int i = 0; i < sources.size(); i++) {
      Source source = sources.get(i);
      source.target = source.kind.target(settings, accounts, names, source.name);
      source.stage = "pg_temp.import_" + (i + 1);
      source.readMillis = timed(source, this::stage);
    }
    for (Source source : sources) {
      if (source.failure == null) {
        source.writeMillis = timed(source, this::land);
      }
    }
    if (settings.dryRun()) {
      connection.rollback();
    }
  }

  private interface Step {
    void of(Source source) throws SQLException, IOException;
  }

  private static long timed(Source source, Step step) throws SQLException, IOException {
    long before = System.nanoTime();
    step.of(source);
    return (System.nanoTime() - before) / 1_000_000;
  }

  private void stage(Source source) throws SQLException, IOException {
    try (var statement = connection.createStatement()) {
      statement.execute(
          "CREATE TEMPORARY TABLE "
              + source.stage.substring("pg_temp.".length())
              + " (rec bigint NOT NULL, "
              + source.target.columns()
              + ")");
    }
    CopyIn copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("COPY " + source.stage + " FROM STDIN");
    boolean ended = false;
    try {
      MessageDigest sha = sha256();
      long records;
      try (InputStream in =
          new DigestInputStream(
              new Counting(Files.newInputStream(source.path), source.name), sha)) {
        Intake intake = new Intake(source, copy);
        JsonRecord record = new JsonRecord(settings.zone(), now());
        records =
            new RecordReader(record, source.target.nested(), intake)
                .read(in, Kind.isLines(source.name));
        intake.flush();
      }
      copy.endCopy();
      ended = true;
      source.counts.read = records;
      source.sha256 = HexFormat.of().formatHex(sha.digest());
      try (var statement = connection.createStatement()) {
        statement.execute("ANALYZE " + source.stage);
      }
      connection.commit();
      progress.say(
          String.format(
              Locale.ROOT, "read     %s: %,d %s", source.name, records, source.kind.noun()));
    } catch (BrokenFile e) {
      source.counts.read = e.recordNumber();
      fail(
          source,
          e.recordNumber(),
          "the file can't be read to its end, so nothing of it is imported: " + e.getMessage());
    } finally {
      if (!ended) {
        if (copy.isActive()) {
          copy.cancelCopy();
        }
        connection.rollback();
      }
    }
  }

  /** Takes the records of one file into its staging table. */
  private final class Intake implements RecordReader.Sink {
    private final Source source;
    private final CopyIn copy;
    private final CopyRow rows = new CopyRow();

    Intake(Source source, CopyIn copy) {
      this.source = source;
      this.copy = copy;
    }

    @Override
    public void record(JsonRecord read) throws IOException {
      rows.begin(read.number());
      source.target.row(read, rows);
      if (read.isSound()) {
        rows.end();
        if (rows.length() > CHUNK) {
          flush();
        }
      } else {
        rows.undo();
        unreadable(read.number(), read.problems());
      }
    }

    @Override
    public void unreadable(long number, String reason) {
      source.counts.rejected++;
      rejections.add(source.name, number, reason);
    }

    void flush() throws IOException {
      byte[] bytes = rows.take().getBytes(StandardCharsets.UTF_8);
      try {
        copy.writeToCopy(bytes, 0, bytes.length);
      } catch (SQLException e) {
        throw new CopyFailed(e);
      }
    }
  }

  /** The database's failure, on its way through the reader. */
  static final class CopyFailed extends IOException {
    private static final long serialVersionUID = 1;

    CopyFailed(SQLException cause) {
      super(cause);
    }

    @Override
    public synchronized SQLException getCause() {
      return (SQLException) super.getCause();
    }
  }

  private void land(Source source) throws SQLException {
    Savepoint before = connection.setSavepoint();
    Landing landing =
        new Landing(connection, source.stage, source.name, settings, source.counts, rejections);
    progress.doing("writing " + source.name);
    try {
      source.target.land(landing);
      if (source.counts.imported + source.counts.updated > 0) {
        TrailEntry.append(
            connection,
            now(),
            "import",
            "records_imported",
            "import",
            Storable.plain(source.name),
            detail(source));
      }
      if (settings.dryRun()) {
        connection.releaseSavepoint(before);
      } else {
        connection.commit();
      }
    } catch (Landing.Conflict e) {
      connection.rollback(before);
      source.counts.nothingWritten();
      source.failure = "records are there already";
      release();
    } catch (SQLException e) {
      if (!Landing.isFaultOfRecord(e)) {
        throw e;
      }
      connection.rollback(before);
      source.counts.nothingWritten();
      fail(source, 0, "nothing of it is imported, it " + Landing.rule(e));
      release();
    }
    progress.say(
        String.format(
            Locale.ROOT,
            "%s %s: %s",
            settings.dryRun() ? "tried   " : "imported",
            source.name,
            source.failure == null
                ? String.format(
                    Locale.ROOT,
                    "%,d new, %,d changed",
                    source.counts.imported,
                    source.counts.updated)
                : "nothing, " + source.failure));
  }

  /** Lets go of what a file locked that came to nothing. */
  private void release() throws SQLException {
    if (!settings.dryRun()) {
      connection.commit();
    }
  }

  private static SortedMap<String, Object> detail(Source source) {
    SortedMap<String, Object> detail = new TreeMap<>();
    detail.put("file", source.name);
    detail.put("sha256", source.sha256);
    detail.put("kind", source.kind.noun());
    detail.put("read", source.counts.read);
    detail.put("imported", source.counts.imported);
    detail.put("updated", source.counts.updated);
    detail.put("unchanged", source.counts.unchanged);
    detail.put("rejected", source.counts.rejected);
    return detail;
  }

  private void fail(Source source, long record, String reason) {
    source.failure = reason;
    source.counts.rejected++;
    rejections.add(source.name, record, reason);
  }

  private Instant now() {
    return settings.clock().instant().truncatedTo(ChronoUnit.MICROS);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Tells the progress how much was read. */
  private final class Counting extends FilterInputStream {
    private final String file;

    Counting(InputStream in, String file) {
      super(in);
      this.file = file;
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      if (b >= 0) {
        progress.read(file, 1);
      }
      return b;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int n = super.read(bytes, from, length);
      if (n > 0) {
        progress.read(file, n);
      }
      return n;
    }
  }
}
