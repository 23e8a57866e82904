package io.tola.schema.importer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.StringWriter;
import java.util.Set;

/**
 * Reads the records of one file, one at a time, whatever the size of the file. It takes
 *
 * <ul>
 *   <li>an array of objects;
 *   <li>JSON lines: one object a line; a line that isn't JSON is a bad record, and the next line is read;
 *   <li>a broker's answer: an object with {@code data} (or {@code records}, {@code items}, {@code results}), which holds the array, or
 *       {@code net} and {@code day} arrays of positions, of which {@code net} counts, or one record;
 *   <li>objects one after another, over as many lines as they like.
 * </ul>
 */
final class RecordReader {

  /** Who takes the records. */
  interface Sink {
    /** The record is valid during the call only. */
    void record(JsonRecord read) throws IOException;

    /** A record that isn't an object, or a line that isn't JSON. */
    void unreadable(long number, String reason) throws IOException;
  }

  private static final int PREFIX = 64 * 1024;
  private static final int LONGEST_LINE = 1024 * 1024;
  private static final int LONGEST_EXPONENT = 4;
  private static final Set<String> WRAPPERS = Set.of("data", "records", "items", "results");

  private final JsonFactory json = new JsonFactory();
  private final JsonRecord record;
  private final Set<String> nestedWanted;
  private final Sink sink;
  private long count;

  /**
   * @param record filled again and again
   * @param nestedWanted fields whose objects are kept as JSON; others are passed over
   */
  RecordReader(JsonRecord record, Set<String> nestedWanted, Sink sink) {
    this.record = record;
    this.nestedWanted = nestedWanted;
    this.sink = sink;
  }

  /**
   * Reads all.
   *
   * @param linesByName whether the file's name says that it holds JSON lines; otherwise its first line says it, if it is an object
   * @return how many records there were, bad ones included
   * @throws BrokenFile when it is cut off, or not JSON
   */
  long read(InputStream in, boolean linesByName) throws IOException, BrokenFile {
    byte[] prefix = in.readNBytes(PREFIX);
    InputStream whole = new SequenceInputStream(new ByteArrayInputStream(prefix), in);
    count = 0;
    switch (shape(prefix, linesByName)) {
      case LINES -> lines(whole);
      case WRAPPED -> stream(whole, true);
      case VALUES -> stream(whole, false);
    }
    return count;
  }

  private enum Shape {
    LINES,
    WRAPPED,
    VALUES
  }

