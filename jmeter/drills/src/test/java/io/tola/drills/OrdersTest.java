package io.tola.drills;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.drills.Orders.Known;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OrdersTest {

  private static final Known FILLED = new Known("d-1", "o1", "FILLED", 2);
  private static final Known RESTING = new Known("d-2", "o2", "NEW", 0);
  private static final Set<String> SENT = Set.of("d-1", "d-2", "d-3");

  @Test
  void ordersThatAreThereOnceAsTheyWereAnsweredAreInOrder() {
    List<Known> repeated = List.of(FILLED, RESTING, FILLED);

    assertThat(Orders.problems(repeated, SENT, List.of(FILLED, RESTING))).isEmpty();
  }

  @Test
  void orderWithoutAnAnswerMayBeStoredOrNot() {
    Known unanswered = new Known("d-3", "o3", "FILLED", 1);

    assertThat(Orders.problems(List.of(FILLED), SENT, List.of(FILLED, unanswered))).isEmpty();
  }

  @Test
  void acknowledgedOrderThatIsMissingIsLost() {
    assertThat(Orders.problems(List.of(FILLED, RESTING), SENT, List.of(RESTING)))
        .containsExactly("d-1 was acknowledged and is lost");
  }

  @Test
  void orderThatIsStoredTwiceIsFound() {
    List<Known> stored = new ArrayList<>(List.of(FILLED, RESTING));
    stored.add(new Known("d-1", "o9", "FILLED", 2));

    assertThat(Orders.problems(List.of(FILLED), SENT, stored))
        .containsExactly("d-1 is stored twice");
  }

  @Test
  void orderUnderAnotherIdIsFound() {
    Known other = new Known("d-1", "o9", "FILLED", 2);

    assertThat(Orders.problems(List.of(FILLED), SENT, List.of(other)))
        .containsExactly("d-1 was answered as o1 and is stored as o9");
  }

  @Test
  void outcomeThatChangedAfterItsEndIsFound() {
    assertThat(
            Orders.problems(List.of(FILLED), SENT, List.of(new Known("d-1", "o1", "CANCELED", 2))))
        .hasSize(1);
    assertThat(Orders.problems(List.of(FILLED), SENT, List.of(new Known("d-1", "o1", "FILLED", 1))))
        .hasSize(1);
  }

  @Test
  void workingOrderMayGoOnAndNeverBack() {
    Known partly = new Known("d-2", "o2", "PARTIALLY_FILLED", 3);

    assertThat(
            Orders.problems(List.of(RESTING), SENT, List.of(new Known("d-2", "o2", "FILLED", 5))))
        .isEmpty();
    assertThat(Orders.problems(List.of(partly), SENT, List.of(RESTING))).hasSize(1);
  }

  @Test
  void orderThatNobodySentIsFound() {
    assertThat(Orders.problems(List.of(), SENT, List.of(new Known("d-4", "o4", "FILLED", 1))))
        .containsExactly("d-4 is stored and was never sent");
  }
}
