package io.tola.portfolio.application;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Page;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.MarketData;
import io.tola.market.api.Quote;
import io.tola.portfolio.api.AccountView;
import io.tola.portfolio.api.PortfolioSummary;
import io.tola.portfolio.api.PositionView;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.spi.BookSession;
import io.tola.trading.api.spi.Fill;
import io.tola.trading.api.spi.HoldingKey;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What readers are told, and the opening of accounts, on real PostgreSQL. */
class PortfolioDeskTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Instant NOW = Instant.parse("2026-11-20T04:00:00.123456Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private final Map<Symbol, Quote> quotes = new HashMap<>();
  private final List<AuditEntry> audited = new ArrayList<>();
  private final OneTransaction transaction = new OneTransaction(DATABASE.appDataSource());
  private final AccountLedger ledger = new AccountLedger(transaction, CLOCK);
  private final PortfolioDesk desk =
      new PortfolioDesk(DATABASE.appDataSource(), CLOCK, marketData(), trail());

  private MarketData marketData() {
    return (MarketData)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {MarketData.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("quotes");
              Map<Symbol, Quote> found = new HashMap<>(quotes);
              found.keySet().retainAll((Collection<?>) arguments[0]);
              return found;
            });
  }

  private AuditTrail trail() {
    return audited::addAll;
  }

  @BeforeEach
  void emptyTables() {
    DATABASE.truncate();
  }

  @AfterEach
  void close() {
    transaction.close();
  }

  @Test
  void accountIsOpenedOnceAndAuditedOnce() {
    AccountView first = desk.openAccount("trader1", Money.of("10000000"), "admin");
    AccountView second = desk.openAccount("trader1", Money.of("5"), "admin");

    assertThat(second).isEqualTo(first);
    assertThat(first.settledCash()).isEqualTo(Money.of("10000000"));
    assertThat(first.open()).isTrue();
    assertThat(desk.account(first.accountId())).contains(first);
    assertThat(audited)
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.action()).isEqualTo("account_opened");
              assertThat(entry.actor()).isEqualTo("admin");
              assertThat(entry.accountId()).isEqualTo(first.accountId().value());
            });
  }

  @Test
  void manyAccountsComeBackInTheOrderOfTheirNames() {
    desk.openAccount("b", Money.of("1"), "admin");
    List<AccountView> opened = desk.openAccounts(List.of("c", "b", "a"), Money.of("2"), "admin");

    assertThat(opened).extracting(AccountView::name).containsExactly("c", "b", "a");
    assertThat(opened)
        .extracting(AccountView::settledCash)
        .containsExactly(Money.of("2"), Money.of("1"), Money.of("2"));
    assertThat(audited).hasSize(3);
  }

  @Test
  void pagesOfAccountsCoverEachOnceInTheOrderOfNames() {
    desk.openAccounts(List.of("c", "b|a1|", "a", "d"), Money.of("2"), "admin");

    Page<AccountView> first = desk.accounts(2, null);
    Page<AccountView> second = desk.accounts(2, first.nextCursor());

    assertThat(first.items()).extracting(AccountView::name).containsExactly("a", "b|a1|");
    assertThat(second.items()).extracting(AccountView::name).containsExactly("c", "d");
    assertThat(second.nextCursor()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "!", "YTF8AA", "cDF8QXxDTkN8"})
  void cursorOfAccountsThatWasNotMadeHereIsRefused(String cursor) {
    assertThatThrownBy(() -> desk.accounts(2, cursor)).isInstanceOf(ProblemException.class);
  }

  @Test
  void badNameOrCashIsRefused() {
    assertThatThrownBy(() -> desk.openAccount(" ", Money.ZERO, "admin"))
        .isInstanceOf(InvalidValueException.class);
    assertThatThrownBy(() -> desk.openAccount("a\nb", Money.ZERO, "admin"))
        .isInstanceOf(InvalidValueException.class);
    assertThatThrownBy(() -> desk.openAccount("a", Money.of("-1"), "admin"))
        .isInstanceOf(InvalidValueException.class);
  }

  @Test
  void unknownAccountHasNoSummary() {
    assertThat(desk.account(new AccountId(Ids.next()))).isEmpty();
    assertThatThrownBy(() -> desk.summary(new AccountId(Ids.next())))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.code()).isEqualTo(ProblemCode.ACCOUNT_NOT_FOUND));
  }

  @Test
  void summaryOfAFreshAccountIsItsCash() {
    AccountId account = desk.openAccount("t", Money.of("100"), "admin").accountId();

    PortfolioSummary summary = desk.summary(account);

    assertThat(summary.equity()).isEqualTo(Money.of("100"));
    assertThat(summary.openPositions()).isZero();
    assertThat(summary.realisedPnl()).isEqualTo(Money.ZERO);
    assertThat(summary.timestamp()).isEqualTo(NOW);
  }

  @Test
  void summaryValuesPositionsAtQuotesAndAtCostWithoutOne() {
    AccountId account = desk.openAccount("t", Money.of("100000"), "admin").accountId();
    batch(
        account,
        book -> {
          trade(book, key(account, "INFY", Product.CNC), Side.BUY, 100, "100");
          trade(book, key(account, "INFY", Product.CNC), Side.SELL, 40, "110");
          trade(book, key(account, "SBIN", Product.MIS), Side.SELL, 10, "500");
          trade(book, key(account, "TCS", Product.CNC), Side.BUY, 1, "3000");
          trade(book, key(account, "WIPRO", Product.MIS), Side.BUY, 10, "200");
          trade(book, key(account, "WIPRO", Product.MIS), Side.SELL, 10, "190");
          book.reserve(
              Ids.next(),
              key(account, "TCS", Product.CNC),
              Side.BUY,
              Quantity.of(1),
              Price.of("2900"));
        });
    quote("INFY", "105.50");
    quote("SBIN", "510");

    PortfolioSummary summary = desk.summary(account);

    assertThat(summary.settledCash()).isEqualTo(Money.of("96300"));
    assertThat(summary.blockedCash()).isEqualTo(Money.of("12900"));
    assertThat(summary.availableCash()).isEqualTo(Money.of("83400"));
    assertThat(summary.investedCost()).isEqualTo(Money.of("4000"));
    assertThat(summary.marketValue()).isEqualTo(Money.of("4230"));
    assertThat(summary.unrealisedPnl()).isEqualTo(Money.of("230"));
    assertThat(summary.realisedPnl()).isEqualTo(Money.of("300"));
    assertThat(summary.equity()).isEqualTo(Money.of("100530"));
    assertThat(summary.openPositions()).isEqualTo(3);
    assertThat(summary.positionsWithoutQuote()).isEqualTo(1);
  }

  @Test
  void onePositionComesWithItsLotsAndOnlyToItsOwner() {
    AccountId owner = desk.openAccount("t", Money.of("100000"), "admin").accountId();
    AccountId other = desk.openAccount("u", Money.of("100000"), "admin").accountId();
    HoldingKey infy = key(owner, "INFY", Product.CNC);
    batch(
        owner,
        book -> {
          trade(book, infy, Side.BUY, 30, "100");
          trade(book, infy, Side.BUY, 30, "101.01");
          trade(book, infy, Side.SELL, 10, "102");
          book.reserve(Ids.next(), infy, Side.SELL, Quantity.of(5), Price.of("120"));
        });
    PositionView listed = desk.active(Set.of(owner), null, 10, null).items().get(0);

    PositionView read = desk.position(listed.positionId(), Set.of(owner, other)).orElseThrow();

    assertThat(listed.lots()).isEmpty();
    assertThat(read.lots()).extracting(PositionView.Lot::quantity).containsExactly(20L, 30L);
    assertThat(read.lots())
        .extracting(PositionView.Lot::price)
        .containsExactly(Price.of("100"), Price.of("101.01"));
    assertThat(read.cost()).isEqualTo(Money.of("5030.30"));
    assertThat(read.averagePrice()).isEqualByComparingTo("100.606");
    assertThat(read.blockedQuantity()).isEqualTo(5);
    assertThat(read.marketValue()).isNull();
    assertThat(desk.position(listed.positionId(), Set.of(other))).isEmpty();
    assertThat(desk.position(listed.positionId(), Set.of())).isEmpty();
    assertThat(desk.position(Ids.next(), Set.of(owner))).isEmpty();
  }

  @Test
  void pagesCoverEveryPositionOnceInSymbolOrder() {
    Set<AccountId> accounts =
        Set.of(
            desk.openAccount("t", Money.of("100000"), "admin").accountId(),
            desk.openAccount("u", Money.of("100000"), "admin").accountId());
    for (AccountId account : accounts) {
      batch(
          account,
          book -> {
            for (String symbol : List.of("WIPRO", "M&M", "BAJAJ-AUTO", "INFY")) {
              for (Product product : List.of(Product.MIS, Product.CNC)) {
                trade(book, key(account, symbol, product), Side.BUY, 1, "10");
              }
            }
            trade(book, key(account, "SBIN", Product.MIS), Side.BUY, 1, "10");
            trade(book, key(account, "SBIN", Product.MIS), Side.SELL, 1, "10");
            book.reserve(
                Ids.next(),
                key(account, "TCS", Product.MIS),
                Side.BUY,
                Quantity.of(1),
                Price.of("10"));
          });
    }
    List<PositionView> seen = new ArrayList<>();
    String cursor = null;
    do {
      Page<PositionView> page = desk.active(accounts, null, 3, cursor);
      assertThat(page.items()).hasSizeLessThanOrEqualTo(3);
      seen.addAll(page.items());
      cursor = page.nextCursor();
    } while (cursor != null);

    assertThat(seen).hasSize(16).doesNotHaveDuplicates();
    assertThat(seen).extracting(p -> p.symbol().value()).isSorted();
    assertThat(desk.open(accounts, null, 500, null).items()).hasSize(18);
    assertThat(desk.open(accounts, new Symbol("TCS"), 500, null).items()).hasSize(2);
    assertThat(desk.active(accounts, new Symbol("INFY"), 2, null).items()).hasSize(2);
    assertThat(desk.active(Set.of(), null, 2, null).items()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "!!!!", "cDF8SU5GWXxDTkM", "%27%20OR%201=1"})
  void cursorThatWasNotMadeHereIsRefused(String cursor) {
    AccountId account = new AccountId(Ids.next());
    assertThatThrownBy(() -> desk.active(Set.of(account), null, 10, cursor))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ProblemCode.INVALID_PARAMETER);
              assertThat(e.errors()).singleElement().extracting("field").isEqualTo("cursor");
            });
  }

  @Test
  void cursorWithForeignValuesInsideIsRefused() {
    String forged =
        Base64.getUrlEncoder().encodeToString(("p1|infy|CNC|" + UUID.randomUUID()).getBytes(UTF_8));
    assertThatThrownBy(() -> desk.open(Set.of(new AccountId(Ids.next())), null, 10, forged))
        .isInstanceOf(ProblemException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 501})
  void limitOutOfRangeIsRefused(int limit) {
    assertThatThrownBy(() -> desk.active(Set.of(), null, limit, null))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.code()).isEqualTo(ProblemCode.INVALID_PARAMETER));
  }

  private void batch(AccountId account, Consumer<BookSession> orders) {
    BookSession book = transaction.open(ledger, List.of(account), List.of(), List.of());
    orders.accept(book);
    transaction.flush(book);
    transaction.commit();
  }

  private static void trade(
      BookSession book, HoldingKey key, Side side, long shares, String price) {
    book.fill(
        new Fill(Ids.next(), Ids.next(), key, side, Quantity.of(shares), Price.of(price), NOW));
  }

  private static HoldingKey key(AccountId account, String symbol, Product product) {
    return new HoldingKey(account, new Symbol(symbol), product);
  }

  private void quote(String symbol, String last) {
    Price price = Price.of(last);
    quotes.put(
        new Symbol(symbol),
        new Quote(
            new Symbol(symbol),
            price,
            Quantity.of(1),
            price,
            Quantity.of(1),
            price,
            price,
            price,
            price,
            price,
            1,
            NOW,
            NOW,
            1,
            Quote.Source.SIMULATED));
  }
}
