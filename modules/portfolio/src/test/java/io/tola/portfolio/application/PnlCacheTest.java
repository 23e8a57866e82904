package io.tola.portfolio.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.store.ResultCaches;
import io.tola.portfolio.api.PnlReport;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports that are kept: two nodes on one database and one shared cache. */
class PnlCacheTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private final Trader trader = new Trader(DATABASE);
  private final ThreadTransactions pool;
  private final MapTexts shared = new MapTexts();
  private final AtomicInteger loads = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();

  /** Stops who is about to wait for the account's lock on node A. */
  private volatile Runnable beforeLockOnA = () -> {};

  private final PnlDesk nodeA;
  private final PnlDesk nodeB;

  PnlCacheTest() throws SQLException {
    pool = new ThreadTransactions(DATABASE.appDataSource(), 12);
    nodeA = node(() -> beforeLockOnA.run());
    nodeB = node(() -> {});
  }

  private PnlDesk node(Runnable beforeLock) {
    PortfolioDesk portfolios =
        new PortfolioDesk(pool, trader.clock, trader.market(), trader.audited::addAll);
    return new PnlDesk(
        new PnlClerk(pool, trader.clock, trader.market(), portfolios, trader, BigDecimal.ZERO) {
          @Override
          public Optional<Made> report(
              AccountId account, Supplier<Optional<Kept>> byOthers, Consumer<Kept> share) {
            asked.incrementAndGet();
            beforeLock.run();
            return pool.inTransaction(
                () ->
                    super.report(
                        account,
                        byOthers,
                        made -> {
                          loads.incrementAndGet();
                          share.accept(made);
                        }));
          }
        },
        new ResultCaches(shared, trader.clock, name -> Optional.empty(), null));
  }

  @BeforeEach
  void emptyTables() {
    DATABASE.truncate();
  }

  @AfterEach
  void close() throws SQLException {
    pool.close();
    trader.close();
  }

  private List<PnlReport> thousandReaders(AccountId account) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(1_000);
    try {
      CountDownLatch go = new CountDownLatch(1);
      List<Future<PnlReport>> answers = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        PnlDesk node = i % 2 == 0 ? nodeA : nodeB;
        answers.add(
            threads.submit(
                () -> {
                  go.await();
                  return node.report(account);
                }));
      }
      go.countDown();
      List<PnlReport> reports = new ArrayList<>();
      for (Future<PnlReport> answer : answers) {
        reports.add(answer.get());
      }
      return reports;
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aThousandColdReadersOnTwoNodesMakeOneLoad() throws Exception {
    AccountId account = trader.account("t", "100000");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 10, "100");

    List<PnlReport> reports = thousandReaders(account);

    assertThat(loads).hasValue(1);
    assertThat(reports).hasSize(1_000).allMatch(r -> r.equals(reports.get(0)));
    assertThat(reports.get(0).summary().investedCost()).isEqualTo(Money.of("1000"));
  }

  @Test
  void withoutTheSharedTierEachNodeMakesOne() throws Exception {
    shared.away = true;
    AccountId account = trader.account("t", "100000");

    assertThat(thousandReaders(account)).hasSize(1_000);

    assertThat(loads).hasValue(2);
  }

  @Test
  void whatTheAccountDidIsInTheNextAnswerOfEveryNode() {
    AccountId account = trader.account("t", "100000");
    assertThat(nodeA.report(account)).isEqualTo(nodeB.report(account));
    assertThat(loads).hasValue(1);

    trader.at("2026-11-20T04:00:01Z");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 10, "100");

    assertThat(nodeB.report(account).today().trades()).isEqualTo(1);
    assertThat(nodeA.report(account).today().trades()).isEqualTo(1);
    assertThat(loads).hasValue(2);
  }

  /** A reader on node A who has seen the account's first version and goes on when told. */
  private Future<PnlReport> stopped(ExecutorService threads, AccountId account, CountDownLatch go)
      throws InterruptedException {
    CountDownLatch there = new CountDownLatch(1);
    beforeLockOnA =
        () -> {
          beforeLockOnA = () -> {};
          there.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    Future<PnlReport> reader = threads.submit(() -> nodeA.report(account));
    there.await();
    return reader;
  }

  @Test
  void whoWaitedForTheLockTakesAReportThatKnowsMore() throws Exception {
    AccountId account = trader.account("t", "100000");
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      CountDownLatch go = new CountDownLatch(1);
      Future<PnlReport> first = stopped(threads, account, go);
      trader.at("2026-11-20T04:00:01Z");
      trader.trade(account, "ITC", Product.CNC, Side.BUY, 10, "100");
      PnlReport second = nodeB.report(account);
      assertThat(second.today().trades()).isEqualTo(1);
      go.countDown();

      assertThat(first.get()).isEqualTo(second);
      assertThat(nodeA.report(account)).isEqualTo(second);
      assertThat(loads).hasValue(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void readersOfManyVersionsOnOneNodeWaitWithOneOfThem() throws Exception {
    AccountId account = trader.account("t", "100000");
    ExecutorService threads = Executors.newFixedThreadPool(5);
    try {
      CountDownLatch go = new CountDownLatch(1);
      List<Future<PnlReport>> readers = new ArrayList<>();
      readers.add(stopped(threads, account, go));
      for (int i = 1; i <= 4; i++) {
        trader.at("2026-11-20T04:00:0" + i + "Z");
        trader.trade(account, "ITC", Product.CNC, Side.BUY, 10, "100");
        readers.add(threads.submit(() -> nodeA.report(account)));
      }
      go.countDown();

      for (Future<PnlReport> reader : readers) {
        assertThat(reader.get().today().trades()).isEqualTo(4);
      }
      assertThat(asked).hasValue(1);
      assertThat(loads).hasValue(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whatChangedWithoutAReportOfItsOwnIsInTheNextAnswerToo() {
    AccountId account = trader.account("t", "100000");
    assertThat(nodeA.report(account).summary().settledCash()).isEqualTo(Money.of("100000"));
    DATABASE.execute(
        "UPDATE portfolio.accounts SET funded_cash = funded_cash + 500,"
            + " settled_cash = settled_cash + 500, updated_at = updated_at + interval '1 second'");
    assertThat(nodeB.report(account).summary().settledCash()).isEqualTo(Money.of("100500"));
    assertThat(nodeA.report(account).summary().settledCash()).isEqualTo(Money.of("100500"));
    assertThat(loads).hasValue(2);
  }

  @Test
  void anAnswerIsKeptForTenSecondsAndNoLonger() {
    AccountId account = trader.account("t", "100000");
    trader.at("2026-11-20T04:00:01Z");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 10, "100");
    trader.quote("ITC", "101");
    trader.at("2026-11-20T04:00:10Z");
    assertThat(nodeA.report(account).summary().unrealisedPnl()).isEqualTo(Money.of("10"));

    trader.quote("ITC", "102");
    trader.at("2026-11-20T04:00:19.9Z");
    assertThat(nodeA.report(account).summary().unrealisedPnl()).isEqualTo(Money.of("10"));
    assertThat(nodeB.report(account).summary().unrealisedPnl()).isEqualTo(Money.of("10"));
    trader.at("2026-11-20T04:00:20.1Z");
    assertThat(nodeB.report(account).summary().unrealisedPnl()).isEqualTo(Money.of("20"));
    assertThat(nodeA.report(account).summary().unrealisedPnl()).isEqualTo(Money.of("20"));
    assertThat(loads).hasValue(2);
  }

  @Test
  void aFailureIsNotKept() {
    AccountId unknown = new AccountId(Ids.next());
    assertThatThrownBy(() -> nodeA.report(unknown)).isInstanceOf(ProblemException.class);
    AccountId account = trader.account("t", "100000");
    DATABASE.execute("ALTER TABLE portfolio.pnl_progress RENAME TO away");
    assertThatThrownBy(() -> nodeA.report(account)).isInstanceOf(RuntimeException.class);
    DATABASE.execute("ALTER TABLE portfolio.away RENAME TO pnl_progress");
    assertThat(nodeA.report(account).days()).hasSize(1);
  }

  @Test
  void aReportReadsBackFromTheSharedTierAsItWas() {
    AccountId account = trader.account("t|\"ü", "100000");
    trader.at("2026-11-20T04:00:01Z");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 10, "100");
    trader.trade(account, "ITC", Product.MIS, Side.SELL, 7, "100.0001");
    trader.quote("ITC", "101");
    PnlReport report = nodeA.report(account);

    assertThat(nodeB.report(account)).isEqualTo(report);

    assertThat(loads).hasValue(1);
    assertThat(report.largest()).hasSize(2);
  }
}
