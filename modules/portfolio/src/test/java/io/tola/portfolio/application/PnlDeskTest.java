package io.tola.portfolio.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.cache.QueryCaches;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.SessionPhase;
import io.tola.portfolio.api.DailyPnl;
import io.tola.portfolio.api.PnlReport;
import io.tola.portfolio.api.PnlSeries;
import io.tola.portfolio.domain.NaiveBook;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import jakarta.ejb.ApplicationException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Profit and loss of trades that were booked, by day, on real PostgreSQL. */
class PnlDeskTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private final Trader trader = new Trader(DATABASE);

  @BeforeEach
  void emptyTables() {
    DATABASE.truncate();
  }

  @AfterEach
  void close() {
    trader.close();
  }

  private PnlReport report(AccountId account) {
    return trader.committed(() -> new PnlDesk(trader.clerk, QueryCaches.none()).report(account));
  }

  private boolean snapshot(String at) {
    trader.at(at);
    return trader.committed(
        () ->
            trader.clerk.snapshot(
                PnlClerk.day(trader.clock.instant()), false, Duration.ofSeconds(60)));
  }

  @Test
  void aFreshAccountHasWonNothing() {
    AccountId account = trader.account("t", "1000");

    PnlReport report = report(account);

    assertThat(report.days()).hasSize(1);
    assertThat(report.today().running()).isTrue();
    assertThat(report.today().pnl()).isEqualTo(Money.ZERO);
    assertThat(report.today().day()).isEqualTo(LocalDate.of(2026, 11, 20));
    assertThat(report.netPnl()).isEqualTo(Money.ZERO);
    assertThat(report.statistics().maxDrawdown()).isEqualByComparingTo("0");
    assertThat(report.statistics().sharpe()).isNull();
    assertThat(report.largest()).isEmpty();
  }

  @Test
  void theLargestPositionsAreTheLargestOfAll() {
    AccountId account = trader.account("t", "1000000");
    List<Object[]> orders = new ArrayList<>();
    for (int i = 0; i < 510; i++) {
      orders.add(
          new Object[] {"S%03d".formatted(i), Product.CNC, Side.BUY, 1L, String.valueOf(1 + i)});
    }
    trader.batch(account, orders);
    trader.quote("S000", "5000");

    PnlReport report = report(account);

    assertThat(report.largest()).hasSize(10);
    assertThat(report.largest().get(0).symbol().value()).isEqualTo("S000");
    assertThat(report.largest().get(1).symbol().value()).isEqualTo("S509");
    assertThat(report.largest().get(9).symbol().value()).isEqualTo("S501");
  }

  @Test
  void aDatabaseThatIsAwayIsNoFaultOfTheWatch() {
    var away =
        (DataSource)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                  throw new SQLException("connection refused", "08001");
                });
    PnlClerk clerk =
        new PnlClerk(
            away, trader.clock, trader.market(), trader.portfolios, trader, BigDecimal.ZERO);
    LocalDate day = LocalDate.of(2026, 11, 20);
    for (ThrowingCallable look :
        List.<ThrowingCallable>of(
            () -> clerk.snapshot(day, false, Duration.ZERO),
            () -> clerk.snapshotIsFinal(day),
            () -> clerk.behind(trader.clock.instant(), 1),
            () -> clerk.advance(new AccountId(Ids.next())))) {
      assertThatThrownBy(look).isInstanceOf(WatchFault.class);
    }
    assertThat(WatchFault.class.getAnnotation(ApplicationException.class).rollback()).isTrue();
  }

  @Test
  void anUnknownAccountIsNotFound() {
    assertThatThrownBy(() -> report(new AccountId(Ids.next())))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.code()).isEqualTo(ProblemCode.ACCOUNT_NOT_FOUND));
  }

  @Test
  void daysHaveWhatTheirTradesRealisedAndTheCurveWhatTheAccountWasWorth() {
    AccountId account = trader.account("t", "100000");
    trader.at("2026-11-18T05:00:00Z");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 100, "100");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 100, "200");
    trader.quote("ITC", "160");
    assertThat(snapshot("2026-11-18T10:00:00Z")).isTrue();
    // In India it is the next day at 18:30 UTC.
    trader.at("2026-11-18T18:30:00Z");
    trader.trade(account, "ITC", Product.CNC, Side.SELL, 100, "150");
    trader.quote("ITC", "140");
    assertThat(snapshot("2026-11-19T10:00:00Z")).isTrue();
    trader.at("2026-11-20T04:00:00Z");
    trader.quote("ITC", "170");

    PnlReport report = report(account);

    assertThat(report.days())
        .extracting(DailyPnl::day)
        .containsExactly(
            LocalDate.of(2026, 11, 18), LocalDate.of(2026, 11, 19), LocalDate.of(2026, 11, 20));
    DailyPnl first = report.days().get(0);
    DailyPnl second = report.days().get(1);
    DailyPnl third = report.days().get(2);
    assertThat(first.equity()).isEqualTo(Money.of("102000"));
    assertThat(first.unrealised()).isEqualTo(Money.of("2000"));
    assertThat(first.bought()).isEqualTo(Money.of("30000"));
    assertThat(first.closingTrades()).isZero();
    assertThat(second.realisedFifo()).isEqualTo(Money.of("5000"));
    assertThat(second.realisedAverage()).isEqualTo(Money.ZERO);
    assertThat(second.winningTrades()).isEqualTo(1);
    assertThat(second.equity()).isEqualTo(Money.of("99000"));
    assertThat(third.equity()).isEqualTo(Money.of("102000"));
    assertThat(third.trades()).isZero();
    Money charges1 = new Money(first.charges().rounded().total());
    Money charges2 = new Money(second.charges().rounded().total());
    assertThat(charges1.compareTo(Money.ZERO)).isPositive();
    assertThat(first.pnl()).isEqualTo(Money.of("2000").minus(charges1));
    assertThat(second.pnl()).isEqualTo(Money.of("-3000").minus(charges2));
    assertThat(third.pnl()).isEqualTo(Money.of("3000"));
    assertThat(third.netEquity()).isEqualTo(Money.of("102000").minus(charges1).minus(charges2));
    assertThat(report.netPnl()).isEqualTo(Money.of("2000").minus(charges1).minus(charges2));
    assertThat(report.statistics().winRate()).isEqualByComparingTo("1");
    assertThat(report.statistics().maxDrawdownPeakDay()).isEqualTo(first.day());
    assertThat(report.statistics().maxDrawdownTroughDay()).isEqualTo(second.day());
    assertThat(report.statistics().sharpe()).isNotNull();
    assertThat(report.summary().realisedPnl()).isEqualTo(Money.of("5000"));
    assertThat(report.realisedAverage()).isEqualTo(Money.ZERO);
  }

  @Test
  void statisticsOfSomeDaysAreOfThoseDays() {
    AccountId account = trader.account("t", "1000");
    trader.at("2026-11-16T05:00:00Z");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 1, "100");
    for (int day = 16; day <= 19; day++) {
      trader.quote("ITC", day == 17 ? "50" : "100." + day);
      snapshot("2026-11-" + day + "T10:00:00Z");
    }
    trader.at("2026-11-20T04:00:00Z");

    PnlDesk desk = new PnlDesk(trader.clerk, QueryCaches.none());
    PnlSeries late =
        trader.committed(
            () -> desk.days(account, LocalDate.of(2026, 11, 18), LocalDate.of(2026, 11, 19)));
    PnlSeries none = trader.committed(() -> desk.days(account, null, LocalDate.of(2026, 11, 1)));

    assertThat(late.days())
        .extracting(DailyPnl::day)
        .containsExactly(LocalDate.of(2026, 11, 18), LocalDate.of(2026, 11, 19));
    assertThat(late.statistics().days()).isEqualTo(2);
    assertThat(late.statistics().maxDrawdown()).isEqualByComparingTo("0");
    assertThat(late.days().get(0).drawdown()).isEqualByComparingTo("0");
    assertThat(late.days().get(0).pnl()).isEqualTo(Money.of("50.18"));
    assertThat(none.days()).isEmpty();
    assertThat(none.statistics().days()).isZero();
  }

  @Test
  void manyTradesAreReckonedAsANaiveReplayDoes() {
    AccountId account = trader.account("t", "100000000");
    Random random = new Random(31);
    NaiveBook oracle = new NaiveBook();
    List<Object[]> orders = new ArrayList<>();
    for (int i = 0; i < 11_000; i++) {
      boolean buy = random.nextBoolean();
      long shares = 1L + random.nextInt(50);
      String price = 90 + random.nextInt(20) + "." + (10 + random.nextInt(90));
      orders.add(new Object[] {"SBIN", Product.MIS, buy ? Side.BUY : Side.SELL, shares, price});
      oracle.trade(buy ? shares : -shares, Price.of(price));
      if (orders.size() == 1_000) {
        trader.batch(account, orders);
        orders.clear();
      }
    }

    // Two pages, and the rest with the report.
    assertThat(trader.committed(() -> trader.clerk.advance(account))).isFalse();
    PnlReport report = report(account);

    NaiveBook.Result replayed = oracle.replay();
    DailyPnl day = report.today();
    assertThat(day.trades()).isEqualTo(11_000);
    assertThat(day.realisedFifo()).isEqualTo(replayed.realisedPnl());
    assertThat(report.summary().realisedPnl()).isEqualTo(replayed.realisedPnl());
    assertThat(day.realisedAverage()).isEqualTo(report.realisedAverage());
    assertThat(day.closingTrades()).isBetween(1L, 10_999L);
    assertThat(day.sold().minus(day.bought())).isEqualTo(replayed.cash());
    assertThat(count("SELECT count(*) FROM portfolio.pnl_progress WHERE sequence = 11000"))
        .isEqualTo(1);
    // Reckoned once: asking again changes nothing.
    assertThat(report(account).today()).isEqualTo(day);
  }

  @Test
  void sharesThatCameWithoutATradeAreTakenOver() {
    AccountId account = trader.account("t", "100000");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 10, "100");
    report(account);
    // As the importer does it.
    DATABASE.execute(
        "UPDATE portfolio.position_lots SET quantity = 30, price = 50;"
            + " UPDATE portfolio.positions SET quantity = 30, cost = 1500;"
            + " UPDATE portfolio.accounts SET funded_cash = funded_cash + 500");

    report(account);
    trader.trade(account, "ITC", Product.CNC, Side.SELL, 30, "60");
    PnlReport after = report(account);

    assertThat(after.today().realisedFifo()).isEqualTo(Money.of("300"));
    assertThat(after.summary().realisedPnl()).isEqualTo(Money.of("300"));
    assertThat(after.realisedAverage()).isEqualTo(Money.of("300"));
  }

  @Test
  void aSnapshotIsTakenOnceByManyNodes() {
    trader.account("t", "1000");
    assertThat(snapshot("2026-11-20T04:00:00Z")).isTrue();
    assertThat(snapshot("2026-11-20T04:00:30Z")).isFalse();
    assertThat(snapshot("2026-11-20T04:01:00Z")).isTrue();
    assertThat(count("SELECT count(*) FROM portfolio.equity_snapshots")).isEqualTo(1);
  }

  @Test
  void aMarketThatClosesHasOneLastSnapshotADayAndNoneWithoutASession() {
    trader.account("t", "1000");
    trader.closes = true;
    EquityWatch watch = new EquityWatch(trader.clerk, trader.market(), trader.clock, 300, 60);
    trader.phase = SessionPhase.CLOSED;
    trader.at("2026-11-20T02:00:00Z");
    assertThat(trader.committed(watch::look)).isFalse();
    trader.phase = SessionPhase.OPEN;
    trader.at("2026-11-20T09:59:00Z");
    assertThat(trader.committed(watch::look)).isTrue();
    trader.phase = SessionPhase.CLOSED;
    trader.at("2026-11-20T10:00:00Z");
    assertThat(trader.committed(watch::look)).isTrue();
    trader.at("2026-11-20T12:00:00Z");
    assertThat(trader.committed(watch::look)).isFalse();
    assertThat(count("SELECT count(*) FROM portfolio.equity_rounds WHERE final")).isEqualTo(1);
    assertThat(
            count(
                "SELECT count(*) FROM portfolio.equity_snapshots WHERE taken_at ="
                    + " '2026-11-20T10:00:00Z'"))
        .isEqualTo(1);
  }

  @Test
  void onlyQuietAccountsAreReckonedUnasked() {
    AccountId account = trader.account("t", "1000");
    trader.at("2026-11-20T05:00:00Z");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 1, "100");

    Instant now = trader.clock.instant();
    assertThat(trader.committed(() -> trader.clerk.behind(now, 5))).isEmpty();
    assertThat(trader.committed(() -> trader.clerk.behind(now.plusSeconds(1), 5)))
        .containsExactly(account);
    assertThat(trader.committed(() -> trader.clerk.advance(account))).isTrue();
    assertThat(trader.committed(() -> trader.clerk.behind(now.plusSeconds(1), 5))).isEmpty();
  }

  @Test
  void theViewOfDaysAddsUpToTheBooks() {
    AccountId account = trader.account("t", "100000");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 10, "100");
    trader.trade(account, "SBIN", Product.MIS, Side.SELL, 10, "500");
    trader.trade(account, "SBIN", Product.MIS, Side.BUY, 10, "490");
    trader.quote("ITC", "101");
    snapshot("2026-11-20T05:00:00Z");
    report(account);

    assertThat(
            count(
                "SELECT count(*) FROM portfolio.v_daily_pnl WHERE trades = 3 AND realised_fifo = 100"
                    + " AND realised_average = 100 AND equity = 100110 AND unrealised = 10"
                    + " AND brokerage = 2.97 AND stt > 0"))
        .isEqualTo(1);
  }

  private static long count(String sql) {
    try (var c = DATABASE.ownerDataSource().getConnection();
        var s = c.createStatement();
        var row = s.executeQuery(sql)) {
      row.next();
      return row.getBigDecimal(1).longValueExact();
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
