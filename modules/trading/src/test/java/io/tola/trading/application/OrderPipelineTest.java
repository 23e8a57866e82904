package io.tola.trading.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.PlaceOutcome;
import io.tola.trading.api.Side;
import io.tola.trading.api.Validity;
import io.tola.trading.domain.Samples;
import io.tola.trading.store.DatabaseProbe;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OrderPipelineTest {

  private static final TradingFixture FIXTURE = new TradingFixture();

  private DatabaseMonitor monitor;
  private OrderPipeline pipeline;
  private final List<CountDownLatch> held = new ArrayList<>();
  private final AtomicInteger splits = new AtomicInteger();
  private final AtomicInteger retries = new AtomicInteger();
  private final AtomicInteger batches = new AtomicInteger();
  private final AtomicInteger rings = new AtomicInteger();

  private final PipelineObserver observer =
      new PipelineObserver() {
        @Override
        public void committed(int commands, long nanos) {
          batches.incrementAndGet();
        }

        @Override
        public void retried() {
          retries.incrementAndGet();
        }

        @Override
        public void split() {
          splits.incrementAndGet();
        }
      };

  @BeforeEach
  void reset() {
    FIXTURE.reset();
    FIXTURE.quote("99.95", 100, "100.05", 100);
  }

  @AfterEach
  void stop() {
    // A test that failed may have left a transaction open, and the next one would wait for it.
    held.forEach(CountDownLatch::countDown);
    if (pipeline != null) {
      pipeline.stop(Duration.ofSeconds(5));
      monitor.stop();
    }
  }

  private void start(int capacity, Duration answerWithin) {
    start(capacity, answerWithin, () -> FIXTURE.processor);
  }

  private void start(
      int capacity, Duration answerWithin, java.util.function.Supplier<BatchProcessor> processor) {
    monitor =
        new DatabaseMonitor(new DatabaseProbe(FIXTURE.transactions.dataSource()), Thread::new);
    pipeline =
        new OrderPipeline(
            new OrderPipeline.Settings(2, capacity, 64, answerWithin),
            processor,
            monitor,
            observer,
            Thread::new,
            rings::incrementAndGet);
    monitor.start();
    pipeline.start();
  }

  private Command.Place submit(PlaceOrder order) {
    Command.Place command = FIXTURE.place(order);
    pipeline.submit(command);
    return command;
  }

  private static PlaceOrder order(int i, String tag) {
    PlaceOrder o = Samples.market("c-" + i, Side.BUY, 1);
    return new PlaceOrder(
        o.clOrdId(),
        i % 2 == 0 ? Samples.ACCOUNT : Samples.OTHER_ACCOUNT,
        o.symbol(),
        o.side(),
        o.ordType(),
        o.quantity(),
        null,
        null,
        o.product(),
        o.validity(),
        tag,
        o.user());
  }

  private static ProblemCode problem(Command.Place command) throws Exception {
    return ((PlaceOutcome.Failed) command.answer().get()).problem().code();
  }

  /** Holds every lane in its next transaction until the latch is counted down. */
  private CountDownLatch hold() {
    CountDownLatch release = new CountDownLatch(1);
    held.add(release);
    FIXTURE.transactions.beforeCommit = release::await;
    return release;
  }

  @Test
  void ordersThatWaitShareACommit() throws Exception {
    start(1_000, Duration.ofSeconds(20));
    CountDownLatch release = hold();
    List<Command.Place> commands = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      commands.add(submit(order(i, null)));
    }
    release.countDown();
    for (Command.Place command : commands) {
      assertThat(((PlaceOutcome.Placed) command.answer().get()).order().status())
          .isEqualTo(OrdStatus.FILLED);
    }
    assertThat(batches.get()).isLessThan(60);
    assertThat(rings.get()).isEqualTo(batches.get());
    assertThat(FIXTURE.count("orders")).isEqualTo(60);
  }

  @Test
  void nobodyIsAnsweredBeforeTheCommit() throws Exception {
    start(1_000, Duration.ofSeconds(20));
    CountDownLatch release = hold();
    Command.Place command = submit(order(0, null));
    assertThatThrownBy(() -> command.answer().get(300, TimeUnit.MILLISECONDS))
        .isInstanceOf(java.util.concurrent.TimeoutException.class);
    release.countDown();
    assertThat(command.answer().get()).isInstanceOf(PlaceOutcome.Placed.class);
  }

  @Test
  void fullQueueIsSaidAtOnceWithATimeToComeBack() throws Exception {
    start(2, Duration.ofSeconds(20));
    CountDownLatch release = hold();
    CountDownLatch entered = new CountDownLatch(1);
    FIXTURE.transactions.beforeCommit =
        () -> {
          entered.countDown();
          release.await();
        };
    // The lane is busy with this one, so that nothing leaves its queue until the release.
    Command.Place first = submit(order(20, null));
    entered.await();
    List<Command.Place> commands = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      commands.add(submit(order(2 * i, null)));
    }
    List<Command.Place> refused = commands.stream().filter(c -> c.answer().isDone()).toList();
    assertThat(refused).hasSize(8);
    for (Command.Place command : refused) {
      assertThat(problem(command)).isEqualTo(ProblemCode.PIPELINE_FULL);
      assertThat(((PlaceOutcome.Failed) command.answer().get()).problem().retryAfter())
          .contains(Duration.ofSeconds(1));
    }
    release.countDown();
    for (Command.Place command : commands) {
      command.answer().get();
    }
    assertThat(first.answer().get()).isInstanceOf(PlaceOutcome.Placed.class);
    assertThat(FIXTURE.count("orders")).isEqualTo(3);
  }

  @Test
  void oneBrokenOrderDoesNotFailItsNeighbours() throws Exception {
    start(1_000, Duration.ofSeconds(20));
    CountDownLatch release = hold();
    List<Command.Place> commands = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      commands.add(submit(order(i, i == 17 || i == 30 ? TradingFixture.BROKEN : null)));
    }
    release.countDown();
    for (int i = 0; i < 40; i++) {
      Command.Place command = commands.get(i);
      if (i == 17 || i == 30) {
        assertThatThrownBy(() -> command.answer().get())
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(IllegalArgumentException.class);
      } else {
        assertThat(command.answer().get()).isInstanceOf(PlaceOutcome.Placed.class);
      }
    }
    assertThat(splits.get()).isPositive();
    assertThat(FIXTURE.count("orders")).isEqualTo(38);
  }

  @Test
  void ordersOfOneAccountAreDoneInTheOrderTheyCame() throws Exception {
    start(1_000, Duration.ofSeconds(20));
    List<Command.Place> commands = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      commands.add(submit(order(2 * i, i % 31 == 7 ? TradingFixture.BROKEN : null)));
    }
    for (Command.Place command : commands) {
      command.answer().handle((outcome, fault) -> true).get();
    }
    assertThat(
            FIXTURE.rows(
                "SELECT substr(o.client_order_id, 3) FROM executions e JOIN orders o USING (order_id)"
                    + " WHERE e.exec_type = 'NEW' ORDER BY e.sequence"))
        .isEqualTo(
            java.util.stream.IntStream.range(0, 100)
                .filter(i -> i % 31 != 7)
                .mapToObj(i -> String.valueOf(2 * i))
                .toList());
  }

  @Test
  void brokenConnectionIsTriedAgainUnnoticed() throws Exception {
    start(1_000, Duration.ofSeconds(20));
    AtomicInteger left = new AtomicInteger(1);
    FIXTURE.transactions.beforeCommit =
        () -> {
          if (left.getAndDecrement() > 0) {
            throw new SQLException("terminating connection", "57P01");
          }
        };
    assertThat(submit(order(0, null)).answer().get()).isInstanceOf(PlaceOutcome.Placed.class);
    assertThat(retries.get()).isEqualTo(1);
  }

  @Test
  void lostAnswerOfACommitIsSettledByTryingAgain() throws Exception {
    start(1_000, Duration.ofSeconds(20));
    AtomicInteger left = new AtomicInteger(1);
    FIXTURE.transactions.afterCommit =
        () -> {
          if (left.getAndDecrement() > 0) {
            throw new SQLException("connection reset", "08006");
          }
        };
    assertThat(submit(order(0, null)).answer().get()).isInstanceOf(PlaceOutcome.Placed.class);
    assertThat(FIXTURE.count("orders")).isEqualTo(1);
    assertThat(FIXTURE.count("executions")).isEqualTo(2);
  }

  @Test
  void databaseGoneIsSaidQuicklyThenAtOnceAndOrdersGoOnWhenItIsBack() throws Exception {
    start(1_000, Duration.ofSeconds(20));
    FIXTURE.transactions.onConnect =
        () -> {
          throw new SQLException("Connection refused", "08001");
        };
    Command.Place first = submit(order(0, null));
    assertThat(problem(first)).isEqualTo(ProblemCode.DATABASE_UNAVAILABLE);
    assertThat(monitor.isDown()).isTrue();
    assertThat(monitor.isReady()).isFalse();
    Command.Place second = submit(order(1, null));
    assertThat(second.answer()).isDone();
    assertThat(problem(second)).isEqualTo(ProblemCode.DATABASE_UNAVAILABLE);

    FIXTURE.transactions.onConnect = () -> {};
    while (monitor.isDown()) {
      Thread.sleep(10);
    }
    assertThat(submit(order(0, null)).answer().get()).isInstanceOf(PlaceOutcome.Placed.class);
  }

  @Test
  void frozenDatabaseKeepsNobodyWaitingBeyondTheBound() throws Exception {
    start(1_000, Duration.ofMillis(500));
    CountDownLatch release = hold();
    Command.Place inHand = submit(order(0, null));
    Thread.sleep(100);
    Command.Place queued = submit(order(2, null));
    assertThat(problem(inHand)).isEqualTo(ProblemCode.DATABASE_UNAVAILABLE);
    assertThat(problem(queued)).isEqualTo(ProblemCode.DATABASE_UNAVAILABLE);
    assertThat(((PlaceOutcome.Failed) inHand.answer().get()).problem().getMessage())
        .contains("client_order_id");
    release.countDown();
    // The one in hand was stored after all: the same id tells.
    PlaceOutcome settled = null;
    while (!(settled instanceof PlaceOutcome.Repeated)) {
      settled = submit(order(0, null)).answer().get();
    }
    assertThat(FIXTURE.count("orders")).isEqualTo(1);
  }

  @Test
  void lockedAccountFailsAloneAfterAFewTries() throws Exception {
    start(1_000, Duration.ofSeconds(20));
    FIXTURE.transactions.beforeCommit =
        () -> {
          throw new SQLException("canceling statement due to lock timeout", "55P03");
        };
    assertThat(problem(submit(order(0, null)))).isEqualTo(ProblemCode.UNAVAILABLE);
    assertThat(monitor.isDown()).isFalse();
  }

  @Test
  void missingPortMeansRefusedNotSkipped() throws Exception {
    start(
        1_000,
        Duration.ofSeconds(20),
        () -> {
          throw Outcomes.portMissing("the account book");
        });
    assertThat(problem(submit(order(0, null)))).isEqualTo(ProblemCode.UNAVAILABLE);
    assertThat(FIXTURE.count("orders")).isZero();
  }

  @Test
  void stoppingFinishesWhatWasTakenAndTakesNoMore() throws Exception {
    start(1_000, Duration.ofSeconds(20));
    CountDownLatch release = hold();
    List<Command.Place> taken = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      taken.add(submit(order(i, null)));
    }
    Thread stopper = new Thread(() -> pipeline.stop(Duration.ofSeconds(10)));
    stopper.start();
    Thread.sleep(100);
    assertThat(problem(submit(order(99, null)))).isEqualTo(ProblemCode.UNAVAILABLE);
    release.countDown();
    stopper.join();
    for (Command.Place command : taken) {
      assertThat(command.answer()).isDone();
      assertThat(command.answer().get()).isInstanceOf(PlaceOutcome.Placed.class);
    }
    assertThat(pipeline.isReady()).isFalse();
  }

  @Test
  void cancelOfANonexistentOrderIsAProblemNotADefect() {
    start(1_000, Duration.ofSeconds(20));
    Command.Cancel cancel = FIXTURE.cancel(io.tola.kernel.Ids.next());
    pipeline.submit(cancel);
    assertThatThrownBy(() -> cancel.answer().get()).hasCauseInstanceOf(ProblemException.class);
  }

  @Test
  void differentAccountsDoNotShareTheirFate() throws Exception {
    start(1_000, Duration.ofSeconds(20));
    Command.Place unknown =
        submit(
            Samples.order(
                "c-1",
                new io.tola.kernel.AccountId(io.tola.kernel.Ids.next()),
                Side.BUY,
                OrdType.MARKET,
                1,
                null,
                Validity.DAY));
    assertThat(problem(unknown)).isEqualTo(ProblemCode.ACCOUNT_NOT_FOUND);
    assertThat(submit(order(1, null)).answer().get()).isInstanceOf(PlaceOutcome.Placed.class);
  }
}