  /** By its beginning. */
  private Shape shape(byte[] prefix, boolean linesByName) {
    try (JsonParser parser = json.createParser(prefix)) {
      JsonToken begin = parser.nextToken();
      if (begin != JsonToken.START_OBJECT) {
        return linesByName && begin != JsonToken.START_ARRAY ? Shape.LINES : Shape.VALUES;
      }
      int line = parser.currentTokenLocation().getLineNr();
      boolean first = true;
      boolean status = false;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (WRAPPERS.contains(name)
            && (first || status)
            && (value == JsonToken.START_ARRAY || value == JsonToken.START_OBJECT)) {
          return Shape.WRAPPED;
        }
        status |= name.equals("status") && "success".equals(parser.getText());
        first = false;
        parser.skipChildren();
      }
      return linesByName
              || parser.currentToken() == JsonToken.END_OBJECT
                  && parser.currentLocation().getLineNr() == line
          ? Shape.LINES
          : Shape.VALUES;
    } catch (IOException e) {
      // One that is longer than the prefix, or broken; reading it in full says which.
      return linesByName ? Shape.LINES : Shape.VALUES;
    }
  }

  private void stream(InputStream in, boolean wrapped) throws IOException, BrokenFile {
    try (JsonParser parser = json.createParser(in)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.START_ARRAY) {
          elements(parser);
        } else if (token == JsonToken.START_OBJECT && wrapped) {
          wrapper(parser);
        } else {
          element(parser, token);
        }
      }
    } catch (JsonProcessingException e) {
      throw new BrokenFile(count + 1, where(e));
    }
  }

  private void elements(JsonParser parser) throws IOException {
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (token == null) {
        throw new JsonParseException(parser, "the array doesn't end");
      }
      element(parser, token);
    }
  }

  private void element(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.START_OBJECT) {
      record.begin(count + 1);
      fields(parser);
      count++;
      sink.record(record);
    } else {
      parser.skipChildren();
      sink.unreadable(++count, "not a JSON object");
    }
  }

  /** After START_OBJECT of {@code {"status": …, "data": …}}. */
  private void wrapper(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (!WRAPPERS.contains(name)) {
        parser.skipChildren();
      } else if (value == JsonToken.START_ARRAY) {
        elements(parser);
      } else if (value == JsonToken.START_OBJECT) {
        netOrOne(parser);
      } else {
        sink.unreadable(++count, "not a JSON object");
      }
    }
  }

  /** An object that has the array {@code net}, or is a record itself. */
  private void netOrOne(JsonParser parser) throws IOException {
    long before = count;
    boolean net = false;
    record.begin(count + 1);
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals("net") && value == JsonToken.START_ARRAY) {
        net = true;
        elements(parser);
      } else {
        field(parser, name, value);
      }
    }
    if (!net && count == before) {
      count++;
      sink.record(record);
    }
  }

  /** From START_OBJECT to its END_OBJECT. */
  private void fields(JsonParser parser) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      field(parser, name, parser.nextToken());
    }
  }

  private void field(JsonParser parser, String name, JsonToken value) throws IOException {
    if (value == null) {
      throw new JsonParseException(parser, "the object doesn't end");
    }
    if (value.isScalarValue()) {
      if (value != JsonToken.VALUE_NULL) {
        record.scalar(name, parser.getText());
      }
    } else if (nestedWanted.contains(name)) {
      nested(parser, name);
    } else {
      parser.skipChildren();
    }
  }

  private void nested(JsonParser parser, String name) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = json.createGenerator(text)) {
      int depth = 0;
      JsonToken token = parser.currentToken();
      while (true) {
        if (token == null) {
          throw new JsonParseException(parser, "the object doesn't end");
        }
        if (token == JsonToken.VALUE_NUMBER_FLOAT && hasLongExponent(parser.getText())) {
          record.problem(name, "has a number that can't be stored");
          generator.writeNumber(0);
        } else if (token.isNumeric()) {
          generator.writeNumber(parser.getText());
        } else if ((token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME)
            && !Storable.is(parser.getText())) {
          record.problem(name, "has a character that can't be stored");
          if (token == JsonToken.FIELD_NAME) {
            generator.writeFieldName("");
          } else {
            generator.writeString("");
          }
        } else {
          generator.copyCurrentEvent(parser);
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth == 0) {
          break;
        }
        token = parser.nextToken();
      }
    }
    record.nested(name, text.toString());
  }

  private static boolean hasLongExponent(String number) {
    int e = Math.max(number.indexOf('e'), number.indexOf('E'));
    return e >= 0 && number.length() - e > LONGEST_EXPONENT;
  }

  private void lines(InputStream in) throws IOException, BrokenFile {
    byte[] buffer = new byte[PREFIX];
    ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
    long lineNumber = 1;
    long length = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      int from = 0;
      for (int i = 0; i < n; i++) {
        if (buffer[i] == '\n') {
          if (length == 0) {
            line(buffer, from, i - from, lineNumber, i - from, true);
          } else {
            append(line, buffer, from, i);
            line(line.toByteArray(), 0, line.size(), lineNumber, length + i - from, true);
            line.reset();
          }
          length = 0;
          lineNumber++;
          from = i + 1;
        }
      }
      append(line, buffer, from, n);
      length += n - from;
    }
    if (length > 0) {
      line(line.toByteArray(), 0, line.size(), lineNumber, length, false);
    }
  }

  private static void append(ByteArrayOutputStream line, byte[] buffer, int from, int to) {
    int room = LONGEST_LINE - line.size();
    line.write(buffer, from, Math.min(room, to - from));
  }

  private void line(byte[] bytes, int from, int kept, long lineNumber, long length, boolean ended)
      throws IOException, BrokenFile {
    if (length > LONGEST_LINE) {
      sink.unreadable(++count, "line " + lineNumber + " is longer than " + LONGEST_LINE + " bytes");
      return;
    }
    try (JsonParser parser = json.createParser(bytes, from, kept)) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        return;
      }
      if (token != JsonToken.START_OBJECT) {
        sink.unreadable(++count, "line " + lineNumber + " is not a JSON object");
        return;
      }
      record.begin(count + 1);
      fields(parser);
      if (parser.nextToken() != null) {
        sink.unreadable(++count, "line " + lineNumber + " has more than one value");
        return;
      }
    } catch (JsonProcessingException e) {
      if (!ended) {
        // The last line, without its end: that is how a file looks that was cut off.
        throw new BrokenFile(
            count + 1, "cut off in line " + lineNumber + ": " + e.getOriginalMessage());
      }
      sink.unreadable(++count, "line " + lineNumber + " is not JSON: " + e.getOriginalMessage());
      return;
    }
    count++;
    sink.record(record);
  }

  private static String where(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return "cut off or not JSON"
        + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr())
        + ": "
        + e.getOriginalMessage();
  }
}
