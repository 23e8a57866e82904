package io.tola.jmeter;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;

/** The ticks of an earlier day that the plan {@code historical} sends, as NDJSON; {@code ${body}} is replaced by the plan in every body. */
final class TickFile {

  private static final int TICKS = 1000;
  private static final List<String> SYMBOLS =
      List.of(
          "RELIANCE",
          "TCS",
          "HDFCBANK",
          "INFY",
          "ICICIBANK",
          "SBIN",
          "ITC",
          "LT",
          "AXISBANK",
          "KOTAKBANK");

  private TickFile() {}

  /**
   * @param today in UTC; the ticks are of the day before, from the opening of the exchange on
   */
  static void write(Path file, LocalDate today) throws IOException {
    Instant open = today.minusDays(1).atTime(3, 45).toInstant(ZoneOffset.UTC);
    Random random = new Random(1);
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < TICKS; i++) {
        String symbol = SYMBOLS.get(i % SYMBOLS.size());
        int paise = 100_000 + 5 * random.nextInt(2000);
        out.write(
            "{\"symbol\":\""
                + symbol
                + "\",\"timestamp\":\""
                + open.plusMillis(20L * i)
                + "\",\"price\":"
                + paise / 100
                + "."
                + String.format("%02d", paise % 100)
                + ",\"volume\":"
                + (1 + random.nextInt(50))
                + ",\"sequence\":${body}"
                + String.format("%04d", i)
                + "}\n");
      }
    }
  }
}
