package io.tola.strategy.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.tola.kernel.Page;
import io.tola.strategy.SampleSignals;
import io.tola.strategy.Samples;
import io.tola.strategy.api.Direction;
import io.tola.strategy.api.Signal;
import io.tola.strategy.api.SignalFilter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.expiry.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache of signals on a real Hazelcast member. */
class SignalCacheTest {

  @TempDir private static Path folder;

  private static SignalCache a;
  private static SignalCache b;

  private final Page<Signal> page =
      new Page<>(
          List.of(
              SampleSignals.signal("rsi", Samples.TCS, 1, Direction.BUY),
              SampleSignals.signal("rsi", Samples.INFY, 0, Direction.HOLD)),
          "next");

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Path configuration(String name, int port, int other) throws IOException {
    return Files.writeString(
        folder.resolve(name + ".xml"),
        """
        <hazelcast xmlns="http://www.hazelcast.com/schema/config">
          <cluster-name>signals-%d</cluster-name>
          <properties>
            <property name="hazelcast.phone.home.enabled">false</property>
            <property name="hazelcast.logging.type">jdk</property>
            <property name="hazelcast.socket.bind.any">false</property>
          </properties>
          <network>
            <port auto-increment="false">%d</port>
            <join>
              <auto-detection enabled="false"/>
              <multicast enabled="false"/>
              <tcp-ip enabled="%s"><members>127.0.0.1:%d,127.0.0.1:%d</members></tcp-ip>
            </join>
            <interfaces enabled="true"><interface>127.0.0.1</interface></interfaces>
          </network>
        </hazelcast>
        """
            .formatted(ProcessHandle.current().pid(), port, other != 0, port, other));
  }

  @BeforeAll
  static void twoNodes() throws IOException {
    int portA = freePort();
    int portB = freePort();
    a = new SignalCache(configuration("a", portA, portB));
    b = new SignalCache(configuration("b", portB, portA));
  }

  @AfterAll
  static void stop() {
    Hazelcast.getAllHazelcastInstances().forEach(i -> i.getLifecycleService().terminate());
  }

  private static SignalFilter first(String strategy) {
    return new SignalFilter(strategy, null, null, 50, null);
  }

  @Test
  void whatOneNodeKeepsTheOtherFindsUntilItIsForgotten() {
    a.keep(a.place(first("rsi")).orElseThrow(), page);

    assertThat(b.find(b.place(first("rsi")).orElseThrow())).contains(page);
    assertThat(b.find(b.place(first("momentum")).orElseThrow())).isEmpty();
    assertThat(b.find(b.place(new SignalFilter("rsi", null, null, 49, null)).orElseThrow()))
        .isEmpty();
    assertThat(b.find(b.place(new SignalFilter("rsi", Samples.TCS, null, 50, null)).orElseThrow()))
        .isEmpty();

    a.forget("rsi");
    assertThat(b.find(b.place(first("rsi")).orElseThrow())).isEmpty();
  }

  @Test
  void aPageReadBeforeARunAndKeptAfterItIsNotFound() {
    SignalCache cache = a;
    SignalCache.Place before = cache.place(first("breakout")).orElseThrow();
    cache.forget("breakout");
    cache.keep(before, page);
    assertThat(cache.find(cache.place(first("breakout")).orElseThrow())).isEmpty();
  }

  @Test
  void aPageIsKeptForSixtySeconds() {
    SignalCache cache = a;
    cache.keep(cache.place(first("rsi")).orElseThrow(), page);
    HazelcastInstance member = Hazelcast.getAllHazelcastInstances().iterator().next();
    @SuppressWarnings("unchecked")
    CompleteConfiguration<Object, Object> configuration =
        member
            .getCacheManager()
            .getCache("tola.signals")
            .getConfiguration(CompleteConfiguration.class);
    var expiry = configuration.getExpiryPolicyFactory().create();
    assertThat(expiry.getExpiryForCreation()).isEqualTo(new Duration(TimeUnit.SECONDS, 60));
    assertThat(expiry.getExpiryForAccess()).as("reading doesn't prolong it").isNull();
  }

  @Test
  void laterPagesAndNodesWithoutACacheGoWithout() {
    SignalCache cache = a;
    assertThat(cache.place(new SignalFilter("rsi", null, null, 50, "next"))).isEmpty();
    SignalCache none = new SignalCache(null);
    assertThat(none.place(first("rsi"))).isEmpty();
    none.forget("rsi");
    SignalCache broken = new SignalCache(folder.resolve("nosuch.xml"));
    assertThat(broken.place(first("rsi"))).isEmpty();
  }

  @Test
  void aCacheWhoseMemberDiedIsOpenedAgain() throws IOException {
    SignalCache cache = new SignalCache(configuration("dies", freePort(), 0), 1);
    cache.keep(cache.place(first("rsi")).orElseThrow(), page);
    HazelcastInstance member =
        Hazelcast.getAllHazelcastInstances().stream()
            .filter(instance -> instance.getName().contains("dies"))
            .findAny()
            .orElseThrow();
    member.getLifecycleService().terminate();

    assertThat(cache.place(first("rsi"))).isEmpty();
    SignalCache.Place place = cache.place(first("rsi")).orElseThrow();
    assertThat(cache.find(place)).isEmpty();
    cache.keep(place, page);
    assertThat(cache.find(place)).contains(page);
  }

  @Test
  void aPageComesBackFromItsTextAsItWas() {
    assertThat(SignalCodec.decode(SignalCodec.encode(page))).contains(page);
    assertThat(SignalCodec.decode(SignalCodec.encode(new Page<>(List.of(), null))))
        .contains(new Page<>(List.of(), null));
    for (String stranger : List.of("", "2\t", "1\t\nx", "1", SignalCodec.encode(page) + "\n")) {
      assertThat(SignalCodec.decode(stranger)).as(stranger).isEmpty();
    }
  }
}
