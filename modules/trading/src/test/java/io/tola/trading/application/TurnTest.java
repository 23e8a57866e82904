package io.tola.trading.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.trading.api.Side;
import io.tola.trading.domain.Samples;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TurnTest {

  private static final TradingFixture FIXTURE = new TradingFixture();

  private final Semaphore permits = new Semaphore(1, true);

  @BeforeEach
  void reset() {
    FIXTURE.reset();
  }

  @Test
  void whatComesInWhileALaneWaitsForItsTurnIsInItsBatch() throws Exception {
    permits.acquire();
    List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch done = new CountDownLatch(1);
    Lane lane =
        new Lane(
            "lane",
            10,
            10,
            new Turn(permits, 10_000),
            Thread::new,
            (batch, turn) -> {
              batches.add(batch.size());
              done.countDown();
            });
    lane.start();
    lane.offer(command(1));
    while (lane.depth() > 0) {
      Thread.sleep(1);
    }
    lane.offer(command(2));
    lane.offer(command(3));
    permits.release();
    done.await();
    assertThat(batches).containsExactly(3);
    lane.stop();
    lane.join(java.time.Duration.ofSeconds(5));
    assertThat(permits.availablePermits()).isEqualTo(1);
  }

  @Test
  void turnThatIsNotHadInTimeIsDoneWithout() throws Exception {
    permits.acquire();
    Turn turn = new Turn(permits, 1);
    turn.take();
    turn.give();
    assertThat(permits.availablePermits()).isZero();
  }

  @Test
  void turnIsGivenOnce() {
    Turn turn = new Turn(permits, 1_000);
    turn.take();
    turn.give();
    turn.give();
    assertThat(permits.availablePermits()).isEqualTo(1);
  }

  private static Command command(int i) {
    return FIXTURE.place(Samples.market("c-" + i, Side.BUY, 1));
  }
}
