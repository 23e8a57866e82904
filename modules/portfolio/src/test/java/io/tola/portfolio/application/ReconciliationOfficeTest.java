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
import io.tola.kernel.port.Outbox;
import io.tola.kernel.port.OutboxMessage;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Instrument;
import io.tola.market.api.MarketData;
import io.tola.portfolio.api.BreakClass;
import io.tola.portfolio.api.BreakFilter;
import io.tola.portfolio.api.BreakState;
import io.tola.portfolio.api.BreakView;
import io.tola.portfolio.api.ReconciliationLog;
import io.tola.portfolio.api.ReconciliationRun;
import io.tola.portfolio.api.ReconciliationStatus;
import io.tola.portfolio.api.StatementFormat;
import io.tola.portfolio.api.StatementKind;
import io.tola.portfolio.api.StatementUpload;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.Trade;
import io.tola.trading.api.TradeFeed;
import io.tola.trading.api.spi.BookSession;
import io.tola.trading.api.spi.Fill;
import io.tola.trading.api.spi.HoldingKey;
import jakarta.enterprise.inject.Instance;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Statements against real books on real PostgreSQL, and the life of their breaks. */
class ReconciliationOfficeTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Instant START = Instant.parse("2026-11-20T04:00:00.123456Z");

  private Instant now = START;
  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };

  private final List<AuditEntry> audited = new ArrayList<>();
  private final List<OutboxMessage> sent = new ArrayList<>();
  private final List<Trade> trades = new ArrayList<>();
  private final OneTransaction transaction = new OneTransaction(DATABASE.appDataSource());
  private final AccountLedger ledger = new AccountLedger(transaction, clock);
  private final ReconciliationSettings settings = new ReconciliationSettings();
  private final ReconciliationOffice office =
      new ReconciliationOffice(
          transaction,
          clock,
          market(),
          tradeFeed(),
          audited::addAll,
          outbox(),
          settings,
          QueryCaches.none());
  private final ReconciliationDesk desk =
      new ReconciliationDesk(transaction, clock, office, settings, QueryCaches.none());
  private AccountId account;

  @BeforeEach
  void freshAccount() {
    DATABASE.truncate();
    PortfolioDesk portfolios = new PortfolioDesk(transaction, clock, market(), entries -> {});
    account = portfolios.openAccount("t", Money.of("1000000"), "admin").accountId();
    transaction.commit();
  }

  @AfterEach
  void soundBooks() throws SQLException {
    transaction.commit();
    try (Connection c = DATABASE.ownerDataSource().getConnection();
        Statement s = c.createStatement();
        ResultSet row =
            s.executeQuery(
                "SELECT count(*) FROM v_account_integrity WHERE (cash_difference, blocked_difference,"
                    + " open_order_value_difference, lot_quantity_difference, lot_cost_difference,"
                    + " open_quantity_difference) IS DISTINCT FROM (0, 0, 0, 0, 0, 0)")) {
      row.next();
      assertThat(row.getInt(1)).as("accounts with unsound books").isZero();
    }
    transaction.close();
  }

  // Runs

  @Test
  void statementThatAgreesOpensNothingAndIsAudited() {
    buy("SBIN", 10, "420.65");
    ReconciliationRun run = holdings("symbol,quantity,average_price\nSBIN,10,420.65\n");
    assertThat(run.compared()).isEqualTo(1);
    assertThat(run.matched()).isEqualTo(1);
    assertThat(run.found()).isEmpty();
    assertThat(run.repeated()).isFalse();
    assertThat(audited)
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.action()).isEqualTo("statement_compared");
              assertThat(entry.actor()).isEqualTo("ops");
              assertThat(entry.entityId()).isEqualTo(run.statementId().toString());
            });
  }

  @Test
  void breaksAreOpenedOnceAndClosedWhenTheyAreGone() {
    buy("SBIN", 10, "400");
    buy("TCS", 5, "3000");
    ReconciliationRun first = holdings("symbol,quantity\nSBIN,12\nITC,7\n");
    assertThat(first.found())
        .containsOnlyKeys(BreakClass.QUANTITY, BreakClass.MISSING_HERE, BreakClass.MISSING_THERE);
    assertThat(first.opened()).isEqualTo(3);

    later();
    ReconciliationRun again = holdings("symbol,quantity\nSBIN,12\nITC,7\n");
    assertThat(again.repeated()).isTrue();
    assertThat(again.statementId()).isEqualTo(first.statementId());
    assertThat(again.opened()).isZero();
    assertThat(open()).hasSize(3).allSatisfy(b -> assertThat(b.seenAt()).isEqualTo(now));

    later();
    ReconciliationRun cured = holdings("symbol,quantity\nSBIN,10\nTCS,5\nITC,8\n");
    assertThat(cured.cleared()).isEqualTo(2);
    assertThat(cured.opened()).isZero();
    assertThat(open())
        .singleElement()
        .satisfies(
            left -> {
              assertThat(left.subject()).isEqualTo("ITC|CNC");
              assertThat(left.theirs()).contains("\"quantity\":8");
              assertThat(left.version()).isEqualTo(2);
            });
    assertThat(events()).contains("break_opened", "break_closed", "break_changed");
  }

  @Test
  void olderStatementThanTheLastIsRefused() {
    buy("SBIN", 10, "400");
    holdings("symbol,quantity\nSBIN,10\n");
    refused(
        ProblemCode.STATEMENT_OUTDATED,
        () ->
            desk.upload(
                new StatementUpload(
                    account,
                    StatementKind.HOLDINGS,
                    StatementFormat.CSV,
                    now.minusSeconds(60),
                    "ops"),
                body("symbol,quantity\nSBIN,11\n")));
    refused(
        ProblemCode.STATEMENT_INVALID,
        () ->
            desk.upload(
                new StatementUpload(
                    account,
                    StatementKind.HOLDINGS,
                    StatementFormat.CSV,
                    now.plusSeconds(3_600),
                    "ops"),
                body("symbol,quantity\nSBIN,11\n")));
  }

  @Test
  void statementWithWrongLinesChangesNothingAndNamesThem() throws SQLException {
    buy("SBIN", 10, "400");
    assertThatThrownBy(() -> holdings("symbol,quantity\nSBIN,11\nTCS,x\nITC,\n"))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ProblemCode.STATEMENT_INVALID);
              assertThat(e.errors())
                  .containsExactly(
                      new FieldError("line 3: quantity", "must be a whole number"),
                      new FieldError("line 4: quantity", "is required"));
            });
    transaction.commit();
    for (String table : List.of("statements", "runs", "breaks", "logs", "accounts")) {
      assertThat(count("reconciliation_" + table)).as(table).isZero();
    }
    assertThat(audited).isEmpty();
  }

  @Test
  void bodyThatBreaksOffIsRefusedWhole() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("reset");
          }
        };
    refused(
        ProblemCode.STATEMENT_INVALID,
        () ->
            desk.upload(
                new StatementUpload(
                    account, StatementKind.HOLDINGS, StatementFormat.CSV, null, "ops"),
                broken));
  }

  @Test
  void unknownAccountIsRefused() {
    refused(
        ProblemCode.ACCOUNT_NOT_FOUND,
        () ->
            desk.upload(
                new StatementUpload(
                    new AccountId(Ids.next()),
                    StatementKind.HOLDINGS,
                    StatementFormat.CSV,
                    null,
                    "ops"),
                body("symbol,quantity\n")));
  }

  @Test
  void tradesOfAnotherPeriodSayNothingAboutOldBreaks() {
    Trade first = trade("SBIN", Side.BUY, 10, "400");
    now = now.plus(Duration.ofHours(1));
    ReconciliationRun run =
        statement(StatementKind.TRADES, "symbol,side,quantity,price,traded_at\n");
    assertThat(run.found()).containsEntry(BreakClass.MISSING_THERE, 1);

    now = now.plus(Duration.ofDays(1));
    trade("TCS", Side.SELL, 5, "3000");
    String second = "symbol,side,quantity,price,traded_at\nTCS,SELL,5,3000," + now + "\n";
    assertThat(statement(StatementKind.TRADES, second).cleared()).isZero();
    assertThat(open())
        .singleElement()
        .satisfies(b -> assertThat(b.subject()).isEqualTo(first.execId().toString()));

    String both = second + "SBIN,BUY,10,400," + first.tradedAt() + "\n";
    assertThat(statement(StatementKind.TRADES, both).cleared()).isEqualTo(1);
    assertThat(open()).isEmpty();
  }

  /** Of 40,000 rupees bought for delivery: STT of 0.1 % is 40, all the rest less than 20. */
  @Test
  void feesAreHeldAgainstTheRatesOfTheTradesDay() {
    Trade trade = trade("SBIN", Side.BUY, 100, "400");
    now = now.plus(Duration.ofHours(1));
    String header = "trade_id,symbol,side,quantity,price,traded_at,fees\n";
    String line = trade.execId() + ",SBIN,BUY,100,400," + trade.tradedAt() + ",";
    ReconciliationRun dear = statement(StatementKind.TRADES, header + line + "500\n");
    assertThat(dear.found()).containsOnlyKeys(BreakClass.FEES);
    String ours = open().get(0).ours();
    String due = ours.replaceAll(".*\"fees\":([0-9.]+).*", "$1");
    assertThat(new BigDecimal(due)).isBetween(new BigDecimal("40"), new BigDecimal("60"));
    ReconciliationRun right = statement(StatementKind.TRADES, header + line + due + "\n");
    assertThat(right.found()).isEmpty();
    assertThat(right.cleared()).isEqualTo(1);
  }

  @Test
  void statementIsComparedAgainByTheClockWhenItIsDue() {
    buy("SBIN", 10, "400");
    holdings("symbol,quantity,average_price\nSBIN,15,400\n");
    assertThat(office.due(10)).isEmpty();
    now = now.plus(Duration.ofMinutes(61));
    List<UUID> due = office.due(10);
    assertThat(due).hasSize(1);
    // Bought here after the statement: taken away again, so the break stays.
    buy("SBIN", 5, "400");
    trade("SBIN", Side.BUY, 5, "400");
    office.compareIfDue(due.get(0));
    transaction.commit();
    assertThat(open()).hasSize(1);
    assertThat(office.due(10)).isEmpty();
    office.compareIfDue(due.get(0));
    transaction.commit();
    assertThat(audited).as("a look that found nothing new").hasSize(1);
    assertThat(desk.status(null, 0).statements())
        .singleElement()
        .satisfies(s -> assertThat(s.comparedAt()).isEqualTo(now));
  }

  @Test
  void comparisonsByTheClockThatFindNothingNewLeaveOneRow() throws SQLException {
    buy("SBIN", 10, "400");
    UUID statement = holdings("symbol,quantity,average_price\nSBIN,15,400\n").statementId();
    long lines = count("reconciliation_logs");
    for (int hour = 0; hour < 3; hour++) {
      now = now.plus(Duration.ofMinutes(61));
      assertThat(office.due(10)).containsExactly(statement);
      office.compareIfDue(statement);
      transaction.commit();
    }
    assertThat(count("reconciliation_runs")).isEqualTo(2);
    assertThat(count("reconciliation_logs")).isEqualTo(lines);
    assertThat(open()).singleElement().satisfies(b -> assertThat(b.seenAt()).isEqualTo(now));

    buy("SBIN", 5, "400");
    now = now.plus(Duration.ofMinutes(61));
    office.compareIfDue(statement);
    transaction.commit();
    assertThat(count("reconciliation_runs")).isEqualTo(3);
    assertThat(audited).extracting(AuditEntry::actor).containsExactly("ops", "system");
    assertThat(events()).contains("break_closed");
  }

  @Test
  void theSameBodyWithoutAMomentIsTomorrowsStatementTomorrow() {
    buy("SBIN", 10, "400");
    String body = "symbol,quantity\nSBIN,10\n";
    ReconciliationRun first = holdings(body);
    now = now.plus(Duration.ofDays(1));
    // Sold here before the second statement, which still has them.
    batch(book -> fill(book, "SBIN", Side.SELL, 4, "400"));
    trade("SBIN", Side.SELL, 4, "400");
    now = now.plus(Duration.ofDays(2));

    ReconciliationRun second = holdings(body);

    assertThat(second.statementId()).isNotEqualTo(first.statementId());
    assertThat(second.repeated()).isFalse();
    assertThat(second.asOf()).isEqualTo(now);
    assertThat(second.found()).containsOnlyKeys(BreakClass.QUANTITY);
  }

  @Test
  void statementOfMoreTradesThanCanBeHeldLeavesNothing() throws SQLException {
    Trade trade = trade("SBIN", Side.BUY, 10, "400");
    trades.addAll(Collections.nCopies(1_000_000, trade));
    refused(
        ProblemCode.STATEMENT_INVALID,
        () -> statement(StatementKind.TRADES, "symbol,side,quantity,price,traded_at\n"));
    assertThat(count("reconciliation_statements")).isZero();
    assertThat(desk.status(null, 0).statements()).isEmpty();
  }

  @Test
  void bodyOfAReplacedStatementIsDroppedAndItIsntComparedAgain() throws SQLException {
    UUID first = holdings("symbol,quantity\nSBIN,1\n").statementId();
    later();
    holdings("symbol,quantity\nSBIN,2\nTCS,3\n");
    assertThat(count("reconciliation_statements WHERE body IS NOT NULL")).isEqualTo(1);
    refused(ProblemCode.STATEMENT_OUTDATED, () -> desk.compareAgain(first, Set.of(account), "ops"));
    refused(
        ProblemCode.STATEMENT_NOT_FOUND,
        () -> desk.compareAgain(first, Set.of(new AccountId(Ids.next())), "ops"));
  }

  // The life of a break

  @Test
  void secondPersonAdjustsAndTheNextRunFindsNothing() {
    buy("SBIN", 10, "400");
    buy("SBIN", 10, "410");
    BreakView found = one(holdings("symbol,quantity,average_price\nSBIN,15,405\n"));
    assertThat(found.breakClass()).isEqualTo(BreakClass.QUANTITY);
    assertThat(found.amount()).isEqualByComparingTo("2025");

    BreakView explained =
        step(() -> desk.explain(found.breakId(), 1, null, "five were moved", true, "ann"));
    assertThat(explained.state()).isEqualTo(BreakState.EXPLAINED);
    refused(ProblemCode.SECOND_PERSON_REQUIRED, () -> desk.adjust(found.breakId(), 2, null, "ann"));
    BreakView adjusted = step(() -> desk.adjust(found.breakId(), 2, null, "bob"));

    assertThat(adjusted.state()).isEqualTo(BreakState.ADJUSTED);
    assertThat(adjusted.booking()).contains("20 shares").contains("became 15");
    later();
    ReconciliationRun run = holdings("symbol,quantity\nSBIN,15\n");
    assertThat(run.found()).isEmpty();
    assertThat(run.cleared()).isEqualTo(1);
    assertThat(desk.find(found.breakId(), null).orElseThrow().state()).isEqualTo(BreakState.CLOSED);
    assertThat(audited)
        .extracting(AuditEntry::action)
        .containsExactly(
            "statement_compared",
            "reconciliation_break_explained",
            "reconciliation_break_adjusted",
            "statement_compared");
  }

  @Test
  void adjustmentsOfEachBookableClassMakeTheBooksAgree() {
    buy("SBIN", 10, "400");
    buy("TCS", 7, "3000");
    buy("ITC", 20, "250.55");
    String statement = "symbol,quantity,average_price\nSBIN,11,401\nWIPRO,3,201.5\nITC,20,250\n";
    ReconciliationRun run = holdings(statement);
    assertThat(run.found())
        .containsOnlyKeys(
            BreakClass.QUANTITY,
            BreakClass.MISSING_HERE,
            BreakClass.MISSING_THERE,
            BreakClass.PRICE);
    for (BreakView found : open()) {
      step(() -> desk.explain(found.breakId(), 1, null, "as the broker says", true, "ann"));
      step(() -> desk.adjust(found.breakId(), 2, null, "bob"));
    }
    later();
    ReconciliationRun after = holdings(statement + "\n");
    assertThat(after.found()).isEmpty();
    assertThat(after.cleared()).isEqualTo(4);
    // And the books still trade: shares and lots are where orders look for them.
    batch(book -> fill(book, "ITC", Side.SELL, 20, "260"));
    batch(book -> fill(book, "WIPRO", Side.SELL, 3, "200"));
  }

  @Test
  void positionThatOrdersWorkOnCantBeAdjusted() {
    buy("SBIN", 10, "400");
    BreakView found = one(holdings("symbol,quantity,average_price\nSBIN,15,405\n"));
    step(() -> desk.explain(found.breakId(), 1, null, "why", true, "ann"));
    batch(
        book -> book.reserve(Ids.next(), key("SBIN"), Side.SELL, Quantity.of(5), Price.of("500")));
    refused(ProblemCode.BREAK_NOT_BOOKABLE, () -> desk.adjust(found.breakId(), 2, null, "bob"));
    assertThat(desk.find(found.breakId(), null).orElseThrow().state())
        .isEqualTo(BreakState.EXPLAINED);
  }

  @Test
  void differenceThatPeopleAcceptedDoesntOpenAgainUntilItsFiguresChange() {
    buy("SBIN", 10, "400");
    BreakView found = one(holdings("symbol,quantity\nSBIN,15\n"));
    step(() -> desk.explain(found.breakId(), 1, null, "known", false, "ann"));
    refused(
        ProblemCode.SECOND_PERSON_REQUIRED,
        () -> desk.close(found.breakId(), 2, null, "fine", "ann"));
    BreakView closed = step(() -> desk.close(found.breakId(), 2, null, "fine", "bob"));
    assertThat(closed.accepted()).isTrue();
    later();
    ReconciliationRun same = holdings("symbol,quantity\nSBIN,15\n\n");
    assertThat(same.accepted()).isEqualTo(1);
    assertThat(same.opened()).isZero();
    later();
    assertThat(holdings("symbol,quantity\nSBIN,16\n").opened()).isEqualTo(1);
  }

  @Test
  void otherFiguresOpenAnExplainedBreakAgain() {
    buy("SBIN", 10, "400");
    BreakView found = one(holdings("symbol,quantity\nSBIN,15\n"));
    step(() -> desk.explain(found.breakId(), 1, null, "known", false, "ann"));
    later();
    holdings("symbol,quantity\nSBIN,16\n");
    BreakView reopened = desk.find(found.breakId(), null).orElseThrow();
    assertThat(reopened.state()).isEqualTo(BreakState.OPEN);
    assertThat(reopened.explanation()).isNull();
    assertThat(reopened.version()).isEqualTo(3);
    refused(
        ProblemCode.BREAK_CONFLICT,
        () -> desk.explain(found.breakId(), 1, null, "x", false, "ann"));
  }

  @Test
  void anExplanationOutlivesTradesThatDontTouchTheDifference() {
    buy("SBIN", 10, "400");
    BreakView found = one(holdings("symbol,quantity,average_price\nSBIN,15,400\n"));
    step(() -> desk.explain(found.breakId(), 1, null, "known", false, "ann"));
    now = now.plus(Duration.ofHours(2));
    buy("SBIN", 5, "500");
    trade("SBIN", Side.BUY, 5, "500");
    office.compareIfDue(found.statementId());
    transaction.commit();
    assertThat(desk.find(found.breakId(), null).orElseThrow().state())
        .isEqualTo(BreakState.EXPLAINED);
  }

  @Test
  void stepsThatDontFollowAreRefused() {
    buy("SBIN", 10, "400");
    BreakView found = one(holdings("symbol,quantity\nSBIN,15\n"));
    UUID id = found.breakId();
    refused(ProblemCode.BREAK_CONFLICT, () -> desk.adjust(id, 1, null, "bob"));
    refused(ProblemCode.BREAK_CONFLICT, () -> desk.close(id, 1, null, "x", "bob"));
    refused(ProblemCode.BREAK_CONFLICT, () -> desk.reopen(id, 1, null, "x", "bob"));
    refused(ProblemCode.BREAK_CONFLICT, () -> desk.explain(id, 2, null, "x", false, "ann"));
    refused(ProblemCode.INVALID_FIELD, () -> desk.explain(id, 1, null, " ", false, "ann"));
    refused(
        ProblemCode.BREAK_NOT_FOUND,
        () -> desk.explain(id, 1, Set.of(new AccountId(Ids.next())), "x", false, "ann"));
    step(() -> desk.explain(id, 1, Set.of(account), "x", false, "ann"));
    refused(ProblemCode.BREAK_CONFLICT, () -> desk.explain(id, 2, null, "x", false, "ann"));
    assertThat(step(() -> desk.reopen(id, 2, null, "not so", "ann")).state())
        .isEqualTo(BreakState.OPEN);
    step(() -> desk.explain(id, 3, null, "x", false, "ann"));
    step(() -> desk.adjust(id, 4, null, "bob"));
    assertThat(step(() -> desk.close(id, 5, null, "done", "ann")).state())
        .isEqualTo(BreakState.CLOSED);
  }

  @Test
  void whatCantBeBookedCantBeProposedForBooking() {
    trade("SBIN", Side.BUY, 10, "400");
    now = now.plus(Duration.ofHours(1));
    BreakView found =
        one(statement(StatementKind.TRADES, "symbol,side,quantity,price,traded_at\n"));
    refused(
        ProblemCode.BREAK_NOT_BOOKABLE,
        () -> desk.explain(found.breakId(), 1, null, "x", true, "ann"));
  }

  // Watching

  @Test
  void breaksThatStayOpenAreToldOfOnce() {
    buy("SBIN", 10, "400");
    holdings("symbol,quantity\nSBIN,15\nTCS,1\n");
    assertThat(office.overdue(10)).isEmpty();
    now = now.plus(Duration.ofHours(25));
    assertThat(office.overdue(10)).containsExactly(account);
    office.alert(account);
    office.alert(account);
    transaction.commit();
    assertThat(office.overdue(10)).isEmpty();
    assertThat(sent)
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.topic()).isEqualTo("tola.risk.alerts");
              assertThat(message.key()).isEqualTo("reconciliation:" + account);
              assertThat(message.sequence()).isEqualTo(1);
              assertThat(message.payload())
                  .contains("\"kind\":\"reconciliation_breaks_open\"")
                  .contains("\"breaks\":2");
            });
    assertThat(events()).contains("breaks_alerted");
  }

  @Test
  void breaksThatAreOpenedAgainAreToldOfAgainWhenTheyStayOpen() {
    buy("SBIN", 10, "400");
    BreakView byHand = one(holdings("symbol,quantity\nSBIN,15\n"));
    now = now.plus(Duration.ofHours(25));
    office.alert(account);
    transaction.commit();
    assertThat(sent).hasSize(1);
    step(() -> desk.explain(byHand.breakId(), 1, null, "why", false, "ann"));
    now = now.plus(Duration.ofHours(25));
    step(() -> desk.reopen(byHand.breakId(), 2, null, "not so", "ann"));
    assertThat(office.overdue(10)).as("opened again just now").isEmpty();
    assertThat(desk.status(null, 0).oldestOpenAt()).isEqualTo(now);
    now = now.plus(Duration.ofHours(25));
    assertThat(office.overdue(10)).containsExactly(account);
    office.alert(account);
    transaction.commit();
    assertThat(sent).hasSize(2);
    step(() -> desk.explain(byHand.breakId(), 3, null, "why", false, "ann"));

    // And so are those that other figures open again.
    now = now.plus(Duration.ofHours(1));
    holdings("symbol,quantity\nSBIN,16\n");
    assertThat(office.overdue(10)).isEmpty();
    now = now.plus(Duration.ofHours(25));
    office.alert(account);
    transaction.commit();
    assertThat(sent).hasSize(3);
    // While new figures of one that is open don't put the alert off or repeat it.
    holdings("symbol,quantity\nSBIN,17\n");
    now = now.plus(Duration.ofHours(25));
    assertThat(office.overdue(10)).isEmpty();
  }

  @Test
  void statusAndLogsShowOnlyWhatTheCallerMaySee() {
    buy("SBIN", 10, "400");
    holdings("symbol,quantity\nSBIN,15\nTCS,1\n");
    ReconciliationStatus own = desk.status(Set.of(account), 2);
    assertThat(own.states()).containsEntry(BreakState.OPEN, 2L);
    assertThat(own.open()).containsEntry(BreakClass.QUANTITY, 1L);
    assertThat(own.oldestOpenAt()).isEqualTo(now);
    assertThat(own.events()).hasSize(2);
    assertThat(own.statements()).singleElement().satisfies(s -> assertThat(s.found()).isEqualTo(2));
    ReconciliationStatus others = desk.status(Set.of(new AccountId(Ids.next())), 5);
    assertThat(others.states()).isEmpty();
    assertThat(others.statements()).isEmpty();
    assertThat(others.events()).isEmpty();
    assertThat(desk.status(null, 5).states()).containsEntry(BreakState.OPEN, 2L);

    List<ReconciliationLog> pages = new ArrayList<>();
    String cursor = null;
    do {
      var page = desk.logs(Set.of(account), now.minusSeconds(1), 1, cursor);
      pages.addAll(page.items());
      cursor = page.nextCursor();
    } while (cursor != null);
    assertThat(pages).hasSize(3).doesNotHaveDuplicates();
    assertThat(desk.logs(Set.of(account), now.plusSeconds(1), 10, null).items()).isEmpty();
    var firstPage = desk.breaks(new BreakFilter(null, BreakState.OPEN, null, null, 1, null));
    var secondPage =
        desk.breaks(new BreakFilter(null, BreakState.OPEN, null, null, 1, firstPage.nextCursor()));
    assertThat(secondPage.items()).hasSize(1).isNotEqualTo(firstPage.items());
    assertThat(secondPage.nextCursor()).isNull();
  }

  // Parts

  private void later() {
    now = now.plusSeconds(60);
  }

  private void buy(String symbol, long shares, String price) {
    batch(book -> fill(book, symbol, Side.BUY, shares, price));
  }

  private void fill(BookSession book, String symbol, Side side, long shares, String price) {
    book.fill(
        new Fill(
            Ids.next(), Ids.next(), key(symbol), side, Quantity.of(shares), Price.of(price), now));
  }

  private HoldingKey key(String symbol) {
    return new HoldingKey(account, new Symbol(symbol), Product.CNC);
  }

  private void batch(Consumer<BookSession> orders) {
    BookSession book = transaction.open(ledger, List.of(account), List.of(), List.of());
    orders.accept(book);
    transaction.flush(book);
    transaction.commit();
  }

  private Trade trade(String symbol, Side side, long shares, String price) {
    Price each = Price.of(price);
    Trade trade =
        new Trade(
            Ids.next(),
            Ids.next(),
            account,
            1,
            new Symbol(symbol),
            Product.CNC,
            side,
            Quantity.of(shares),
            each,
            each.times(Quantity.of(shares)),
            now);
    trades.add(trade);
    return trade;
  }

  private ReconciliationRun holdings(String csv) {
    return statement(StatementKind.HOLDINGS, csv);
  }

  private ReconciliationRun statement(StatementKind kind, String csv) {
    ReconciliationRun run =
        desk.upload(
            new StatementUpload(account, kind, StatementFormat.CSV, null, "ops"), body(csv));
    transaction.commit();
    return run;
  }

  private static InputStream body(String csv) {
    return new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8));
  }

  private BreakView one(ReconciliationRun run) {
    assertThat(run.opened()).isEqualTo(1);
    return open().get(0);
  }

  private List<BreakView> open() {
    return desk.breaks(new BreakFilter(Set.of(account), BreakState.OPEN, null, null, 500, null))
        .items();
  }

  private List<String> events() {
    return desk.logs(null, START.minusSeconds(1), 500, null).items().stream()
        .map(ReconciliationLog::event)
        .toList();
  }

  private BreakView step(java.util.function.Supplier<BreakView> step) {
    BreakView after = step.get();
    transaction.commit();
    assertThat(desk.find(after.breakId(), Set.of(account))).contains(after);
    return after;
  }

  private void refused(
      ProblemCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.code()).isEqualTo(code));
    transaction.commit();
  }

  private static long count(String table) throws SQLException {
    try (Connection c = DATABASE.ownerDataSource().getConnection();
        Statement s = c.createStatement();
        ResultSet row = s.executeQuery("SELECT count(*) FROM " + table)) {
      row.next();
      return row.getLong(1);
    }
  }

  private TradeFeed tradeFeed() {
    return new TradeFeed() {
      @Override
      public List<Trade> after(AccountId of, long after, long upTo) {
        // The books of these tests are filled without reports.
        return List.of();
      }

      @Override
      public List<Trade> between(AccountId of, Instant from, Instant to, long upTo, int most) {
        return trades.stream()
            .filter(t -> !t.tradedAt().isBefore(from) && t.tradedAt().isBefore(to))
            .toList();
      }

      @Override
      public Moved moved(
          AccountId of, Symbol symbol, Product product, Instant since, long after, long upTo) {
        return trades.stream()
            .filter(t -> t.symbol().equals(symbol) && t.product() == product)
            .filter(t -> t.tradedAt().isAfter(since))
            .filter(t -> t.sequence() > after && t.sequence() <= upTo)
            .map(t -> t.quantity().value() * (t.side() == Side.BUY ? 1 : -1))
            .map(shares -> new Moved(shares, 1))
            .reduce(new Moved(0, 0), Moved::plus);
      }
    };
  }

  private static MarketData market() {
    Instrument known =
        new Instrument(
            new Symbol("SBIN"),
            "INE062A01020",
            "State Bank",
            "Bank",
            new BigDecimal("0.05"),
            Quantity.of(1),
            null,
            Quantity.of(1_000_000),
            true,
            LocalDate.of(2026, 1, 1));
    return stub(
        MarketData.class,
        method ->
            switch (method) {
              case "instruments" -> List.of(known);
              case "instrument" -> Optional.of(known);
              default -> throw new UnsupportedOperationException(method);
            });
  }

  @SuppressWarnings("unchecked")
  private Instance<Outbox> outbox() {
    Outbox box =
        new Outbox() {
          @Override
          public void append(List<OutboxMessage> messages) {
            sent.addAll(messages);
          }

          @Override
          public void publishTo(Publisher publisher) {}
        };
    return stub(Instance.class, method -> method.equals("isResolvable") ? true : box);
  }

  @SuppressWarnings("unchecked")
  private static <T> T stub(Class<T> type, Function<String, Object> answers) {
    return (T)
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answers.apply(method.getName()));
  }
}
