package io.tola.gateway.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import io.tola.gateway.json.Json;
import io.tola.gateway.rest.body.BarShape;
import io.tola.kernel.Page;
import io.tola.market.api.Bar;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;

/** A long history, written as it is read: the same document as a short one. Used once. */
final class HistoryStream implements StreamingOutput {

  /** Reads the bars behind a cursor. */
  @FunctionalInterface
  interface More {
    Page<Bar> read(int count, String after);
  }

  private final String symbol;
  private final String interval;
  private final Page<Bar> first;
  private final int limit;
  private final int piece;
  private final More more;

  HistoryStream(String symbol, String interval, Page<Bar> first, int limit, int piece, More more) {
    this.symbol = symbol;
    this.interval = interval;
    this.first = first;
    this.limit = limit;
    this.piece = piece;
    this.more = more;
  }

  @Override
  public void write(OutputStream out) throws IOException {
    try (JsonGenerator json = Json.mapper().createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("symbol", symbol);
      json.writeStringField("interval", interval);
      json.writeArrayFieldStart("items");
      Page<Bar> page = first;
      int left = limit;
      while (true) {
        for (Bar bar : page.items()) {
          json.writePOJO(BarShape.of(bar));
        }
        left -= page.items().size();
        if (page.nextCursor() == null || left == 0) {
          break;
        }
        json.flush();
        page = more.read(Math.min(left, piece), page.nextCursor());
      }
      json.writeEndArray();
      json.writeStringField("next_cursor", page.nextCursor());
      json.writeEndObject();
    }
  }
}
