package io.tola.strategy.store;

import io.tola.kernel.Page;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.market.api.Interval;
import io.tola.strategy.api.Direction;
import io.tola.strategy.api.Signal;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A page of signals as text for the cache: classes of ours in a cache would tie its entries to one class
 * loader and one version. A line a signal, fields apart by tabs; the first line is the cursor.
 */
final class SignalCodec {

  /** Written first; a text of another version is not read. */
  private static final String VERSION = "1";

  private static final int FIELDS = 14;

  private SignalCodec() {}

  static String encode(Page<Signal> page) {
    StringBuilder text = new StringBuilder(256 * (1 + page.items().size()));
    text.append(VERSION).append('\t').append(page.nextCursor() == null ? "" : page.nextCursor());
    for (Signal s : page.items()) {
      List<String> features = new ArrayList<>();
      s.features().forEach((name, value) -> features.add(name + "=" + value.toPlainString()));
      text.append('\n')
          .append(
              String.join(
                  "\t",
                  s.id().toString(),
                  escape(s.strategy()),
                  s.symbol().value(),
                  s.interval().code(),
                  s.barStart().toString(),
                  Long.toString(s.version()),
                  s.direction().name(),
                  s.confidence().toPlainString(),
                  s.close().toString(),
                  escape(s.reason()),
                  escape(String.join(";", features)),
                  s.source().name(),
                  escape(s.createdBy()),
                  s.createdAt().toString()));
    }
    return text.toString();
  }

  /** Empty for what {@link #encode} didn't write. */
  static Optional<Page<Signal>> decode(String text) {
    String[] lines = text.split("\n", -1);
    String[] head = lines[0].split("\t", -1);
    if (head.length != 2 || !head[0].equals(VERSION)) {
      return Optional.empty();
    }
    List<Signal> signals = new ArrayList<>(lines.length - 1);
    try {
      for (int i = 1; i < lines.length; i++) {
        String[] f = lines[i].split("\t", -1);
        if (f.length != FIELDS) {
          return Optional.empty();
        }
        signals.add(
            new Signal(
                UUID.fromString(f[0]),
                unescape(f[1]),
                new Symbol(f[2]),
                Interval.byCode(f[3]).orElseThrow(),
                Instant.parse(f[4]),
                Long.parseLong(f[5]),
                Direction.valueOf(f[6]),
                new BigDecimal(f[7]),
                Price.of(f[8]),
                unescape(f[9]),
                features(unescape(f[10])),
                Signal.Source.valueOf(f[11]),
                unescape(f[12]),
                Instant.parse(f[13])));
      }
    } catch (RuntimeException e) {
      return Optional.empty();
    }
    return Optional.of(new Page<>(signals, head[1].isEmpty() ? null : head[1]));
  }

  private static Map<String, BigDecimal> features(String text) {
    Map<String, BigDecimal> features = new TreeMap<>();
    if (!text.isEmpty()) {
      for (String pair : text.split(";", -1)) {
        int at = pair.lastIndexOf('=');
        features.put(pair.substring(0, at), new BigDecimal(pair.substring(at + 1)));
      }
    }
    return features;
  }

  private static String escape(String text) {
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n");
  }

  private static String unescape(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && ++i < text.length()) {
        char escaped = text.charAt(i);
        plain.append(escaped == 't' ? '\t' : escaped == 'n' ? '\n' : escaped);
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
