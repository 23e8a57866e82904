package io.tola.schema.importer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The report: every rejected record once, with file, number (from 1; 0 is the file itself) and reason. JSON lines, or CSV when the
 * file's name ends in {@code .csv}. Not thread-safe.
 */
final class Rejections implements AutoCloseable {

  private final BufferedWriter out;
  private final boolean csv;
  private final JsonFactory json = new JsonFactory();

  Rejections(Path file) throws IOException {
    this.out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
    this.csv = file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".csv");
    if (csv) {
      out.write("file,record,reason\n");
    }
  }

  void add(String inFile, long record, String why) {
    String file = Storable.plain(inFile);
    String reason = Storable.plain(why);
    try {
      if (csv) {
        out.write(quoted(file) + ',' + record + ',' + quoted(reason) + '\n');
        return;
      }
      try (JsonGenerator generator = json.createGenerator(out)) {
        generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        generator.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
        generator.writeStartObject();
        generator.writeStringField("file", file);
        generator.writeNumberField("record", record);
        generator.writeStringField("reason", reason);
        generator.writeEndObject();
      }
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException("can't write the report", e);
    }
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
