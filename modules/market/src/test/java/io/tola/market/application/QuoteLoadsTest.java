package io.tola.market.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Symbol;
import io.tola.market.Samples;
import io.tola.market.api.Quote;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QuoteLoadsTest {

  private static final Symbol SBIN = new Symbol("SBIN");
  private static final int THREADS = 64;

  private final QuoteBoard board = new QuoteBoard();
  private final ExecutorService loaders = Executors.newFixedThreadPool(4);
  private final ExecutorService askers = Executors.newFixedThreadPool(THREADS);

  @AfterEach
  void stop() throws InterruptedException {
    askers.shutdownNow();
    loaders.shutdownNow();
    assertThat(askers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  private List<Optional<Quote>> askAtOnce(QuoteLoads loads) throws Exception {
    CyclicBarrier start = new CyclicBarrier(THREADS);
    List<Future<Optional<Quote>>> answers = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      answers.add(
          askers.submit(
              () -> {
                start.await();
                return loads.quote(SBIN);
              }));
    }
    List<Optional<Quote>> quotes = new ArrayList<>();
    for (Future<Optional<Quote>> answer : answers) {
      quotes.add(answer.get(10, TimeUnit.SECONDS));
    }
    return quotes;
  }

  @Test
  void aStampedeMakesOneLoad() throws Exception {
    for (int round = 0; round < 50; round++) {
      board.clear();
      AtomicInteger loads = new AtomicInteger();
      Quote quote = Samples.quote("SBIN", "830", round + 1);
      QuoteLoads single =
          new QuoteLoads(
              board,
              loaders,
              symbol -> {
                loads.incrementAndGet();
                Thread.onSpinWait();
                return Optional.of(quote);
              });

      assertThat(askAtOnce(single))
          .hasSize(THREADS)
          .allMatch(answer -> answer.equals(Optional.of(quote)));
      assertThat(loads).hasValue(1);
      assertThat(single.hits() + single.misses()).isEqualTo(THREADS);
    }
  }

  @Test
  void thatThereIsNoQuoteIsRememberedToo() throws Exception {
    AtomicInteger loads = new AtomicInteger();
    QuoteLoads single =
        new QuoteLoads(
            board,
            loaders,
            symbol -> {
              loads.incrementAndGet();
              return Optional.empty();
            });

    assertThat(askAtOnce(single)).allMatch(Optional::isEmpty);
    assertThat(single.quote(SBIN)).isEmpty();
    assertThat(loads).hasValue(1);
  }

  @Test
  void aFailingSourceLeavesTheLastQuoteKnown() {
    Quote last = Samples.quote("SBIN", "830", 1);
    board.put(last);
    board.keep(SBIN, -1);
    QuoteLoads single =
        new QuoteLoads(
            board,
            loaders,
            symbol -> {
              throw new IllegalStateException("database gone");
            });

    assertThat(single.quote(SBIN)).contains(last);
    assertThat(single.failures()).isEqualTo(1);
    assertThat(single.quote(SBIN)).as("not asked again at once").contains(last);
    assertThat(single.loads()).isEqualTo(1);
  }

  @Test
  void aSourceThatHangsDelaysAnAskerForAMomentOnly() {
    Quote last = Samples.quote("SBIN", "830", 1);
    board.put(last);
    board.keep(SBIN, -1);
    CountDownLatch never = new CountDownLatch(1);
    QuoteLoads single =
        new QuoteLoads(
            board,
            loaders,
            symbol -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return Optional.empty();
            });

    assertThat(single.quote(SBIN)).contains(last);
  }

  @Test
  void aFreshQuoteIsAnsweredWithoutAnyLoad() {
    Quote quote = Samples.quote("SBIN", "830", 1);
    board.put(quote);
    QuoteLoads single = new QuoteLoads(board, loaders, symbol -> Optional.empty());

    assertThat(single.quote(SBIN)).contains(quote);
    assertThat(single.hits()).isEqualTo(1);
    assertThat(single.loads()).isZero();
  }

  @Test
  void anOlderQuoteDoesNotReplaceANewerOneOnTheBoard() {
    board.put(Samples.quote("SBIN", "831", 2));
    board.put(Samples.quote("SBIN", "830", 1));

    assertThat(board.look(SBIN).quote().sequence()).isEqualTo(2);
  }
}
