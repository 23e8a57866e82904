package io.tola.market.application;

import io.tola.market.api.TickFormat;
import io.tola.market.api.TickReport;
import io.tola.market.store.TickStore;
import io.tola.schema.Migrations;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Measures how fast ticks are stored: a database of its own with fsync, synchronous_commit and
 * full_page_writes on, the class path's store and reader, no server before them. Bulk: one body of a
 * million ticks, tick after tick over 50 symbols. Live: bodies of 1,000 ticks of the running minute,
 * one after the other. Run as the module's README says; not a test.
 */
public final class TickRate {

  private static final int SYMBOLS = 50;
  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private TickRate() {}

  public static void main(String[] arguments) throws Exception {
    int million = 1_000_000;
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("shared_buffers", "256MB")
            .setServerConfig("max_wal_size", "4GB")
            .start()) {
      Migrations.of(postgres.getPostgresDatabase()).run();
      TickStore store = new TickStore(postgres.getPostgresDatabase());
      bulk(store, "warm-up", lines(200_000, 1, "2026-11-18"));
      byte[] body = lines(million, 2, "2026-11-19");
      bulk(store, "bulk", body);
      bulk(store, "bulk, all stored before", body);
      live(store);
      try (Connection connection = postgres.getPostgresDatabase().getConnection();
          Statement statement = connection.createStatement();
          var row =
              statement.executeQuery(
                  "SELECT (SELECT count(*) FROM market.ticks), (SELECT sum(ticks) FROM"
                      + " market.tick_minutes), (SELECT count(*) FROM market.ohlc_data),"
                      + " current_setting('fsync')")) {
        row.next();
        System.out.printf(
            "stored: %,d ticks, %,d counted in minutes, %,d bars; fsync %s%n",
            row.getLong(1), row.getLong(2), row.getLong(3), row.getString(4));
      }
    }
  }

  private static List<String> symbols() {
    List<String> symbols = new ArrayList<>();
    for (int i = 0; i < SYMBOLS; i++) {
      symbols.add("SHARE" + i);
    }
    return symbols;
  }

  private static TickReport send(TickStore store, byte[] body) throws Exception {
    return new TickLoad(
            symbols(),
            TickFormat.CSV,
            KeepSettings.read(name -> Optional.empty()),
            CLOCK,
            store::store)
        .run(new ByteArrayInputStream(body));
  }

  private static void bulk(TickStore store, String what, byte[] body) throws Exception {
    long began = System.nanoTime();
    TickReport report = send(store, body);
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf(
        "%s: %,d ticks (%,d of them stored before) in %.2f s: %,.0f ticks/s%n",
        what, report.accepted(), report.duplicates(), seconds, report.accepted() / seconds);
  }

  private static void live(TickStore store) throws Exception {
    Random random = new Random(5);
    int bodies = 600;
    double[] millis = new double[bodies];
    long began = System.nanoTime();
    for (int i = 0; i < bodies; i++) {
      StringBuilder text = new StringBuilder("symbol,timestamp,price,volume,sequence\n");
      for (int j = 0; j < 1_000; j++) {
        line(text, random, "2026-11-20", 33_300_000L + i * 100L, i * 1_000 + j);
      }
      long start = System.nanoTime();
      send(store, text.toString().getBytes(StandardCharsets.UTF_8));
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    Arrays.sort(millis);
    System.out.printf(
        "live: %d bodies of 1,000 ticks with their bars, one after the other: %,.0f ticks/s;"
            + " a body takes %.1f ms (median), %.1f ms (99 of 100)%n",
        bodies, bodies * 1_000 / seconds, millis[bodies / 2], millis[bodies * 99 / 100]);
  }

  private static byte[] lines(int count, long seed, String day) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(count * 48);
    text.append("symbol,timestamp,price,volume,sequence\n");
    for (int i = 0; i < count; i++) {
      line(text, random, day, 33_300_000L + (long) i * 22_500_000 / count, i);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void line(StringBuilder text, Random random, String day, long ms, int sequence) {
    text.append("SHARE")
        .append(random.nextInt(SYMBOLS))
        .append(',')
        .append(day)
        .append(
            String.format(
                " %02d:%02d:%02d.%03d,",
                ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms % 1_000))
        .append(1_000 + random.nextInt(200))
        .append('.')
        .append(random.nextInt(20) * 5 + 100)
        .append(',')
        .append(1 + random.nextInt(500))
        .append(',')
        .append(sequence)
        .append('\n');
  }
}
