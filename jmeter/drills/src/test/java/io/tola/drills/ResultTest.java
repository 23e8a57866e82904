package io.tola.drills;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultTest {

  private static final Drill DRILL =
      new Drill("test", "nothing <at all>", Shape.plain(), false, stage -> {});
  private static final Stage.Window FAULT = new Stage.Window("gone", 10_000, 20_000, 700);
  private static final Answer TAKEN =
      new Answer(201, "application/json", false, "{\"order_id\":\"o\",\"status\":\"FILLED\"}");
  private static final Answer LATER =
      new Answer(503, "application/problem+json", true, "{\"title\":\"t\",\"status\":503}");

  @Test
  void refusalsWhileTheFaultLastsAreAllowed() {
    assertThat(failures(sent(12_000, LATER))).isEmpty();
  }

  @Test
  void refusalsBeforeItAreNot() {
    assertThat(failures(sent(2_000, LATER), sent(2_100, LATER)))
        .containsExactly("before the fault and after it orders were acknowledged, 99 % at least");
  }

  @Test
  void orderWithoutAnAnswerIsFound() {
    assertThat(failures(sent(12_000, Answer.none(null))))
        .containsExactly("no order was left without an answer");
  }

  @Test
  void serverErrorIsFound() {
    assertThat(failures(sent(12_000, new Answer(500, "text/html", false, "<html>"))))
        .containsExactly("every refusal was clear: 503 or 429, a problem document, Retry-After");
  }

  @Test
  void firstSuccessIsThatOfAnOrderDueAfterTheFault() {
    Sent earlier = new Sent(order("a"), 19_000, 20_100, TAKEN);
    Sent later = new Sent(order("b"), 20_050, 20_400, TAKEN);

    assertThat(Stage.firstSuccess(List.of(earlier, later), 20_000)).isEqualTo(400);
    assertThat(Stage.firstSuccess(List.of(earlier), 20_000)).isNaN();
  }

  @Test
  void longestGapIsBetweenAcknowledgements() {
    List<Sent> some = List.of(sent(0, TAKEN), sent(3_000, LATER), sent(8_000, TAKEN));

    assertThat(Figures.longestGap(some)).isEqualTo(8_000);
  }

  @Test
  void pageShowsWhatFailedAndWhatIsNotAtHandAndEscapesIt() {
    Check bad = new Check("nothing is <lost>", false, "1: a & b");
    Result failed = new Result(DRILL, 40, loaded(), List.of(FAULT), List.of(bad), null);

    String page =
        Page.of(List.of(failed, Result.missing(DRILL, "no root here")), Map.of("machine", "<m>"));

    assertThat(page)
        .contains("failed", "nothing is &lt;lost&gt;", "1: a &amp; b", "no root here")
        .doesNotContain("<lost>", "<m>", "NaN");
  }

  private static List<String> failures(Sent... some) {
    List<Sent> all = loaded();
    all.addAll(List.of(some));
    return new Result(DRILL, 40, all, List.of(FAULT), List.of(), null)
        .clientChecks().stream().filter(c -> !c.passed()).map(Check::what).toList();
  }

  /** A hundred that were taken before the fault. */
  private static List<Sent> loaded() {
    List<Sent> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(sent(i * 80, TAKEN));
    }
    return all;
  }

  private static Sent sent(double due, Answer answer) {
    return new Sent(order("t-" + due), due, due, answer);
  }

  private static Order order(String id) {
    return new Order(id, false, "trader1", "ITC", "BUY", 1, null);
  }
}
