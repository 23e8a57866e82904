package io.tola.jmeter;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Reads a {@code .jtl} file (CSV with a first line that names the columns) sample by sample; the file may be larger than memory. */
final class Jtl {

  private static final List<String> VARIABLES =
      List.of("username", "coid", "order_id", "order_status", "order_coids", "due");

  private Jtl() {}

  static void read(Path file, Consumer<Sample> to) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      read(in, to);
    }
  }

  /**
   * A last line that was cut off, as when JMeter was killed, is left out.
   *
   * @throws IOException when the first line lacks a column that is needed
   */
  static void read(Reader in, Consumer<Sample> to) throws IOException {
    List<String> names = line(in);
    if (names == null) {
      return;
    }
    Map<String, Integer> at = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      at.put(names.get(i), i);
    }
    for (String needed :
        List.of("timeStamp", "elapsed", "label", "responseCode", "threadName", "success")) {
      if (!at.containsKey(needed)) {
        throw new IOException("The samples have no column " + needed);
      }
    }
    List<String> cells;
    while ((cells = line(in)) != null) {
      if (cells.size() < names.size()) {
        continue;
      }
      Map<String, String> variables = new HashMap<>();
      for (String variable : VARIABLES) {
        Integer column = at.get(variable);
        // JMeter writes the word for a variable that nobody has set.
        if (column != null && !cells.get(column).isEmpty() && !cells.get(column).equals("null")) {
          variables.put(variable, cells.get(column));
        }
      }
      to.accept(
          new Sample(
              Long.parseLong(cells.get(at.get("timeStamp"))),
              Long.parseLong(cells.get(at.get("elapsed"))),
              cells.get(at.get("label")),
              cells.get(at.get("responseCode")),
              cells.get(at.get("success")).equals("true"),
              cell(cells, at, "failureMessage"),
              cells.get(at.get("threadName")),
              at.containsKey("allThreads") ? Integer.parseInt(cell(cells, at, "allThreads")) : 0,
              variables));
    }
  }

  private static String cell(List<String> cells, Map<String, Integer> at, String name) {
    Integer column = at.get(name);
    return column == null ? "" : cells.get(column);
  }

  /** One record: a quoted cell may hold commas, line ends, and quotes written twice. Null at the end of the file. */
  private static List<String> line(Reader in) throws IOException {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    boolean any = false;
    int c;
    while ((c = in.read()) >= 0) {
      any = true;
      if (quoted) {
        if (c != '"') {
          cell.append((char) c);
          continue;
        }
        c = in.read();
        if (c == '"') {
          cell.append('"');
          continue;
        }
        quoted = false;
      }
      if (c == '"') {
        quoted = true;
      } else if (c == ',') {
        cells.add(cell.toString());
        cell.setLength(0);
      } else if (c == '\n' || c < 0) {
        break;
      } else if (c != '\r') {
        cell.append((char) c);
      }
    }
    if (!any) {
      return null;
    }
    cells.add(cell.toString());
    return cells;
  }
}
