package io.tola.portfolio.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.kernel.port.AuditEntry;
import io.tola.market.api.Instrument;
import io.tola.market.api.MarketData;
import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.Trade;
import io.tola.trading.api.TradeFeed;
import io.tola.trading.api.spi.BookSession;
import io.tola.trading.api.spi.Fill;
import io.tola.trading.api.spi.HoldingKey;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Books trades as the pipeline does, and remembers them as the feed that tells them afterwards: the
 * surroundings of the classes that reckon profit and loss. Used by one thread, but for {@link
 * #after}.
 */
final class Trader implements TradeFeed, AutoCloseable {

  final TestDatabase database;
  final OneTransaction transaction;
  final AccountLedger ledger;
  final PortfolioDesk portfolios;
  final PnlClerk clerk;
  final Map<Symbol, Quote> quotes = new HashMap<>();
  final List<AuditEntry> audited = new ArrayList<>();
  final List<Trade> trades = new ArrayList<>();

  /** From which sequences on moves were asked for. */
  final List<Long> movedAfter = new ArrayList<>();

  /** What happens after the next question for moves. */
  Runnable afterNextMoved = () -> {};

  boolean periodsReadable = true;
  boolean closes;
  SessionPhase phase = SessionPhase.OPEN;
  private Instant now = Instant.parse("2026-11-20T04:00:00.123456Z");

  final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
          return now;
        }
      };

  Trader(TestDatabase database) {
    this.database = database;
    transaction = new OneTransaction(database.appDataSource());
    ledger = new AccountLedger(transaction, clock);
    portfolios = new PortfolioDesk(transaction, clock, market(), audited::addAll);
    clerk = new PnlClerk(transaction, clock, market(), portfolios, this, BigDecimal.ZERO);
  }

  MarketData market() {
    return (MarketData)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {MarketData.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "quotes" -> {
                    Map<Symbol, Quote> found = new HashMap<>(quotes);
                    found.keySet().retainAll((Collection<?>) arguments[0]);
                    yield found;
                  }
                  case "instruments" -> quotes.keySet().stream().map(Trader::instrument).toList();
                  case "instrument" ->
                      java.util.Optional.ofNullable(quotes.get(arguments[0]))
                          .map(quote -> instrument(quote.symbol()));
                  case "closes" -> closes;
                  case "phase" -> phase;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static Instrument instrument(Symbol symbol) {
    return new Instrument(
        symbol,
        "INE000000000",
        "A company",
        "Anything",
        new BigDecimal("0.05"),
        Quantity.of(1),
        null,
        Quantity.of(1_000_000),
        true,
        LocalDate.of(2026, 11, 20));
  }

  void at(String instant) {
    now = Instant.parse(instant);
  }

  AccountId account(String name, String cash) {
    return committed(() -> portfolios.openAccount(name, Money.of(cash), "admin").accountId());
  }

  <T> T committed(Supplier<T> work) {
    T result = work.get();
    transaction.commit();
    return result;
  }

  /** One trade that is an order of its own. */
  void trade(
      AccountId account, String symbol, Product product, Side side, long shares, String price) {
    batch(account, List.<Object[]>of(new Object[] {symbol, product, side, shares, price}));
  }

  /** Symbol, product, side, shares and price of each. */
  void batch(AccountId account, List<Object[]> orders) {
    BookSession book = transaction.open(ledger, List.of(account), List.of(), List.of());
    for (Object[] o : orders) {
      HoldingKey key = new HoldingKey(account, new Symbol((String) o[0]), (Product) o[1]);
      Side side = (Side) o[2];
      Quantity quantity = Quantity.of((Long) o[3]);
      Price price = Price.of((String) o[4]);
      Trade trade =
          new Trade(
              Ids.next(),
              Ids.next(),
              account,
              book.nextSequence(account),
              key.symbol(),
              key.product(),
              side,
              quantity,
              price,
              price.times(quantity),
              now);
      book.fill(new Fill(trade.execId(), trade.orderId(), key, side, quantity, price, now));
      trades.add(trade);
    }
    transaction.flush(book);
    transaction.commit();
  }

  @Override
  public List<Trade> after(AccountId account, long after, long upTo) {
    return trades.stream()
        .filter(t -> t.accountId().equals(account))
        .filter(t -> t.sequence() > after && t.sequence() <= upTo)
        .limit(TradeFeed.MOST)
        .toList();
  }

  @Override
  public List<Trade> between(AccountId account, Instant from, Instant to, long upTo, int most) {
    if (!periodsReadable) {
      throw new AssertionError("the account's whole period was read");
    }
    return trades.stream()
        .filter(t -> t.accountId().equals(account) && t.sequence() <= upTo)
        .filter(t -> !t.tradedAt().isBefore(from) && t.tradedAt().isBefore(to))
        .limit(most)
        .toList();
  }

  @Override
  public Moved moved(
      AccountId account, Symbol symbol, Product product, Instant since, long after, long upTo) {
    movedAfter.add(after);
    Moved moved = new Moved(0, 0);
    for (Trade t : trades) {
      if (t.accountId().equals(account)
          && t.symbol().equals(symbol)
          && t.product() == product
          && t.tradedAt().isAfter(since)
          && t.sequence() > after
          && t.sequence() <= upTo) {
        long shares = t.quantity().value();
        moved = moved.plus(new Moved(t.side() == Side.BUY ? shares : -shares, 1));
      }
    }
    Runnable next = afterNextMoved;
    afterNextMoved = () -> {};
    next.run();
    return moved;
  }

  void quote(String symbol, String last) {
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
            now,
            now,
            1,
            Quote.Source.SIMULATED));
  }

  @Override
  public void close() {
    transaction.close();
  }
}
