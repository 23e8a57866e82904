package io.tola.jmeter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.jmeter.Reconciliation.Listed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReconciliationTest {

  private final Acknowledged client = new Acknowledged();

  @BeforeEach
  void twoOrdersAreAcknowledgedAndOneIsNot() {
    client.add(place("c-1", "o-1", "201", true));
    client.add(place("c-2", "o-2", "201", true));
    client.add(
        place("c-3", "none", "Non HTTP response code: java.net.SocketTimeoutException", false));
  }

  @Test
  void theSameOrdersOnBothSidesPass() {
    Reconciliation r =
        Reconciliation.of(client, List.of(listed("c-1", "o-1"), listed("c-2", "o-2")));
    assertThat(r.passed()).isTrue();
    assertThat(r.acknowledged()).isEqualTo(2);
    assertThat(r.unansweredNot()).isEqualTo(1);
  }

  @Test
  void anAcknowledgedOrderThatIsNotListedIsMissing() {
    Reconciliation r = Reconciliation.of(client, List.of(listed("c-1", "o-1")));
    assertThat(r.missing()).containsExactly("c-2");
    assertThat(r.passed()).isFalse();
  }

  @Test
  void twoOrdersForOneIdAreDoubled() {
    Reconciliation r =
        Reconciliation.of(
            client, List.of(listed("c-1", "o-1"), listed("c-2", "o-2"), listed("c-2", "o-9")));
    assertThat(r.doubled()).containsExactly("c-2");
    assertThat(r.passed()).isFalse();
  }

  @Test
  void theSameOrderOnTwoPagesIsNotDoubled() {
    assertThat(
            Reconciliation.of(
                    client,
                    List.of(listed("c-1", "o-1"), listed("c-1", "o-1"), listed("c-2", "o-2")))
                .passed())
        .isTrue();
  }

  @Test
  void anOrderUnderAnotherIdThanWasAnsweredIsDifferent() {
    assertThat(
            Reconciliation.of(client, List.of(listed("c-1", "o-7"), listed("c-2", "o-2")))
                .different())
        .containsExactly("c-1");
  }

  @Test
  void anOrderOfAnotherUserIsDifferent() {
    assertThat(
            Reconciliation.of(
                    client,
                    List.of(new Listed("c-1", "o-1", "trader9", "FILLED"), listed("c-2", "o-2")))
                .different())
        .containsExactly("c-1");
  }

  @Test
  void anOrderThatNobodySentIsStrange() {
    assertThat(
            Reconciliation.of(
                    client,
                    List.of(listed("c-1", "o-1"), listed("c-2", "o-2"), listed("c-9", "o-9")))
                .strangers())
        .containsExactly("c-9");
  }

  @Test
  void anOrderWithoutAnAnswerMayBeThere() {
    Reconciliation r =
        Reconciliation.of(
            client, List.of(listed("c-1", "o-1"), listed("c-2", "o-2"), listed("c-3", "o-3")));
    assertThat(r.passed()).isTrue();
    assertThat(r.unansweredThere()).isEqualTo(1);
  }

  @Test
  void aCheckThatFailedDoesNotMakeAnAnsweredOrderUnanswered() {
    client.add(place("c-4", "o-4", "201", false));
    assertThat(client.orders()).containsKey("c-4");
  }

  @Test
  void aBatchIsItsOrdersEachWithItsOwnId() {
    client.add(
        sample(
            "POST /orders/batch",
            "200",
            true,
            Map.of(
                "username",
                "trader1",
                "coid",
                "b",
                "order_id",
                "p q r s",
                "order_status",
                "FILLED FILLED NEW REJECTED")));
    assertThat(client.orders()).containsKeys("b-1", "b-4");
    assertThat(client.orders().get("b-3"))
        .isEqualTo(new Acknowledged.Order("b-3", "r", "trader1", "NEW"));
  }

  @Test
  void aBatchThatStoredOnlySomeIsUnansweredAsAWhole() {
    client.add(
        sample(
            "POST /orders/batch",
            "200",
            false,
            Map.of(
                "username",
                "trader1",
                "coid",
                "b",
                "order_id",
                "p q",
                "order_status",
                "FILLED FILLED")));
    assertThat(client.unanswered()).containsKeys("b-1", "b-2", "b-3", "b-4");
  }

  @Test
  void whatOtherRequestsCarryAlongIsNoOrder() {
    client.add(
        sample(
            "GET /orders/{order_id}",
            "200",
            true,
            Map.of("username", "trader1", "coid", "c-8", "order_id", "o-8")));
    assertThat(client.orders()).doesNotContainKey("c-8");
    assertThat(client.sentTwice()).isEmpty();
  }

  private static Listed listed(String coid, String id) {
    return new Listed(coid, id, "trader1", "FILLED");
  }

  private static Sample place(String coid, String orderId, String code, boolean success) {
    return sample(
        "POST /orders/place",
        code,
        success,
        Map.of("username", "trader1", "coid", coid, "order_id", orderId, "order_status", "FILLED"));
  }

  private static Sample sample(
      String label, String code, boolean success, Map<String, String> variables) {
    return new Sample(0, 5, label, code, success, "", "TradingSystemUser 1-1", 1, variables);
  }
}
