package io.tola.gateway.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.gateway.security.Caller;
import io.tola.gateway.security.RateBucket;
import io.tola.kernel.Role;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.TickReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TickIntakeTest {

  private final List<List<String>> takes = new ArrayList<>();
  private final List<Long> pauses = new ArrayList<>();
  private Consumer<String> before = body -> {};
  private boolean databaseAnswers = true;
  private boolean closing;

  /** A desk that takes lines that begin with a brace and have no "bad" in them. */
  private TickReport take(String body) {
    before.accept(body);
    List<String> lines = List.of(body.split("\n", -1));
    takes.add(lines.stream().filter(l -> !l.isBlank()).toList());
    List<TickReport.Rejected> wrong = new ArrayList<>();
    long accepted = 0;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replace("\r", "");
      if (line.isEmpty()) {
        continue;
      }
      if (!line.startsWith("{") || line.contains("bad")) {
        wrong.add(new TickReport.Rejected(i + 1, "line", "is wrong: " + line));
      } else {
        accepted++;
      }
    }
    return new TickReport(accepted, 0, wrong.size(), !body.contains("cut"), wrong);
  }

  private boolean settle(List<TickTask> tasks) throws InterruptedException {
    return new TickIntake(
            (body, format) -> {
              try {
                return take(new String(body.readAllBytes(), StandardCharsets.UTF_8));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            name ->
                name.equals("nobody")
                    ? null
                    : new Caller(
                        name,
                        Set.of(name.equals("feed") ? Role.FEED : Role.TRADER),
                        Set.of(),
                        new RateBucket(1, 1, 0)),
            () -> databaseAnswers,
            time -> {
              pauses.add(time.toMillis());
              return !closing;
            })
        .settle(tasks);
  }

  private static TickTask message(String body) {
    return message(body, null, "feed", false);
  }

  private static TickTask message(String body, String format, String user, boolean answerable) {
    return new TickTask("ID:1", format, body.getBytes(StandardCharsets.UTF_8), user, answerable);
  }

  @Test
  void smallMessagesAreReadTogetherAndEachIsJudgedByItsOwnLines() throws Exception {
    List<TickTask> tasks = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      tasks.add(
          switch (i % 4) {
            case 0 -> message("{" + i + "}");
            case 1 -> message("{bad" + i + "}\n");
            case 2 -> message("{" + i + "}\n\r\n\n{bad" + i + "}\r\n");
            default -> message("{bad" + i + "}\n\n{bad again}");
          });
    }

    assertThat(settle(tasks)).isTrue();

    assertThat(takes).hasSize(2);
    for (int i = 0; i < tasks.size(); i++) {
      TickTask task = tasks.get(i);
      boolean nothingGood = i % 4 == 1 || i % 4 == 3;
      assertThat(task.deadReason() != null).as("message " + i).isEqualTo(nothingGood);
      if (nothingGood) {
        assertThat(task.deadReason()).contains("line 1: line is wrong: {bad" + i);
      }
    }
    assertThat(takes.stream().mapToInt(List::size).sum()).isEqualTo(15 + 15 + 30 + 30);
  }

  @Test
  void aMessageThatSomebodyWaitsForAndALargeOneAreReadAlone() throws Exception {
    TickTask small = message("{1}");
    TickTask waitedFor = message("{2}\n{bad}", null, "feed", true);
    TickTask large = message("{3}\n".repeat(101));
    TickTask csv = message("{4}", "csv", "feed", false);

    settle(List.of(small, waitedFor, large, csv));

    assertThat(takes).extracting(List::size).containsExactlyInAnyOrder(1, 2, 101, 1);
    assertThat(waitedFor.answer().status()).isEqualTo(200);
    assertThat(waitedFor.answer().body())
        .contains("\"accepted\":1")
        .contains("\"rejected\":1")
        .contains("is wrong: {bad}");
    assertThat(waitedFor.deadReason()).isNull();
  }

  @Test
  void whatHoldsNoTickOrIsDamagedOrComesFromNoFeedIsADeadLetter() throws Exception {
    TickTask[] bad = {
      message("not JSON"),
      message(""),
      message("\n\n"),
      message("{1}\ncut off", null, "feed", true),
      message("{1}", "xml", "feed", false),
      message("{1}", null, "trader1", false),
      message("{1}", null, "nobody", false),
      message("{1}", null, null, false),
    };
    TickTask good = message("{1}");
    List<TickTask> all = new ArrayList<>(List.of(bad));
    all.add(4, good);

    settle(all);

    assertThat(bad).extracting(TickTask::deadReason).doesNotContainNull();
    assertThat(bad[0].deadReason()).contains("not JSON");
    assertThat(bad[1].deadReason()).isEqualTo("there is no tick in it");
    assertThat(bad[3].deadReason()).startsWith("1 ticks stored, 1 lines not");
    assertThat(bad[4].deadReason()).contains("ndjson, csv");
    assertThat(bad[5].answer().status()).isEqualTo(403);
    assertThat(good.deadReason()).isNull();
    assertThat(pauses).isEmpty();
  }

  @Test
  void aDatabaseThatIsAwayIsWaitedForAsLongAsItTakes() throws Exception {
    databaseAnswers = false;
    int[] attempts = new int[1];
    before =
        body -> {
          if (attempts[0]++ < 30) {
            throw new ProblemException(ProblemCode.DATABASE_UNAVAILABLE, "away");
          }
        };
    TickTask task = message("{1}");

    assertThat(settle(List.of(task))).isTrue();

    assertThat(task.deadReason()).isNull();
    assertThat(pauses).hasSize(30).startsWith(100L, 200L, 400L).endsWith(5000L, 5000L);
  }

  @Test
  void aMessageThatAHealthyDatabaseRefusesIsGivenUpAndItsNeighboursDontPay() throws Exception {
    before =
        body -> {
          if (body.contains("poison")) {
            throw new ProblemException(ProblemCode.DATABASE_UNAVAILABLE, "not taken");
          }
        };
    TickTask first = message("{1}");
    TickTask poison = message("{poison}");
    TickTask last = message("{2}");

    assertThat(settle(List.of(first, poison, last))).isTrue();

    assertThat(poison.deadReason()).contains("not taken");
    assertThat(first.deadReason()).isNull();
    assertThat(last.deadReason()).isNull();
    assertThat(pauses).hasSize(TickIntake.MOST_REFUSALS);
  }

  @Test
  void aDefectIsTriedThreeTimes() throws Exception {
    before =
        body -> {
          throw new IllegalStateException("a defect");
        };
    TickTask task = message("{1}");

    assertThat(settle(List.of(task))).isTrue();

    assertThat(task.deadReason()).contains("failed again and again");
    assertThat(task.answer().status()).isEqualTo(500);
    assertThat(pauses).hasSize(2);
  }

  @Test
  void aDoorThatClosesWhileWaitingSettlesNothing() throws Exception {
    databaseAnswers = false;
    closing = true;
    before =
        body -> {
          throw new ProblemException(ProblemCode.DATABASE_UNAVAILABLE, "away");
        };
    TickTask task = message("{1}");

    assertThat(settle(List.of(task))).isFalse();

    assertThat(task.isSettled()).isFalse();
  }
}
