package io.tola.market.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.market.Samples;
import io.tola.market.api.Instrument;
import io.tola.market.domain.TickCount.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TickFileTest {

  private static final List<Instrument> INSTRUMENTS = Samples.instruments("SBIN", "INFY", "TCS");

  @TempDir Path folder;

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private Path write(String text) throws IOException {
    return write("ticks.csv", text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static List<TickFile.Tick> drain(TickFile file) throws IOException {
    List<TickFile.Tick> ticks = new ArrayList<>();
    for (TickFile.Tick tick = file.next(); tick != null; tick = file.next()) {
      ticks.add(tick);
    }
    return ticks;
  }

  private static String grouped(int perSymbol, Random random) {
    StringBuilder text = new StringBuilder("symbol,timestamp,ltp,cum_volume\n");
    for (String symbol : List.of("SBIN", "INFY", "TCS")) {
      int second = 0;
      for (int i = 0; i < perSymbol; i++) {
        second += random.nextInt(3);
        text.append(symbol)
            .append(
                String.format(
                    ",2021-04-28 %02d:%02d:%02d,",
                    9 + second / 3600, second / 60 % 60, second % 60))
            .append(100 + random.nextInt(50))
            .append(".05,")
            .append(i)
            .append('\n');
      }
    }
    return text.toString();
  }

  @Test
  void symbolAfterSymbolIsPlayedInMarketTime() throws IOException {
    Path path =
        write(
            "symbol,timestamp,ltp,cum_volume\n"
                + "SBIN,2021-04-28 09:15:01,357.05,1\nSBIN,2021-04-28 09:15:03,357.10,2\n"
                + "INFY,2021-04-28 09:15:02,1300.05,1\nINFY,2021-04-28 09:15:03,1300.10,2\n");
    try (TickFile file = TickFile.open(path, INSTRUMENTS)) {
      assertThat(drain(file)).extracting(TickFile.Tick::instrument).containsExactly(0, 1, 0, 1);
      assertThat(file.nextMillis()).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void sortingOnDiskGivesWhatSortingInMemoryGives() throws IOException {
    Random random = new Random(11);
    for (int chunk : new int[] {1, 2, 7, 100, 599, 600, 5_000}) {
      Path path = write("g" + chunk, gzip(grouped(200, random)));
      List<TickFile.Tick> naive;
      try (TickFile whole = TickFile.open(path, INSTRUMENTS, 100_000)) {
        naive = drain(whole);
      }
      assertThat(naive).isSortedAccordingTo(Comparator.comparingLong(TickFile.Tick::millis));
      try (TickFile spilled = TickFile.open(path, INSTRUMENTS, chunk)) {
        assertThat(drain(spilled)).isEqualTo(naive);
      }
    }
  }

  @Test
  void theTemporaryFileIsGoneWhenClosed() throws IOException {
    Path temp = Path.of(System.getProperty("java.io.tmpdir"));
    Path path = write("big", gzip(grouped(500, new Random(1))));
    TickFile file = TickFile.open(path, INSTRUMENTS, 100);
    file.next();
    file.close();
    try (var left = Files.newDirectoryStream(temp, "tola-replay-*.ticks")) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aBrokenGzipIsPlayedUpToTheBreak() throws IOException {
    byte[] whole = gzip(grouped(5_000, new Random(2)));
    Path path = write("cut.gz", Arrays.copyOf(whole, whole.length / 2));
    try (TickFile file = TickFile.open(path, INSTRUMENTS)) {
      assertThat(file.count().isCutShort()).isTrue();
      assertThat(drain(file)).hasSizeGreaterThan(1_000);
    }
  }

  @Test
  void windowsLineEndsByteOrderMarkAndAMissingLastNewlineAreRead() throws IOException {
    Path path =
        write(
            "\uFEFFsymbol,timestamp,ltp,cum_volume\r\nSBIN,2021-04-28 09:15:01,357.05,1\r\n"
                + "SBIN,2021-04-28 09:15:02,357.10,2");
    try (TickFile file = TickFile.open(path, INSTRUMENTS)) {
      assertThat(drain(file)).hasSize(2);
      assertThat(file.count().of(Kind.BAD)).isZero();
      assertThat(file.count().of(Kind.HEADER)).isEqualTo(1);
    }
  }

  @Test
  void anEndlessLineIsOneBadLine() throws IOException {
    Path path = write("x".repeat(5_000_000) + "\nSBIN,2021-04-28 09:15:01,357.05,1\n");
    try (TickFile file = TickFile.open(path, INSTRUMENTS)) {
      assertThat(file.count().of(Kind.BAD)).isEqualTo(1);
      assertThat(file.count().of(Kind.KEPT)).isEqualTo(1);
    }
  }

  @Test
  void whatCannotBePlayedIsSaidInOneSentence() throws IOException {
    assertThatThrownBy(() -> TickFile.open(folder.resolve("none.csv"), INSTRUMENTS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no file")
        .hasMessageContaining("none.csv");
    assertThatThrownBy(() -> TickFile.open(folder, INSTRUMENTS)).hasMessageContaining("directory");
    Path empty = write("");
    assertThatThrownBy(() -> TickFile.open(empty, INSTRUMENTS)).hasMessageContaining("no tick");
    Path indexOnly = write("NIFTY 50,2021-04-28 09:15:15,14698.95,0\n");
    assertThatThrownBy(() -> TickFile.open(indexOnly, INSTRUMENTS))
        .hasMessageContaining("not_an_instrument=1");
    Path noise = write("n.gz", new byte[] {0x1f, (byte) 0x8b, 0, 1, 2});
    assertThatThrownBy(() -> TickFile.open(noise, INSTRUMENTS)).isInstanceOf(IOException.class);
  }
}
