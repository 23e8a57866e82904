package io.tola.systemtests.fault;

import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.Books;
import io.tola.systemtests.platform.Load;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.Signals;
import io.tola.systemtests.platform.TestPlatform;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The database goes away in mid-load, in three ways, and comes back. */
@ExtendWith(SharedPlatform.class)
class DatabaseFaultIT {

  /** The bound of the contract: no order waits longer for its refusal. */
  private static final long ANSWER_WITHIN_MILLIS = 3_000;

  private static final Duration RECOVERY = Duration.ofSeconds(60);

  enum Fault {
    /** As an operator stops it. */
    STOPPED {
      @Override
      void begin(TestPlatform platform) {
        platform.database().stop();
      }

      @Override
      void end(TestPlatform platform) throws Exception {
        platform.database().start();
      }
    },
    /** SIGKILL: it has to recover from its log. */
    KILLED {
      @Override
      void begin(TestPlatform platform) {
        platform.database().process().kill();
      }

      @Override
      void end(TestPlatform platform) throws Exception {
        platform.database().start();
      }
    },
    /** SIGSTOP: connections stay open and nothing answers. */
    FROZEN {
      private long pid;

      @Override
      void begin(TestPlatform platform) {
        pid = platform.postgresPid();
        Signals.freeze(pid);
      }

      @Override
      void end(TestPlatform platform) {
        Signals.thaw(pid);
      }
    };

    abstract void begin(TestPlatform platform) throws Exception;

    abstract void end(TestPlatform platform) throws Exception;
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void ordersAreRefusedInTimeNothingAcknowledgedIsLostAndAllRecoversByItself(
      Fault fault, TestPlatform platform) throws Exception {
    Api api = platform.api();
    Caller prober = api.trader(28);
    int inUse = connectionsInUse(api);
    Load load = Load.on(List.of(api), List.of(24, 25, 26, 27), fault.ordinal());
    load.start(8);
    Thread.sleep(3_000);

    fault.begin(platform);
    try {
      ordersAreRefused(prober, fault);
      healthNamesTheDatabase(api);
    } finally {
      fault.end(platform);
    }

    api.anonymous().await("/health/ready", RECOVERY, ready -> ready.status() == 200);
    assertThat(prober.placeSurely(market("after-" + fault, "ITC", "BUY", 1)).text("status"))
        .isEqualTo("FILLED");
    Thread.sleep(1_000);
    load.stop();

    assertThat(load.acknowledged()).isNotEmpty();
    assertThat(load.unexpected()).isEmpty();
    assertThat(load.unsettled())
        .isNotEmpty()
        .allSatisfy(
            u -> {
              assertThat(u.status()).isEqualTo(503);
              assertThat(u.millis()).isLessThan(ANSWER_WITHIN_MILLIS);
            });
    load.retryUnsettled(api);
    assertThat(load.unsettled()).isEmpty();
    assertThat(load.unexpected()).isEmpty();
    load.everyAcknowledgedOrderIsStored(platform.sql());
    Books books = new Books(platform.sql());
    books.balance();
    books.auditIsComplete(api);
    // Two more than before may be at work just then; a connection kept by each thread that met the
    // fault would be more.
    await("connections given back", () -> connectionsInUse(api) <= inUse + 2);
  }

  private static void await(String what, BooleanSupplier wished) throws InterruptedException {
    long end = System.nanoTime() + RECOVERY.toNanos();
    while (!wished.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.sleep(200);
    }
  }

  /** Connections that the server's pool has given out. */
  private static int connectionsInUse(Api api) {
    String metrics = api.anonymous().get("/metrics").expect(200).body();
    return gauge(metrics, "connectionpool_managedConnections")
        - gauge(metrics, "connectionpool_freeConnections");
  }

  private static int gauge(String metrics, String name) {
    Matcher line =
        Pattern.compile("(?m)^" + name + "\\{datasource=\"jdbc_tola\".*\\} ([0-9]+)")
            .matcher(metrics);
    assertThat(line.find()).as(name).isTrue();
    return Integer.parseInt(line.group(1));
  }

  private static void ordersAreRefused(Caller prober, Fault fault) {
    for (int i = 0; i < 4; i++) {
      long start = System.nanoTime();
      Answer answer = prober.place(market("during-" + fault + i, "ITC", "BUY", 1));
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
      assertThat(answer.header("Retry-After")).isPresent();
      assertThat(answer.header("Content-Type").orElse("")).startsWith("application/problem+json");
      assertThat(millis).isLessThan(ANSWER_WITHIN_MILLIS);
    }
  }

  private static void healthNamesTheDatabase(Api api) {
    Answer ready =
        api.anonymous().await("/health/ready", Duration.ofSeconds(10), a -> a.status() == 503);
    boolean named = false;
    for (JsonNode check : ready.json().get("checks")) {
      if (check.get("name").asText().equals("database")) {
        named = true;
        assertThat(check.get("status").asText()).isEqualTo("DOWN");
      }
    }
    assertThat(named).as(ready.body()).isTrue();
    api.anonymous().get("/health/live").expect(200);
  }
}
