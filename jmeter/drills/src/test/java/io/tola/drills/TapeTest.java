package io.tola.drills;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TapeTest {

  private static final Tape TAPE =
      new Tape(10, List.of(new Tape.Crash(20, 5), new Tape.Crash(50, 20)));

  @Test
  void marketIsCalmThenFallsStaysDownAndComesBack() {
    assertThat(TAPE.at(9.5)).isEqualTo(new Tape.Level(1, 1));
    assertThat(TAPE.at(12.5)).isEqualTo(new Tape.Level(0.9, 5));
    assertThat(TAPE.at(10 + Tape.FALL_SECONDS)).isEqualTo(new Tape.Level(0.8, 5));
    double back = 10 + 2 * Tape.FALL_SECONDS + Tape.DOWN_SECONDS;
    assertThat(TAPE.at(back)).isEqualTo(new Tape.Level(1, 1));
    double second = back + Tape.BETWEEN_SECONDS;
    assertThat(TAPE.at(second + Tape.FALL_SECONDS)).isEqualTo(new Tape.Level(0.5, 20));
    assertThat(TAPE.at(TAPE.seconds())).isEqualTo(new Tape.Level(1, 1));
  }

  @Test
  void fileIsOnTheTickGridAndItsVolumeGrowsWithTheCrash(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tape.csv");

    TAPE.write(
        file,
        List.of(new Tape.Share("ITC", new BigDecimal("425"), new BigDecimal("0.05"))),
        LocalDate.of(2026, 11, 20));

    List<String> lines = Files.readAllLines(file);
    assertThat(lines.get(0)).isEqualTo("symbol,timestamp,ltp,cum_volume");
    assertThat(lines.get(1)).isEqualTo("ITC,2026-11-20 09:15:00.000,425.00,500");
    assertThat(lines.get(1 + 2 * 16)).startsWith("ITC,2026-11-20 09:15:16.000,340.00,");
    assertThat(volume(lines.get(34)) - volume(lines.get(33))).isEqualTo(5 * 500);
    assertThat(lines).hasSize(1 + 2 * TAPE.seconds());
  }

  private static long volume(String line) {
    return Long.parseLong(line.substring(line.lastIndexOf(',') + 1));
  }
}
