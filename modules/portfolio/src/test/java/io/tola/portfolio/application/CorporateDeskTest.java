package io.tola.portfolio.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.kernel.cache.QueryCaches;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.portfolio.api.CorporateAction;
import io.tola.portfolio.api.CorporateAction.Kind;
import io.tola.portfolio.api.CorporateActions.Applied;
import io.tola.portfolio.api.CorporateActions.Reason;
import io.tola.portfolio.api.PnlReport;
import io.tola.portfolio.api.PositionView;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.spi.BookSession;
import io.tola.trading.api.spi.HoldingKey;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Splits, bonuses and dividends on real PostgreSQL. */
class CorporateDeskTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Symbol ITC = new Symbol("ITC");
  private static final LocalDate EX_DATE = LocalDate.of(2026, 11, 20);

  private final Trader trader = new Trader(DATABASE);
  private final CorporateDesk desk =
      new CorporateDesk(
          trader.transaction,
          new CorporateClerk(trader.transaction, trader.clock, trader, trader.audited::addAll),
          trader.market(),
          trader.clock);

  @BeforeEach
  void emptyTables() {
    DATABASE.truncate();
    trader.quote("ITC", "100");
    // Trades of the days before.
    trader.at("2026-11-18T05:00:00Z");
  }

  @AfterEach
  void close() {
    trader.close();
  }

  private CorporateAction ratio(Kind kind, long oldShares, long newShares, String fraction) {
    return ratio(EX_DATE, kind, oldShares, newShares, fraction);
  }

  private CorporateAction ratio(
      LocalDate exDate, Kind kind, long oldShares, long newShares, String fraction) {
    return new CorporateAction(
        null,
        ITC,
        exDate,
        kind,
        oldShares,
        newShares,
        null,
        fraction == null ? null : Money.of(fraction),
        "test",
        null,
        null);
  }

  private CorporateAction dividend(String perShare) {
    return new CorporateAction(
        null, ITC, EX_DATE, Kind.DIVIDEND, 0, 0, Money.of(perShare), null, "test", null, null);
  }

  private Applied apply(CorporateAction action) {
    UUID id = trader.committed(() -> desk.record(action, "ops")).actionId();
    return trader.committed(() -> desk.apply(id, "admin"));
  }

  private PositionView position(AccountId account, Product product) {
    return trader.committed(
        () ->
            trader.portfolios.open(Set.of(account), ITC, 10, null).items().stream()
                .filter(p -> p.product() == product)
                .findFirst()
                .flatMap(p -> trader.portfolios.position(p.positionId(), Set.of(account)))
                .orElseThrow());
  }

  private PnlReport report(AccountId account) {
    return trader.committed(() -> new PnlDesk(trader.clerk, QueryCaches.none()).report(account));
  }

  private void booksAreSound() {
    assertThat(
            count(
                "SELECT count(*) FROM portfolio.v_account_integrity WHERE cash_difference <> 0 OR"
                    + " blocked_difference <> 0 OR open_order_value_difference <> 0 OR"
                    + " lot_quantity_difference <> 0 OR lot_cost_difference <> 0 OR"
                    + " open_quantity_difference <> 0"))
        .isZero();
    assertThat(
            count(
                "SELECT count(*) FROM portfolio.positions p FULL JOIN portfolio.pnl_books b USING"
                    + " (account_id, symbol, product) WHERE (p.quantity, p.cost) IS DISTINCT FROM"
                    + " (b.quantity, b.fifo_cost)"))
        .isZero();
  }

  @Test
  void aSplitChangesSharesAndLotsAndNoMoney() {
    AccountId account = trader.account("t", "100000");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 10, "435.85");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 3, "500");
    trader.trade(account, "ITC", Product.CNC, Side.SELL, 1, "600");
    trader.at("2026-11-20T03:00:00Z");

    Applied applied = apply(ratio(Kind.SPLIT, 1, 5, null));

    assertThat(applied.skipped()).isEmpty();
    assertThat(applied.effects())
        .singleElement()
        .satisfies(
            e -> {
              assertThat(e.quantityBefore()).isEqualTo(12);
              assertThat(e.quantityAfter()).isEqualTo(60);
              assertThat(e.cash()).isEqualTo(Money.ZERO);
            });
    PositionView position = position(account, Product.CNC);
    assertThat(position.quantity()).isEqualTo(60);
    assertThat(position.cost()).isEqualTo(Money.of("5422.65"));
    assertThat(position.realisedPnl()).isEqualTo(Money.of("164.15"));
    assertThat(position.lots())
        .extracting(PositionView.Lot::price)
        .containsExactly(Price.of("87.17"), Price.of("100"));
    AuditEntry entry = trader.audited.get(trader.audited.size() - 1);
    assertThat(entry.action()).isEqualTo("corporate_action_applied");
    assertThat(entry.actor()).isEqualTo("admin");
    assertThat(entry.detail().get("recorded_by")).isEqualTo("ops");
    assertThat(entry.detail().get("quantity_after")).isEqualTo(60L);
    booksAreSound();

    // Sold after it, first in first out, by the books of orders and by those of profit.
    trader.at("2026-11-20T05:00:00Z");
    trader.trade(account, "ITC", Product.CNC, Side.SELL, 60, "90");
    PnlReport report = report(account);
    assertThat(report.today().realisedFifo()).isEqualTo(Money.of("-22.65"));
    assertThat(report.summary().realisedPnl()).isEqualTo(Money.of("141.50"));
    assertThat(report.realisedAverage()).isEqualTo(Money.of("141.50"));
    booksAreSound();
  }

  @Test
  void applyingAgainChangesNothing() {
    AccountId account = trader.account("t", "100000");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 10, "100");
    trader.at("2026-11-20T03:00:00Z");
    Applied first = apply(ratio(Kind.SPLIT, 1, 2, null));
    int audited = trader.audited.size();

    Applied again = apply(ratio(Kind.SPLIT, 1, 2, null));

    assertThat(again.action().actionId()).isEqualTo(first.action().actionId());
    assertThat(again.effects()).isEmpty();
    assertThat(again.before()).isEqualTo(1);
    assertThat(trader.audited).hasSize(audited);
    assertThat(position(account, Product.CNC).quantity()).isEqualTo(20);
  }

  @Test
  void fractionsArePaidInCash() {
    AccountId account = trader.account("t", "100000");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 7, "100");
    trader.at("2026-11-20T03:00:00Z");

    // One for two: 10.5 shares.
    Applied applied = apply(ratio(Kind.BONUS, 2, 3, "66.67"));

    assertThat(applied.effects().get(0).quantityAfter()).isEqualTo(10);
    assertThat(applied.effects().get(0).cash()).isEqualTo(Money.of("33.34"));
    PnlReport report = report(account);
    assertThat(report.summary().settledCash()).isEqualTo(Money.of("99333.34"));
    assertThat(report.today().dividends()).isEqualTo(Money.of("33.34"));
    assertThat(report.dividends()).isEqualTo(Money.of("33.34"));
    assertThat(report.summary().realisedPnl()).isEqualTo(Money.of("33.34"));
    booksAreSound();
  }

  @Test
  void aDividendGoesToWhoHeldTheSharesBeforeTheExDate() {
    AccountId holder = trader.account("a", "100000");
    AccountId seller = trader.account("b", "100000");
    AccountId buyer = trader.account("c", "100000");
    AccountId lender = trader.account("d", "100000");
    trader.trade(holder, "ITC", Product.CNC, Side.BUY, 10, "100");
    trader.trade(seller, "ITC", Product.CNC, Side.BUY, 10, "100");
    trader.trade(lender, "ITC", Product.NRML, Side.SELL, 4, "100");
    trader.at("2026-11-20T04:00:00Z");
    trader.trade(seller, "ITC", Product.CNC, Side.SELL, 10, "99");
    trader.trade(buyer, "ITC", Product.CNC, Side.BUY, 10, "99");
    trader.trade(holder, "ITC", Product.CNC, Side.BUY, 5, "99");

    Applied applied = apply(dividend("2.50"));

    assertThat(applied.effects())
        .extracting(e -> e.accountId(), e -> e.cash())
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(holder.value(), Money.of("25")),
            org.assertj.core.groups.Tuple.tuple(seller.value(), Money.of("25")),
            org.assertj.core.groups.Tuple.tuple(lender.value(), Money.of("-10")));
    assertThat(report(buyer).dividends()).isEqualTo(Money.ZERO);
    assertThat(report(lender).summary().settledCash()).isEqualTo(Money.of("100390"));
    booksAreSound();
  }

  @Test
  void whatCannotBeToldIsSkippedAndDoneLater() {
    AccountId working = trader.account("a", "100000");
    AccountId sold = trader.account("b", "100000");
    AccountId small = trader.account("c", "100000");
    trader.trade(working, "ITC", Product.CNC, Side.BUY, 10, "100");
    trader.trade(sold, "ITC", Product.CNC, Side.BUY, 10, "100");
    trader.trade(small, "ITC", Product.CNC, Side.BUY, 1, "100");
    trader.at("2026-11-20T04:00:00Z");
    UUID order = Ids.next();
    HoldingKey key = new HoldingKey(working, ITC, Product.CNC);
    BookSession book =
        trader.transaction.open(trader.ledger, List.of(working), List.of(key), List.of());
    book.reserve(order, key, Side.SELL, Quantity.of(4), Price.of("150"));
    trader.transaction.flush(book);
    trader.transaction.commit();
    trader.trade(sold, "ITC", Product.CNC, Side.SELL, 2, "99");

    Applied applied = apply(ratio(Kind.SPLIT, 2, 1, null));

    assertThat(applied.effects()).isEmpty();
    assertThat(applied.skipped())
        .extracting(s -> s.accountId(), s -> s.reason())
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(working.value(), Reason.WORKING_ORDERS),
            org.assertj.core.groups.Tuple.tuple(sold.value(), Reason.CLOSED_SINCE),
            org.assertj.core.groups.Tuple.tuple(small.value(), Reason.FRACTION));

    BookSession cancel =
        trader.transaction.open(trader.ledger, List.of(working), List.of(key), List.of(order));
    cancel.release(order);
    trader.transaction.flush(cancel);
    trader.transaction.commit();
    Applied again = apply(ratio(Kind.SPLIT, 2, 1, null));
    assertThat(again.effects())
        .singleElement()
        .satisfies(e -> assertThat(e.quantityAfter()).isEqualTo(5));
    booksAreSound();
  }

  @Test
  void aSplitLeavesSharesBoughtSinceTheExDate() {
    AccountId account = trader.account("t", "100000");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 10, "100");
    trader.at("2026-11-20T04:00:00Z");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 10, "20");

    apply(ratio(Kind.SPLIT, 1, 5, null));

    assertThat(position(account, Product.CNC).quantity()).isEqualTo(60);
    assertThat(position(account, Product.CNC).cost()).isEqualTo(Money.of("1200"));
    booksAreSound();
  }

  /** The shares of the dividend's day are told back from the split that was applied first. */
  @Test
  void aDividendAppliedLateIsForTheSharesThereWereThen() {
    AccountId account = trader.account("t", "100000");
    AccountId seller = trader.account("s", "100000");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 100, "100");
    trader.trade(seller, "ITC", Product.CNC, Side.BUY, 100, "100");
    trader.at("2026-11-20T05:00:00Z");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 10, "100");
    trader.at("2026-11-24T03:00:00Z");
    apply(ratio(EX_DATE.plusDays(4), Kind.SPLIT, 1, 5, null));
    trader.at("2026-11-24T05:00:00Z");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 7, "20");
    trader.trade(seller, "ITC", Product.CNC, Side.SELL, 500, "20");

    Applied applied = apply(dividend("10"));

    assertThat(applied.effects())
        .extracting(e -> e.accountId(), e -> e.cash())
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(account.value(), Money.of("1000")),
            org.assertj.core.groups.Tuple.tuple(seller.value(), Money.of("1000")));
    booksAreSound();
  }

  @Test
  void aSplitAfterALaterOneIsAppliedOnlyWhereNothingCameInBetween() {
    AccountId still = trader.account("a", "100000");
    AccountId buyer = trader.account("b", "100000");
    trader.trade(still, "ITC", Product.CNC, Side.BUY, 10, "100");
    trader.trade(buyer, "ITC", Product.CNC, Side.BUY, 10, "100");
    trader.at("2026-11-20T05:00:00Z");
    trader.trade(buyer, "ITC", Product.CNC, Side.BUY, 10, "50");
    trader.at("2026-11-24T03:00:00Z");
    apply(ratio(EX_DATE.plusDays(4), Kind.SPLIT, 1, 5, null));

    Applied applied = apply(ratio(Kind.SPLIT, 1, 2, null));

    assertThat(applied.effects())
        .singleElement()
        .satisfies(e -> assertThat(e.quantityAfter()).isEqualTo(100));
    assertThat(applied.skipped())
        .singleElement()
        .satisfies(s -> assertThat(s.reason()).isEqualTo(Reason.SPLIT_SINCE));
    booksAreSound();
  }

  @Test
  void whoRecordedAnActionDoesntApplyIt() {
    AccountId account = trader.account("t", "100000");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 10, "100");
    trader.at("2026-11-20T03:00:00Z");
    UUID id =
        trader.committed(() -> desk.record(ratio(Kind.BONUS, 1, 100, null), "ops")).actionId();
    refused(ProblemCode.SECOND_PERSON_REQUIRED, () -> desk.apply(id, "ops"));
    assertThat(position(account, Product.CNC).quantity()).isEqualTo(10);
  }

  @Test
  void badActionsAreRefused() {
    assertThatThrownBy(() -> ratio(Kind.SPLIT, 5, 5, null))
        .isInstanceOf(InvalidValueException.class);
    assertThatThrownBy(() -> ratio(Kind.BONUS, 3, 2, null))
        .isInstanceOf(InvalidValueException.class);
    assertThatThrownBy(() -> dividend("0")).isInstanceOf(InvalidValueException.class);
    CorporateAction unknown =
        new CorporateAction(
            null, new Symbol("NOSUCH"), EX_DATE, Kind.SPLIT, 1, 2, null, null, "x", null, null);
    refused(ProblemCode.UNKNOWN_SYMBOL, () -> desk.record(unknown, "ops"));
    trader.committed(() -> desk.record(ratio(Kind.SPLIT, 1, 2, null), "ops"));
    refused(
        ProblemCode.CORPORATE_ACTION_CONFLICT,
        () -> desk.record(ratio(Kind.SPLIT, 1, 5, null), "ops"));
    refused(ProblemCode.CORPORATE_ACTION_NOT_FOUND, () -> desk.apply(Ids.next(), "ops"));
    UUID tomorrow = desk.actions(ITC, null, null).get(0).actionId();
    refused(ProblemCode.CORPORATE_ACTION_CONFLICT, () -> desk.apply(tomorrow, "admin"));
  }

  private static void refused(
      ProblemCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void factorsOfSymbolsAreReadAtOnce() {
    trader.committed(() -> desk.record(ratio(Kind.BONUS, 2, 3, null), "ops"));
    trader.committed(() -> desk.record(ratio(Kind.SPLIT, 1, 5, null), "ops"));
    trader.committed(() -> desk.record(dividend("3"), "ops"));

    List<CorporateAction> actions = desk.of(Set.of(ITC, new Symbol("SBIN"))).get(ITC);

    assertThat(desk.of(Set.of(new Symbol("SBIN")))).isEmpty();
    assertThat(actions).hasSize(3);
    assertThat(actions.stream().map(a -> a.priceFactor().stripTrailingZeros().toPlainString()))
        .containsExactly("0.6666666666666667", "1", "0.2");
    assertThat(desk.actions(null, EX_DATE.plusDays(1), null)).isEmpty();
  }

  private static long count(String sql) {
    try (var c = DATABASE.ownerDataSource().getConnection();
        var s = c.createStatement();
        var row = s.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
