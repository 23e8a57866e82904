package io.tola.market.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Symbol;
import io.tola.market.Samples;
import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class SharedQuotesTest {

  private static final Symbol SBIN = new Symbol("SBIN");

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static SharedQuotes node(String name, int port, List<String> members) {
    SharedQuotes node = new SharedQuotes();
    node.open(
        new ClusterSettings(
            null, "test-" + ProcessHandle.current().pid(), name, "127.0.0.1", port, members));
    return node;
  }

  /** Waits for something that other threads bring about; the limit is generous, not a measurement. */
  private static void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      LockSupport.parkNanos(50_000_000);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void whatOneNodeSharesTheOtherSeesAlsoAfterTheFirstIsGone() throws IOException {
    int portA = freePort();
    int portB = freePort();
    List<String> members = List.of("127.0.0.1:" + portA, "127.0.0.1:" + portB);
    SharedQuotes a = node("a", portA, members);
    SharedQuotes b = node("b", portB, members);
    try {
      assertThat(a.health()).isNull();
      assertThat(b.health()).isNull();
      Quote quote = Samples.quote("SBIN", "830", 1);
      a.publish(List.of(quote));
      a.publishState(
          new SharedQuotes.State("simulated", SessionPhase.OPEN, "a|odd", Samples.MORNING));
      a.announce("a");
      b.announce("b");

      eventually(() -> b.quote(SBIN).isPresent());
      assertThat(b.quote(SBIN)).contains(quote);
      assertThat(b.quotes(List.of(SBIN, new Symbol("INFY")))).containsExactly(quote);
      assertThat(b.state().map(SharedQuotes.State::leader)).contains("a|odd");
      assertThat(b.nodes()).containsExactly("a", "b");

      a.publish(List.of(Samples.quote("SBIN", "831", 2)));
      a.close();
      eventually(() -> b.quote(SBIN).isPresent() || b.health() != null);
      assertThat(b.health()).isNull();
    } finally {
      a.close();
      b.close();
    }
  }

  @Test
  void anEntryIsForgottenAfterItsTimeToLive() throws IOException {
    SharedQuotes alone = node("ttl", freePort(), List.of());
    try {
      alone.publish(List.of(Samples.quote("SBIN", "830", 1)));
      assertThat(alone.quote(SBIN)).isPresent();
      eventually(() -> alone.quote(SBIN).isEmpty());
    } finally {
      alone.close();
    }
  }

  @Test
  void withoutACacheEverythingIsEmptyAndTheReasonIsSaid() {
    SharedQuotes never = new SharedQuotes();
    never.publish(List.of(Samples.quote("SBIN", "830", 1)));
    assertThat(never.quote(SBIN)).isEmpty();
    assertThat(never.state()).isEqualTo(Optional.empty());
    assertThat(never.nodes()).isEmpty();
    assertThat(never.health()).isEqualTo("not opened yet");
  }

  @Test
  void aTakenPortInAClusterIsAReasonAndNotAFault() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      SharedQuotes node =
          node("taken", taken.getLocalPort(), List.of("127.0.0.1:" + taken.getLocalPort()));
      assertThat(node.health()).contains("can't be opened");
      assertThat(node.quote(SBIN)).isEmpty();
      node.close();
    }
  }

  @Test
  void aCacheThatDiedIsOpenedAgain() throws IOException {
    SharedQuotes node = node("dies", freePort(), List.of());
    try {
      com.hazelcast.core.Hazelcast.getHazelcastInstanceByName("dies")
          .getLifecycleService()
          .terminate();
      assertThat(node.quote(SBIN)).isEmpty();
      assertThat(node.health()).isNotNull();
      node.publish(List.of(Samples.quote("SBIN", "830", 1)));

      node.reopen();
      assertThat(node.health()).isNull();
      node.publish(List.of(Samples.quote("SBIN", "830", 1)));
      assertThat(node.quote(SBIN)).isPresent();
    } finally {
      node.close();
    }
  }
}
