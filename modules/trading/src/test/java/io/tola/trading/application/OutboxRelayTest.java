package io.tola.trading.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Ids;
import io.tola.kernel.port.Outbox;
import io.tola.kernel.port.OutboxBundle;
import io.tola.kernel.port.OutboxMessage;
import io.tola.schema.TestDatabase;
import io.tola.trading.store.OutboxStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OutboxRelayTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final OutboxStore STORE = new OutboxStore(DATABASE.appDataSource());
  private static final Clock CLOCK =
      Clock.fixed(io.tola.trading.domain.Samples.T0.plusSeconds(90), ZoneOffset.UTC);

  private final List<OutboxRelay> relays = new ArrayList<>();
  private final List<Long> received = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void empty() {
    DATABASE.execute("TRUNCATE outbox");
  }

  @AfterEach
  void stop() {
    relays.forEach(r -> r.stop(Duration.ofSeconds(5)));
  }

  private OutboxRelay relay(Outbox.Publisher publisher) {
    OutboxRelay relay = new OutboxRelay(STORE, CLOCK, Thread::new);
    relays.add(relay);
    if (publisher != null) {
      relay.publishTo(publisher);
    }
    relay.start();
    return relay;
  }

  private static void append(int from, int to) {
    List<OutboxMessage> messages = new ArrayList<>();
    for (int i = from; i < to; i++) {
      messages.add(new OutboxMessage(Ids.next(), "tola.executions", "k", i, "{\"n\":" + i + "}"));
    }
    STORE.append(messages, io.tola.trading.domain.Samples.T0);
  }

  private void receive(List<OutboxBundle> bundles) {
    messages(bundles).forEach(m -> received.add(m.sequence()));
  }

  private static List<OutboxMessage> messages(List<OutboxBundle> bundles) {
    return bundles.stream().flatMap(bundle -> bundle.messages().stream()).toList();
  }

  private static List<Long> numbers(int to) {
    List<Long> numbers = new ArrayList<>();
    for (long i = 0; i < to; i++) {
      numbers.add(i);
    }
    return numbers;
  }

  private void awaitEmpty() throws InterruptedException {
    while (STORE.waiting() > 0) {
      Thread.sleep(10);
    }
  }

  @Test
  void everythingIsPublishedInOrderAndThenGone() throws Exception {
    append(0, 700);
    OutboxRelay relay = relay(this::receive);
    append(700, 1_300);
    awaitEmpty();
    assertThat(received).isEqualTo(numbers(1_300));
    assertThat(relay.published()).isEqualTo(1_300);
  }

  @Test
  void withoutAPublisherMessagesAreKeptAndTheLagIsTold() throws Exception {
    append(0, 10);
    OutboxRelay relay = relay(null);
    while (relay.waiting() == 0) {
      Thread.sleep(10);
    }
    assertThat(relay.lagSeconds()).isEqualTo(90.0);
    assertThat(relay.waiting()).isEqualTo(10);
    assertThat(STORE.waiting()).isEqualTo(10);
    relay.publishTo(this::receive);
    awaitEmpty();
    assertThat(received).isEqualTo(numbers(10));
  }

  @Test
  void whatThePublisherDidNotTakeIsOfferedAgainInOrder() throws Exception {
    append(0, 3);
    append(3, 600);
    AtomicInteger failures = new AtomicInteger(2);
    OutboxRelay relay =
        relay(
            bundles -> {
              if (failures.getAndDecrement() > 0) {
                receive(bundles.subList(0, 1));
                throw new IllegalStateException("broker gone");
              }
              receive(bundles);
            });
    awaitEmpty();
    assertThat(relay.failures()).isEqualTo(2);
    assertThat(received).startsWith(0L, 1L, 2L, 0L, 1L, 2L, 0L, 1L, 2L, 3L);
    assertThat(new ArrayList<>(new LinkedHashSet<>(received))).isEqualTo(numbers(600));
  }

  @Test
  void onlyOneNodePublishesAndAnotherTakesOverWhenItEnds() throws Exception {
    List<String> who = Collections.synchronizedList(new ArrayList<>());
    OutboxRelay first = relay(bundles -> messages(bundles).forEach(m -> who.add("first")));
    while (!first.isLeading()) {
      Thread.sleep(10);
    }
    OutboxRelay second = relay(bundles -> messages(bundles).forEach(m -> who.add("second")));
    append(0, 100);
    awaitEmpty();
    assertThat(who).hasSize(100).containsOnly("first");
    assertThat(second.isLeading()).isFalse();
    first.stop(Duration.ofSeconds(5));
    append(100, 110);
    awaitEmpty();
    assertThat(who).hasSize(110).endsWith("second");
  }

  @Test
  void relayWhoseSessionTheDatabaseEndedStartsAnew() throws Exception {
    OutboxRelay relay = relay(this::receive);
    while (!relay.isLeading()) {
      Thread.sleep(10);
    }
    DATABASE.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'tola_app'"
            + " AND datname = current_database()");
    append(0, 20);
    awaitEmpty();
    assertThat(new ArrayList<>(new LinkedHashSet<>(received))).isEqualTo(numbers(20));
  }

  @Test
  void messagesOfATransactionThatIsNotCommittedAreNotSeen() throws SQLException {
    try (Connection c = DATABASE.appDataSource().getConnection()) {
      c.setAutoCommit(false);
      try (var s = c.createStatement()) {
        s.execute(
            "INSERT INTO outbox (created_at, messages, sequences, message_ids, topics, keys, payloads)"
                + " VALUES (now(), 1, '{1}', ARRAY[gen_random_uuid()], '{t}', '{k}', '{\"{}\"}')");
      }
      assertThat(STORE.oldest()).isEmpty();
      c.rollback();
    }
  }
}
