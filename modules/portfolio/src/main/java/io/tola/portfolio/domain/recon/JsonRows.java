package io.tola.portfolio.domain.recon;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;

/**
 * A broker's JSON answer, read as it comes: {@code {"data": [{…}, …]}}, {@code {"data": {"net": […]}}}
 * or the bare list. Of an element its plain members are taken, what is nested is passed over. What is
 * not JSON ends the reading, with the line of the text where that was seen. Used once.
 *
 * <p>Not a library's parser, because none is among the module's, and a tree of 100,000 elements would
 * take ten times the memory.
 */
final class JsonRows {

  private static final int DEEPEST = 16;
  private static final int LONGEST_TEXT = 4_096;

  private final Reader in;
  private final StatementReader reader;
  private final int mostLines;
  private final char[] buffer = new char[1 << 15];
  private int position;
  private int limit;
  private int textLine = 1;
  private int element;
  private boolean listSeen;
  private final StringBuilder text = new StringBuilder(64);
  private final String[] values = new String[Column.values().length];

  /** Ends the reading; the error is reported already. */
  private static final class Broken extends Exception {
    private static final long serialVersionUID = 1L;

    Broken() {
      super(null, null, false, false);
    }
  }

  JsonRows(InputStream in, StatementReader reader, int mostLines) {
    this.in =
        new InputStreamReader(
            in,
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    this.reader = reader;
    this.mostLines = mostLines;
  }

  void read() throws IOException {
    try {
      int c = peek();
      if (c == '\uFEFF') {
        position++;
      }
      c = skipSpace();
      if (c == '[') {
        list();
      } else if (c == '{') {
        root();
      } else {
        throw broken("must be a JSON object or list");
      }
      if (skipSpace() >= 0) {
        throw broken("goes on behind its end");
      }
      if (!listSeen) {
        reader.error(0, "data", "is missing: the list of the statement's lines");
      }
    } catch (Broken e) {
      // Reported where it was found.
    } catch (CharacterCodingException e) {
      reader.error(element, "statement", "is not UTF-8, near line " + textLine + " of the text");
    }
  }

  private void root() throws IOException, Broken {
    for (String name = firstName(); name != null; name = nextName()) {
      int c = skipSpace();
      if (name.equals("data") && c == '[') {
        list();
      } else if (name.equals("data") && c == '{') {
        for (String inner = firstName(); inner != null; inner = nextName()) {
          if (inner.equals("net") && skipSpace() == '[') {
            list();
          } else {
            skip(2);
          }
        }
      } else {
        skip(1);
      }
    }
  }

  private void list() throws IOException, Broken {
    if (listSeen) {
      throw broken("has two lists of lines");
    }
    listSeen = true;
    position++;
    if (skipSpace() == ']') {
      position++;
      return;
    }
    while (true) {
      element++;
      if (element > mostLines) {
        reader.error(
            element, "line", "is one too many: a statement has at most " + mostLines + " lines");
        throw new Broken();
      }
      if (skipSpace() != '{') {
        throw broken("must be an object");
      }
      element();
      int c = skipSpace();
      position++;
      if (c == ']') {
        return;
      }
      if (c != ',') {
        throw broken("is not followed by a comma or the list's end");
      }
    }
  }

  private void element() throws IOException, Broken {
    Arrays.fill(values, null);
    EnumSet<Column> seen = EnumSet.noneOf(Column.class);
    boolean sound = true;
    for (String name = firstName(); name != null; name = nextName()) {
      Column column = Column.of(name);
      int c = skipSpace();
      if (c == '{' || c == '[') {
        skip(3);
      } else {
        String value = scalar(c);
        if (column != null) {
          if (!seen.add(column)) {
            reader.error(element, column.code(), "is there twice");
            sound = false;
          }
          values[column.ordinal()] = value;
        }
      }
    }
    if (sound) {
      reader.row(element, values);
    }
  }

  private String firstName() throws IOException, Broken {
    position++;
    if (skipSpace() == '}') {
      position++;
      return null;
    }
    return name();
  }

  private String nextName() throws IOException, Broken {
    int c = skipSpace();
    position++;
    if (c == '}') {
      return null;
    }
    if (c != ',') {
      throw broken("lacks a comma between members");
    }
    skipSpace();
    return name();
  }

  private String name() throws IOException, Broken {
    if (peek() != '"') {
      throw broken("lacks a member's name in quotes");
    }
    String name = string();
    if (skipSpace() != ':') {
      throw broken("lacks a colon behind a member's name");
    }
    position++;
    return name;
  }

  /** Null for null. */
  private String scalar(int c) throws IOException, Broken {
    if (c == '"') {
      return string();
    }
    text.setLength(0);
    while (true) {
      int next = peek();
      if (next < 0 || next == ',' || next == '}' || next == ']' || next <= ' ') {
        break;
      }
      if (text.length() > LONGEST_TEXT) {
        throw broken("has a value that is too long");
      }
      text.append((char) next);
      position++;
    }
    String value = text.toString();
    if (value.equals("null")) {
      return null;
    }
    if (value.equals("true") || value.equals("false") || isNumber(value)) {
      return value;
    }
    throw broken("has a value that is no JSON");
  }

  private static boolean isNumber(String value) {
    if (value.isEmpty()) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (!(c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E')) {
        return false;
      }
    }
    char first = value.charAt(0);
    return first == '-' || first >= '0' && first <= '9';
  }

  private String string() throws IOException, Broken {
    position++;
    text.setLength(0);
    while (true) {
      int c = peek();
      if (c < 0) {
        throw broken("ends within a text");
      }
      position++;
      if (c == '"') {
        return text.toString();
      }
      if (c < 0x20) {
        throw broken("has a control character in a text");
      }
      if (text.length() > LONGEST_TEXT) {
        throw broken("has a text that is too long");
      }
      text.append(c == '\\' ? escaped() : (char) c);
    }
  }

  private char escaped() throws IOException, Broken {
    int c = peek();
    position++;
    return switch (c) {
      case '"', '\\', '/' -> (char) c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          int digit = Character.digit(peek(), 16);
          if (digit < 0) {
            throw broken("has a wrong escape in a text");
          }
          code = code * 16 + digit;
          position++;
        }
        yield (char) code;
      }
      default -> throw broken("has a wrong escape in a text");
    };
  }

  private void skip(int depth) throws IOException, Broken {
    if (depth > DEEPEST) {
      throw broken("is nested too deeply");
    }
    int c = skipSpace();
    if (c == '{') {
      for (String name = firstName(); name != null; name = nextName()) {
        skip(depth + 1);
      }
    } else if (c == '[') {
      position++;
      if (skipSpace() == ']') {
        position++;
        return;
      }
      while (true) {
        skip(depth + 1);
        int next = skipSpace();
        position++;
        if (next == ']') {
          return;
        }
        if (next != ',') {
          throw broken("lacks a comma between elements");
        }
      }
    } else {
      scalar(c);
    }
  }

  /** The next character that is not white space, not taken; -1 at the end. */
  private int skipSpace() throws IOException {
    while (true) {
      int c = peek();
      if (c == '\n') {
        textLine++;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return c;
      }
      position++;
    }
  }

  private int peek() throws IOException {
    if (position >= limit) {
      limit = in.read(buffer);
      position = 0;
      if (limit <= 0) {
        limit = 0;
        return -1;
      }
    }
    return buffer[position];
  }

  private Broken broken(String what) {
    reader.error(element, "statement", what + " (line " + textLine + " of the text)");
    return new Broken();
  }
}
