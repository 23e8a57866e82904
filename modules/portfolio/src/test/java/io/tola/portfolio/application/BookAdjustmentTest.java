package io.tola.portfolio.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.kernel.cache.QueryCaches;
import io.tola.kernel.port.Outbox;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.portfolio.api.BreakClass;
import io.tola.portfolio.api.BreakFilter;
import io.tola.portfolio.api.BreakState;
import io.tola.portfolio.api.BreakView;
import io.tola.portfolio.api.CorporateAction;
import io.tola.portfolio.api.CorporateActions.Applied;
import io.tola.portfolio.api.PnlReport;
import io.tola.portfolio.api.PositionView;
import io.tola.portfolio.api.ReconciliationRun;
import io.tola.portfolio.api.StatementFormat;
import io.tola.portfolio.api.StatementKind;
import io.tola.portfolio.api.StatementUpload;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import jakarta.enterprise.inject.Instance;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What adjustments, trades and corporate actions make of the same books, on real PostgreSQL. */
class BookAdjustmentTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private final Trader trader = new Trader(DATABASE);
  private final ReconciliationSettings settings = new ReconciliationSettings();
  private final ReconciliationOffice office =
      new ReconciliationOffice(
          trader.transaction,
          trader.clock,
          trader.market(),
          trader,
          trader.audited::addAll,
          noOutbox(),
          settings,
          QueryCaches.none());
  private final ReconciliationDesk desk =
      new ReconciliationDesk(
          trader.transaction, trader.clock, office, settings, QueryCaches.none());
  private final CorporateDesk corporate =
      new CorporateDesk(
          trader.transaction,
          new CorporateClerk(trader.transaction, trader.clock, trader, trader.audited::addAll),
          trader.market(),
          trader.clock);
  private AccountId account;

  @BeforeEach
  void freshAccount() {
    DATABASE.truncate();
    trader.quote("ITC", "100");
    trader.quote("SBIN", "400");
    trader.at("2026-11-19T05:00:00Z");
    account = trader.account("t", "1000000");
  }

  /** Whatever was done: cash, lots and the books of profit agree. */
  @AfterEach
  void soundBooks() throws SQLException {
    trader.transaction.commit();
    try (var c = DATABASE.ownerDataSource().getConnection();
        var s = c.createStatement();
        var row =
            s.executeQuery(
                "SELECT (SELECT count(*) FROM v_account_integrity WHERE (cash_difference,"
                    + " blocked_difference, lot_quantity_difference, lot_cost_difference) IS DISTINCT"
                    + " FROM (0, 0, 0, 0)), (SELECT count(*) FROM pnl_books b JOIN positions p USING"
                    + " (account_id, symbol, product) WHERE b.quantity = p.quantity AND b.fifo_cost <>"
                    + " p.cost)")) {
      row.next();
      assertThat(row.getInt(1)).as("accounts with unsound books").isZero();
      assertThat(row.getInt(2)).as("books of profit with another cost").isZero();
    }
    trader.close();
  }

  @Test
  void twoBreaksThatSayTheSameAreBookedOnce() {
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 100, "100");
    upload(StatementKind.HOLDINGS, "symbol,quantity,average_price\nITC,110,100\n");
    upload(StatementKind.POSITIONS, "symbol,product,quantity,average_price\nITC,CNC,110,100\n");
    assertThat(open()).hasSize(2);
    BreakView first = explained(open().get(0));
    BreakView second = explained(open().get(0));

    trader.committed(() -> desk.adjust(first.breakId(), first.version(), null, "bob"));

    refused(
        ProblemCode.BREAK_CONFLICT,
        () -> desk.adjust(second.breakId(), second.version(), null, "bob"));
    assertThat(position("ITC").quantity()).isEqualTo(110);
    UUID statement = second.statementId();
    assertThat(trader.committed(() -> desk.compareAgain(statement, null, "ops")).cleared())
        .isEqualTo(1);
  }

  @Test
  void whatABonusHasGivenIsntBookedAgain() {
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 100, "100");
    trader.at("2026-11-20T03:00:00Z");
    upload(StatementKind.HOLDINGS, "symbol,quantity\nITC,200\n");
    BreakView found = explained(open().get(0));
    trader.at("2026-11-20T03:30:00Z");
    apply(CorporateAction.Kind.BONUS, 1, 2, "2026-11-20");

    refused(
        ProblemCode.BREAK_CONFLICT,
        () -> desk.adjust(found.breakId(), found.version(), null, "bob"));

    assertThat(position("ITC").quantity()).isEqualTo(200);
  }

  @Test
  void aBreakIsntBookedInSharesOfBeforeASplit() {
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 100, "100");
    upload(StatementKind.HOLDINGS, "symbol,quantity,average_price\nITC,110,100\n");
    BreakView found = explained(open().get(0));
    trader.at("2026-11-20T03:00:00Z");
    apply(CorporateAction.Kind.SPLIT, 1, 5, "2026-11-20");

    refused(
        ProblemCode.BREAK_NOT_BOOKABLE,
        () -> desk.adjust(found.breakId(), found.version(), null, "bob"));

    assertThat(position("ITC").quantity()).isEqualTo(500);
  }

  @Test
  void aSplitIsAppliedFromItsRecordAndTheNextComparisonClosesTheBreak() {
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 100, "100");
    trader.at("2026-11-20T03:00:00Z");
    ReconciliationRun run =
        upload(StatementKind.HOLDINGS, "symbol,quantity,average_price\nITC,500,20\n");
    assertThat(run.found()).containsOnlyKeys(BreakClass.CORPORATE_ACTION);
    BreakView found = open().get(0);
    assertThatThrownBy(() -> desk.explain(found.breakId(), 1, null, "a split", true, "ann"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ProblemCode.BREAK_NOT_BOOKABLE);
              assertThat(e.getMessage()).contains("/corporate-actions");
            });
    trader.transaction.commit();
    trader.at("2026-11-20T03:30:00Z");

    Applied applied = apply(CorporateAction.Kind.SPLIT, 1, 5, "2026-11-20");

    assertThat(applied.effects()).hasSize(1);
    assertThat(position("ITC").quantity()).isEqualTo(500);
    assertThat(trader.committed(() -> desk.compareAgain(run.statementId(), null, "ops")).cleared())
        .isEqualTo(1);
    assertThat(open()).isEmpty();
  }

  @Test
  void aSplitAppliedAfterTheStatementOpensNoBreak() {
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 100, "100");
    ReconciliationRun run =
        upload(StatementKind.HOLDINGS, "symbol,quantity,average_price\nITC,100,100\n");
    trader.at("2026-11-19T06:00:00Z");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 10, "100");
    trader.at("2026-11-20T03:00:00Z");
    apply(CorporateAction.Kind.SPLIT, 1, 5, "2026-11-20");
    trader.at("2026-11-20T05:00:00Z");
    trader.trade(account, "ITC", Product.CNC, Side.SELL, 7, "21");

    ReconciliationRun again =
        trader.committed(() -> desk.compareAgain(run.statementId(), null, "ops"));

    assertThat(again.found()).isEmpty();
    assertThat(again.matched()).isEqualTo(1);
  }

  @Test
  void sharesThatWereBookedAreSoldWithTheirOwnProfit() {
    upload(StatementKind.HOLDINGS, "symbol,quantity,average_price\nITC,100,40\n");
    BreakView found = explained(open().get(0));
    trader.committed(() -> desk.adjust(found.breakId(), found.version(), null, "bob"));

    // Sold before anybody has asked for a report.
    trader.at("2026-11-20T05:00:00Z");
    trader.trade(account, "ITC", Product.CNC, Side.SELL, 100, "50");

    PnlReport report = report();
    assertThat(report.today().realisedFifo()).isEqualTo(Money.of("1000"));
    assertThat(report.today().realisedAverage()).isEqualTo(Money.of("1000"));
    assertThat(report.today().winningTrades()).isEqualTo(1);
    assertThat(report.realisedAverage()).isEqualTo(Money.of("1000"));
  }

  @Test
  void anAdjustmentRealisesNothingByEitherMethod() {
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 10, "100");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 10, "200");
    trader.trade(account, "ITC", Product.CNC, Side.SELL, 10, "150");
    PnlReport before = report();
    assertThat(before.summary().realisedPnl()).isEqualTo(Money.of("500"));
    assertThat(before.realisedAverage()).isEqualTo(Money.ZERO);
    trader.at("2026-11-19T06:00:00Z");
    upload(StatementKind.HOLDINGS, "symbol,quantity,average_price\nITC,15,200\n");
    BreakView found = explained(open().get(0));

    trader.committed(() -> desk.adjust(found.breakId(), found.version(), null, "bob"));

    PnlReport after = report();
    assertThat(after.summary().realisedPnl()).isEqualTo(Money.of("500"));
    assertThat(after.realisedAverage()).isEqualTo(Money.ZERO);
    trader.trade(account, "ITC", Product.CNC, Side.SELL, 15, "200");
    PnlReport flat = report();
    assertThat(flat.summary().realisedPnl()).isEqualTo(Money.of("500"));
    assertThat(flat.realisedAverage()).isEqualTo(Money.of("500"));
  }

  @Test
  void sharesMissingHereCostWhatTheStatementSaysWhateverWasBoughtSince() {
    upload(StatementKind.HOLDINGS, "symbol,quantity,average_price\nITC,100,100\n");
    BreakView found = explained(open().get(0));
    trader.at("2026-11-19T06:00:00Z");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 50, "200");

    trader.committed(() -> desk.adjust(found.breakId(), found.version(), null, "bob"));

    PositionView position = position("ITC");
    assertThat(position.quantity()).isEqualTo(150);
    assertThat(position.cost()).isEqualTo(Money.of("20000"));
  }

  @Test
  void underTheLockOnlyWhatCameSinceTheMovesWereSummedIsRead() {
    trader.trade(account, "SBIN", Product.CNC, Side.BUY, 1, "400");
    upload(StatementKind.HOLDINGS, "symbol,quantity,average_price\nITC,100,100\nSBIN,1,400\n");
    BreakView found = explained(open().get(0));
    trader.at("2026-11-19T06:00:00Z");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 50, "200");
    trader.trade(account, "ITC", Product.MIS, Side.BUY, 3, "200");
    trader.afterNextMoved = () -> trader.trade(account, "ITC", Product.CNC, Side.SELL, 20, "200");
    trader.periodsReadable = false;

    trader.committed(() -> desk.adjust(found.breakId(), found.version(), null, "bob"));

    long noted = trader.trades.get(2).sequence();
    assertThat(trader.movedAfter).containsExactly(0L, noted);
    PositionView position =
        trader.committed(
            () ->
                trader
                    .portfolios
                    .open(Set.of(account), new Symbol("ITC"), 10, null)
                    .items()
                    .stream()
                    .filter(p -> p.product() == Product.CNC)
                    .findFirst()
                    .orElseThrow());
    assertThat(position.quantity()).isEqualTo(130);
  }

  @Test
  void sharesOfASymbolThePlatformDoesntHaveAreNotBooked() {
    upload(StatementKind.HOLDINGS, "symbol,quantity,average_price\nNOSUCH,100,100\n");
    BreakView found = explained(open().get(0));
    refused(
        ProblemCode.BREAK_NOT_BOOKABLE,
        () -> desk.adjust(found.breakId(), found.version(), null, "bob"));
  }

  @Test
  void aCostIsOnlySetWhereItIsStillTheOneThatWasCompared() {
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 100, "100");
    upload(StatementKind.HOLDINGS, "symbol,quantity,average_price\nITC,100,101\n");
    BreakView found = explained(open().get(0));
    assertThat(found.breakClass()).isEqualTo(BreakClass.PRICE);
    trader.at("2026-11-19T06:00:00Z");
    trader.trade(account, "ITC", Product.CNC, Side.BUY, 100, "300");
    refused(
        ProblemCode.BREAK_CONFLICT,
        () -> desk.adjust(found.breakId(), found.version(), null, "bob"));
    assertThat(position("ITC").cost()).isEqualTo(Money.of("40000"));
  }

  private Applied apply(CorporateAction.Kind kind, long oldShares, long newShares, String exDate) {
    CorporateAction action =
        new CorporateAction(
            null,
            new Symbol("ITC"),
            LocalDate.parse(exDate),
            kind,
            oldShares,
            newShares,
            null,
            null,
            "test",
            null,
            null);
    UUID id = trader.committed(() -> corporate.record(action, "ops")).actionId();
    return trader.committed(() -> corporate.apply(id, "admin"));
  }

  private ReconciliationRun upload(StatementKind kind, String csv) {
    Instant asOf = trader.clock.instant().plusSeconds(1);
    return trader.committed(
        () ->
            desk.upload(
                new StatementUpload(account, kind, StatementFormat.CSV, asOf, "ops"),
                new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8))));
  }

  private List<BreakView> open() {
    return desk.breaks(new BreakFilter(Set.of(account), BreakState.OPEN, null, null, 500, null))
        .items();
  }

  private BreakView explained(BreakView found) {
    return trader.committed(
        () -> desk.explain(found.breakId(), found.version(), null, "so it is", true, "ann"));
  }

  private PositionView position(String symbol) {
    return trader.committed(
        () -> trader.portfolios.open(Set.of(account), new Symbol(symbol), 10, null).items().get(0));
  }

  private PnlReport report() {
    return trader.committed(() -> new PnlDesk(trader.clerk, QueryCaches.none()).report(account));
  }

  private void refused(ProblemCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.code()).isEqualTo(code));
    trader.transaction.commit();
  }

  @SuppressWarnings("unchecked")
  private static Instance<Outbox> noOutbox() {
    return (Instance<Outbox>)
        Proxy.newProxyInstance(
            BookAdjustmentTest.class.getClassLoader(),
            new Class<?>[] {Instance.class},
            (proxy, method, arguments) -> false);
  }
}
