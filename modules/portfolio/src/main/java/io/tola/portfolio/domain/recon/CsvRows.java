package io.tola.portfolio.domain.recon;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;

/**
 * Comma-separated values by RFC 4180, but that a quoted field must end on its line: a quote that isn't
 * closed would otherwise swallow the rest of the statement. The first line names the columns; those
 * nobody uses are passed over. Used once.
 */
final class CsvRows {

  private static final int LONGEST_LINE = 65_536;

  private final InputStream in;
  private final StatementReader reader;
  private final int mostLines;
  private final CharsetDecoder utf8 =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private byte[] bytes = new byte[1_024];
  private int length;
  private String headerText;
  private Column[] header;
  private final String[] values = new String[Column.values().length];

  CsvRows(InputStream in, StatementReader reader, int mostLines) {
    this.in = in;
    this.reader = reader;
    this.mostLines = mostLines;
  }

  void read() throws IOException {
    int line = 0;
    while (next()) {
      line++;
      if (line == 1 && length >= 2 && isUtf16()) {
        reader.error(1, "line", "is UTF-16: a statement must be UTF-8");
        return;
      }
      if (line > mostLines + 1) {
        reader.error(
            line, "line", "is one too many: a statement has at most " + mostLines + " lines");
        return;
      }
      if (length > LONGEST_LINE) {
        reader.error(line, "line", "is longer than " + LONGEST_LINE + " bytes");
        return;
      }
      String text = text();
      if (text == null) {
        reader.error(line, "line", "is not UTF-8");
        if (line == 1) {
          return;
        }
      } else if (line == 1) {
        if (!header(text)) {
          return;
        }
      } else if (text.equals(headerText)) {
        reader.error(line, "line", "is the header again");
      } else if (!text.isEmpty()) {
        row(line, text);
      }
    }
    if (line == 0) {
      reader.error(0, "statement", "is empty: its first line must name the columns");
    }
  }

  private boolean isUtf16() {
    return bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF
        || bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE
        || bytes[0] == 0
        || bytes[1] == 0;
  }

  /** The next line's bytes without its end; false when there is none. */
  private boolean next() throws IOException {
    length = 0;
    boolean any = false;
    while (true) {
      if (position == limit) {
        limit = in.read(buffer);
        position = 0;
        if (limit <= 0) {
          limit = 0;
          return any;
        }
      }
      any = true;
      int from = position;
      while (position < limit && buffer[position] != '\n') {
        position++;
      }
      append(from, position - from);
      if (position < limit) {
        position++;
        if (length > 0 && bytes[length - 1] == '\r') {
          length--;
        }
        return true;
      }
    }
  }

  /** What is beyond the longest line is counted, not kept. */
  private void append(int from, int count) {
    int kept = Math.min(count, LONGEST_LINE + 1 - length);
    if (kept <= 0) {
      return;
    }
    if (length + kept > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + kept));
    }
    System.arraycopy(buffer, from, bytes, length, kept);
    length += kept;
  }

  /** Null when the line isn't UTF-8, or holds a zero byte. */
  private String text() {
    int from =
        headerText == null
                && length >= 3
                && bytes[0] == (byte) 0xEF
                && bytes[1] == (byte) 0xBB
                && bytes[2] == (byte) 0xBF
            ? 3
            : 0;
    boolean ascii = true;
    for (int i = from; i < length; i++) {
      if (bytes[i] == 0) {
        return null;
      }
      ascii &= bytes[i] > 0;
    }
    if (ascii) {
      return new String(bytes, from, length - from, StandardCharsets.ISO_8859_1);
    }
    try {
      return utf8.decode(ByteBuffer.wrap(bytes, from, length - from)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private boolean header(String text) {
    headerText = text;
    String[] names = new String[256];
    int count = split(1, text, names);
    if (count < 0) {
      return false;
    }
    header = new Column[count];
    EnumSet<Column> present = EnumSet.noneOf(Column.class);
    boolean sound = true;
    for (int i = 0; i < count; i++) {
      Column column = Column.of(names[i]);
      header[i] = column;
      if (column != null && !present.add(column)) {
        reader.error(1, column.code(), "is there twice: two columns have that name");
        sound = false;
      }
    }
    return reader.columns(1, present) && sound;
  }

  private void row(int line, String text) {
    String[] fields = new String[header.length];
    int count = split(line, text, fields);
    if (count < 0) {
      return;
    }
    if (count != header.length) {
      reader.error(line, "line", "has " + count + " fields where the header has " + header.length);
      return;
    }
    Arrays.fill(values, null);
    for (int i = 0; i < count; i++) {
      if (header[i] != null) {
        values[header[i].ordinal()] = fields[i].strip();
      }
    }
    reader.row(line, values);
  }

  /** Returns how many fields there are, also those that don't fit; -1 when the quotes are wrong. */
  private int split(int line, String text, String[] fields) {
    int count = 0;
    int i = 0;
    int end = text.length();
    while (true) {
      String field;
      if (i < end && text.charAt(i) == '"') {
        StringBuilder quoted = new StringBuilder();
        i++;
        while (true) {
          if (i >= end) {
            reader.error(line, "line", "has a quote that isn't closed on its line");
            return -1;
          }
          char c = text.charAt(i++);
          if (c != '"') {
            quoted.append(c);
          } else if (i < end && text.charAt(i) == '"') {
            quoted.append('"');
            i++;
          } else {
            break;
          }
        }
        if (i < end && text.charAt(i) != ',') {
          reader.error(line, "line", "has something behind a closing quote");
          return -1;
        }
        field = quoted.toString();
      } else {
        int comma = text.indexOf(',', i);
        int to = comma < 0 ? end : comma;
        field = text.substring(i, to);
        i = to;
      }
      if (count < fields.length) {
        fields[count] = field;
      }
      count++;
      if (i >= end) {
        if (count > fields.length && headerText != null && header == null) {
          reader.error(line, "line", "has more than " + fields.length + " columns");
          return -1;
        }
        return count;
      }
      i++;
    }
  }
}
