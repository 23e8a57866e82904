package io.tola.audit.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.audit.domain.Checkpoint;
import io.tola.audit.domain.LogTree;
import io.tola.audit.domain.NoteKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFileTest {

  private static final Instant T0 = Instant.parse("2026-11-21T04:00:00Z");

  @TempDir private Path folder;
  private Path path;
  private CheckpointFile file;
  private NoteKey key;

  @BeforeEach
  void open() throws GeneralSecurityException {
    path = folder.resolve("checkpoints.txt");
    file = new CheckpointFile(path);
    key = NoteKey.of("tola/A", NoteKey.generate());
  }

  private static String note(NoteKey key, long size, long second) {
    return key.sign(new Checkpoint(key.name(), size, LogTree.EMPTY, T0.plusSeconds(second)).text());
  }

  @Test
  void theLargestIsFoundBehindMoreUnwantedThanAreHeldAtOnce() throws IOException {
    int notes = 3 * CheckpointFile.AT_ONCE;
    Random random = new Random(7);
    List<Long> sizes = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < notes; i++) {
      long size = random.nextInt(notes);
      sizes.add(size);
      text.append(note(key, size, i)).append('\n');
    }
    Files.writeString(path, text);
    // Not the whole list is sorted for it, so each bound is compared with sorting it.
    for (long bound : new long[] {notes / 2, -1}) {
      assertThat(
              file.largest(List.of(key), Instant.MAX, c -> c.size() <= bound).map(Checkpoint::size))
          .isEqualTo(sizes.stream().filter(s -> s <= bound).max(Comparator.naturalOrder()));
    }
    assertThat(file.largest(List.of(key), T0.plusSeconds(9), c -> true).map(Checkpoint::size))
        .isEqualTo(sizes.subList(0, 10).stream().max(Comparator.naturalOrder()));
  }

  @Test
  void allNamesAreReadInOnePassAndForeignAndCutOffNotesPassedOver()
      throws IOException, GeneralSecurityException {
    NoteKey foreign = NoteKey.of("tola/A", NoteKey.generate());
    file.append(note(key, 1, 0));
    file.append(note(key.named("tola/B"), 2, 0));
    file.append(note(foreign, 3, 0));
    Files.write(path, new byte[] {'x', (byte) 0xe2, (byte) 0x80}, StandardOpenOption.APPEND);
    file.append(note(key.named("tola/C"), 4, 0));
    file.append(note(key, 5, 0));
    assertThat(file.read(key, Set.of("tola/A", "tola/C")))
        .extracting(Checkpoint::size)
        .containsExactly(1L, 4L, 5L);
    assertThat(file.names(key)).containsExactly("tola/B", "tola/C", "tola/A");
    assertThat(new CheckpointFile(folder.resolve("none")).read(key, Set.of("tola/A"))).isEmpty();
  }
}
