package io.tola.schema.importer;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;

/** Writes a file of orders as a predecessor would have it: JSON lines, or an array when the file's name ends in .json; from a fixed seed. */
final class OrdersGenerator {

  private static final String[] SYMBOLS = {
    "INFY",
    "HDFCBANK",
    "ICICIBANK",
    "ITC",
    "AXISBANK",
    "CIPLA",
    "COALINDIA",
    "BPCL",
    "HCLTECH",
    "GRASIM"
  };

  private OrdersGenerator() {}

  static void write(Path file, int orders, String... accounts) throws IOException {
    boolean array = file.toString().endsWith(".json");
    Random random = new Random(7);
    Instant first = Instant.parse("2024-01-02T03:45:00Z");
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      if (array) {
        out.write("[\n");
      }
      for (int i = 0; i < orders; i++) {
        int quantity = 1 + random.nextInt(500);
        int filled = i % 5 == 4 ? 0 : quantity;
        String paise = "." + (random.nextInt(20) * 5 + 100 + "").substring(1);
        String price = (100 + random.nextInt(2_000)) + paise;
        boolean market = i % 3 == 0;
        String at = first.plusMillis(i * 23L).toString();
        out.write(
            "{\"order_id\":\""
                + new UUID(
                    random.nextLong() & ~0xf000L | 0x4000L,
                    random.nextLong() & ~(3L << 62) | (2L << 62))
                + "\",\"client_order_id\":\"c-"
                + i
                + "\",\"account_id\":\""
                + accounts[i % accounts.length]
                + "\",\"symbol\":\""
                + SYMBOLS[random.nextInt(SYMBOLS.length)]
                + "\",\"side\":\""
                + (random.nextBoolean() ? "BUY" : "SELL")
                + "\",\"order_type\":\""
                + (market ? "MARKET" : "LIMIT")
                + "\",\"product\":\"CNC\",\"validity\":\"DAY\",\"quantity\":"
                + quantity
                + ",\"price\":"
                + (market ? "null" : '"' + price + '"')
                + ",\"trigger_price\":null,\"status\":\""
                + (filled == 0 ? "CANCELLED" : "FILLED")
                + "\",\"filled_quantity\":"
                + filled
                + ",\"average_price\":"
                + (filled == 0 ? "0" : price)
                + ",\"tag\":\"algo-"
                + i % 7
                + "\",\"created_at\":\""
                + at
                + "\",\"updated_at\":\""
                + at
                + "\"}"
                + (array && i < orders - 1 ? ",\n" : "\n"));
      }
      if (array) {
        out.write("]\n");
      }
    }
  }
}
