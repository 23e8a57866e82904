package io.tola.jmeter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.jmeter.Reconciliation.Listed;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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
  void aListThatFailsIsAskedForAgain() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    List<String> problems = new ArrayList<>();
    Reconciliation r =
        reconcile(
            (username, since, prefix) -> {
              if (asked.incrementAndGet() < 3) {
                throw new IOException("503");
              }
              return List.of(listed("c-1", "o-1"), listed("c-2", "o-2"));
            },
            problems);
    assertThat(r.passed()).isTrue();
    assertThat(problems).isEmpty();
  }

  @Test
  void aListThatKeepsFailingIsAProblemOfTheRunAndNotItsEnd() throws Exception {
    List<String> problems = new ArrayList<>();
    Reconciliation r =
        reconcile(
            (username, since, prefix) -> {
              throw new IOException("The orders of trader1 can't be read: 503");
            },
            problems);
    assertThat(r).isNull();
    assertThat(problems).singleElement().asString().contains("trader1").contains("503");
  }

  private Reconciliation reconcile(LoadRun.Listing platform, List<String> problems)
      throws InterruptedException {
    return LoadRun.reconcile(platform, client, "c", Instant.EPOCH, Duration.ZERO, problems);
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
    client.add(batch("b-1 b-2 b-3 b-4", "p q r s", "FILLED FILLED NEW REJECTED"));
    assertThat(client.orders()).containsKeys("b-1", "b-4");
    assertThat(client.orders().get("b-3"))
        .isEqualTo(new Acknowledged.Order("b-3", "r", "trader1", "NEW"));
    assertThat(client.problems(true)).isEmpty();
  }

  @Test
  void ofABatchThatStoredOnlySomeThoseAreAcknowledgedAndMustBeThere() {
    client.add(batch("b-1 b-3", "p r", "FILLED NEW"));
    assertThat(client.orders()).containsKeys("b-1", "b-3").doesNotContainKeys("b-2", "b-4");
    assertThat(client.unanswered()).containsKeys("b-2", "b-4").doesNotContainKeys("b-1", "b-3");
    assertThat(client.orders().get("b-3").orderId()).isEqualTo("r");
    Reconciliation r =
        Reconciliation.of(
            client, List.of(listed("c-1", "o-1"), listed("c-2", "o-2"), listed("b-1", "p")));
    assertThat(r.missing()).containsExactly("b-3");
    assertThat(r.passed()).isFalse();
  }

  @Test
  void aBatchThatStoredNoneIsUnanswered() {
    client.add(batch("none", "none", "none"));
    assertThat(client.unanswered()).containsKeys("b-1", "b-2", "b-3", "b-4");
    assertThat(client.problems(true)).isEmpty();
  }

  @Test
  void anAnswerWhoseIdsAreNotThoseSentIsAProblem() {
    client.add(batch("b-1 x-2", "p q", "FILLED FILLED"));
    assertThat(client.problems(true)).singleElement().asString().contains("without the ids");
  }

  @Test
  void anAnsweredOrderWithoutItsIdIsAProblem() {
    client.add(place("c-5", "none", "201", true));
    assertThat(client.problems(true)).singleElement().asString().contains("without the ids");
  }

  @Test
  void aRunWhoseOrdersWereNeverAcknowledgedProvesNothing() {
    Acknowledged nobody = new Acknowledged();
    assertThat(nobody.problems(false)).isEmpty();
    nobody.add(sample("POST /orders/place", "201", true, Map.of()));
    assertThat(nobody.problems(true))
        .hasSize(2)
        .first()
        .asString()
        .contains("No order was acknowledged");
    Scenarios ours = Scenarios.read(java.nio.file.Path.of("scenarios.json"));
    assertThat(ours.chosen("hft").get(0).sendsOrders()).isTrue();
    assertThat(ours.chosen("open-normal").get(0).sendsOrders()).isTrue();
    assertThat(ours.chosen("historical").get(0).sendsOrders()).isFalse();
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

  private static Sample batch(String coids, String ids, String statuses) {
    return sample(
        "POST /orders/batch",
        "200",
        true,
        Map.of(
            "username",
            "trader1",
            "coid",
            "b",
            "order_coids",
            coids,
            "order_id",
            ids,
            "order_status",
            statuses));
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
