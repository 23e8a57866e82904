package io.tola.trading.application;

import io.tola.trading.api.Execution;
import java.math.BigDecimal;
import java.util.List;

/**
 * The message body of execution reports, {@code {"reports":[…]}}: canonical JSON (keys sorted, decimals
 * plain and without needless zeros), written directly because thousands are written a second.
 *
 * <p>{@code io.tola.kernel.json.CanonicalJson} of the same facts gives the same bytes; a test holds
 * that.
 */
final class ExecutionJson {

  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private ExecutionJson() {}

  static String write(List<Execution> reports) {
    StringBuilder out = new StringBuilder(16 + 640 * reports.size());
    out.append("{\"reports\":[");
    for (int i = 0; i < reports.size(); i++) {
      if (i > 0) {
        out.append(',');
      }
      report(out, reports.get(i));
    }
    return out.append("]}").toString();
  }

  private static void report(StringBuilder out, Execution e) {
    out.append("{\"account_id\":\"").append(e.accountId().value());
    out.append("\",\"average_price\":");
    decimal(out, e.averagePrice());
    out.append(",\"client_order_id\":");
    string(out, e.clOrdId().value());
    out.append(",\"exec_id\":\"").append(e.execId());
    out.append("\",\"exec_type\":\"").append(e.execType().name());
    out.append("\",\"filled_quantity\":").append(e.cumQuantity().value());
    out.append(",\"last_price\":");
    decimal(out, e.lastPrice() == null ? null : e.lastPrice().value());
    out.append(",\"last_quantity\":").append(e.lastQuantity().value());
    out.append(",\"leaves_quantity\":").append(e.leavesQuantity().value());
    out.append(",\"order_id\":\"").append(e.orderId());
    out.append("\",\"sequence\":").append(e.sequence());
    out.append(",\"side\":\"").append(e.side().name());
    out.append("\",\"status\":\"").append(e.ordStatus().name());
    out.append("\",\"symbol\":");
    string(out, e.symbol().value());
    out.append(",\"text\":");
    string(out, e.text());
    out.append(",\"timestamp\":\"").append(e.transactTime()).append("\"}");
  }

  private static void decimal(StringBuilder out, BigDecimal value) {
    if (value == null) {
      out.append("null");
    } else if (value.signum() == 0) {
      out.append('0');
    } else {
      out.append(value.stripTrailingZeros().toPlainString());
    }
  }

  private static void string(StringBuilder out, String text) {
    if (text == null) {
      out.append("null");
      return;
    }
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20) {
            out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
