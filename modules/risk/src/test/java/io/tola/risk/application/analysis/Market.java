package io.tola.risk.application.analysis;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Page;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Bar;
import io.tola.market.api.Instrument;
import io.tola.market.api.Interval;
import io.tola.market.api.MarketData;
import io.tola.market.api.Quote;
import io.tola.portfolio.api.AccountView;
import io.tola.portfolio.api.CorporateAction;
import io.tola.portfolio.api.CorporateActions;
import io.tola.portfolio.api.PortfolioSummary;
import io.tola.portfolio.api.Portfolios;
import io.tola.portfolio.api.PositionView;
import io.tola.trading.api.Product;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** A market and its accounts as a test says they are. */
final class Market {

  static final Instant NOW = Instant.parse("2026-11-20T06:00:00Z");

  private final Map<Symbol, List<Bar>> bars = new TreeMap<>();
  private final Map<AccountId, List<PositionView>> positions = new TreeMap<>();
  private final Map<AccountId, Money> equities = new TreeMap<>();
  int reads;
  int sessionsAsked;

  /** A symbol with a random walk of so many bars that end yesterday. */
  Market with(String symbol, int sessions, double start) {
    Random random = new Random(symbol.hashCode());
    List<LocalDate> days = new ArrayList<>();
    LocalDate day = NOW.atZone(PriceHistory.INDIA).toLocalDate().minusDays(1);
    while (days.size() < sessions) {
      if (day.getDayOfWeek() != DayOfWeek.SATURDAY && day.getDayOfWeek() != DayOfWeek.SUNDAY) {
        days.add(0, day);
      }
      day = day.minusDays(1);
    }
    List<Bar> list = new ArrayList<>();
    double close = start;
    for (LocalDate date : days) {
      double open = close;
      close *= Math.exp(0.015 * random.nextGaussian());
      list.add(bar(symbol, date, open, close));
    }
    bars.put(new Symbol(symbol), list);
    return this;
  }

  static Bar bar(String symbol, LocalDate date, double open, double close) {
    return new Bar(
        new Symbol(symbol),
        Interval.ONE_DAY,
        date.atStartOfDay(PriceHistory.INDIA).toInstant(),
        price(open),
        price(Math.max(open, close)),
        price(Math.min(open, close)),
        price(close),
        1_000);
  }

  static Price price(double value) {
    return new Price(new BigDecimal(Double.toString(value)).setScale(2, RoundingMode.HALF_EVEN));
  }

  List<Bar> bars(String symbol) {
    return bars.get(new Symbol(symbol));
  }

  Market holds(AccountId account, String symbol, Product product, long quantity, String last) {
    Price price = last == null ? null : Price.of(last);
    positions
        .computeIfAbsent(account, a -> new ArrayList<>())
        .add(
            new PositionView(
                UUID.randomUUID(),
                account,
                new Symbol(symbol),
                product,
                quantity,
                0,
                BigDecimal.ONE,
                Money.ZERO,
                Money.ZERO,
                price,
                null,
                null,
                NOW,
                NOW,
                List.of()));
    return this;
  }

  private boolean lastDayHidden;

  void hideLastDay() {
    lastDayHidden = true;
  }

  void showLastDay() {
    lastDayHidden = false;
  }

  private final List<CorporateAction> recorded = new ArrayList<>();
  int asked;

  /** A split or bonus that somebody recorded. */
  Market split(String symbol, LocalDate exDate, long oldShares, long newShares) {
    return records(symbol, exDate, CorporateAction.Kind.SPLIT, oldShares, newShares, null);
  }

  Market dividend(String symbol, LocalDate exDate, String perShare) {
    return records(symbol, exDate, CorporateAction.Kind.DIVIDEND, 0, 0, Money.of(perShare));
  }

  private Market records(
      String symbol,
      LocalDate exDate,
      CorporateAction.Kind kind,
      long oldShares,
      long newShares,
      Money perShare) {
    recorded.add(
        new CorporateAction(
            UUID.randomUUID(),
            new Symbol(symbol),
            exDate,
            kind,
            oldShares,
            newShares,
            perShare,
            null,
            "the exchange",
            "olivia",
            NOW));
    return this;
  }

  CorporateActions actions() {
    return stub(
        CorporateActions.class,
        (method, arguments) -> {
          asked++;
          return recorded.stream()
              .filter(action -> ((Collection<?>) arguments[0]).contains(action.symbol()))
              .collect(Collectors.groupingBy(CorporateAction::symbol));
        });
  }

  PriceHistory history(Duration kept) {
    return new PriceHistory(data(), actions(), clock(), kept);
  }

  Market equity(AccountId account, String rupees) {
    equities.put(account, Money.of(rupees));
    return this;
  }

  Market account(AccountId account) {
    positions.computeIfAbsent(account, a -> new ArrayList<>());
    return this;
  }

  Clock clock() {
    return Clock.fixed(NOW, ZoneOffset.UTC);
  }

  MarketData data() {
    return stub(
        MarketData.class,
        (method, arguments) ->
            switch (method) {
              case "instruments" -> bars.keySet().stream().map(Market::instrument).toList();
              case "instrument" ->
                  bars.containsKey(arguments[0])
                      ? Optional.of(instrument((Symbol) arguments[0]))
                      : Optional.empty();
              case "quote" -> Optional.<Quote>empty();
              case "history" -> page(arguments);
              case "lastSession" -> {
                sessionsAsked++;
                yield lastSession((LocalDate) arguments[0]);
              }
              case "dailyBars" ->
                  bars.values().stream()
                      .flatMap(List::stream)
                      .filter(bar -> day(bar).equals(arguments[0]))
                      .toList();
              default -> throw new UnsupportedOperationException(method);
            });
  }

  private static LocalDate day(Bar bar) {
    return bar.start().atZone(PriceHistory.INDIA).toLocalDate();
  }

  private Optional<LocalDate> lastSession(LocalDate before) {
    return bars.values().stream()
        .flatMap(List::stream)
        .map(Market::day)
        .filter(day -> day.isBefore(lastDayHidden ? before.minusDays(1) : before))
        .max(LocalDate::compareTo);
  }

  /** The database is away for the next so many reads of history. */
  int failing;

  private Page<Bar> page(Object[] arguments) {
    if (failing > 0) {
      failing--;
      throw new ProblemException(ProblemCode.DATABASE_UNAVAILABLE, "away");
    }
    reads++;
    Instant from = (Instant) arguments[2];
    Instant to = ((Instant) arguments[3]).minusSeconds(lastDayHidden ? 86_400 : 0);
    return new Page<>(
        bars.get((Symbol) arguments[0]).stream()
            .filter(bar -> !bar.start().isBefore(from) && bar.start().isBefore(to))
            .toList(),
        null);
  }

  private static Instrument instrument(Symbol symbol) {
    return new Instrument(
        symbol,
        "INE000A01010",
        symbol.value(),
        symbol.value().startsWith("BANK") ? "Banks" : "Industry",
        new BigDecimal("0.05"),
        Quantity.of(1),
        new BigDecimal("20"),
        Quantity.of(100_000),
        true,
        LocalDate.parse("2026-11-01"));
  }

  private static AccountView view(AccountId account) {
    return new AccountView(account, "a", true, Money.of("1000000"), Money.ZERO, NOW);
  }

  Portfolios portfolios() {
    return stub(
        Portfolios.class,
        (method, arguments) ->
            switch (method) {
              case "account" ->
                  positions.containsKey((AccountId) arguments[0])
                      ? Optional.of(view((AccountId) arguments[0]))
                      : Optional.empty();
              case "accounts" ->
                  new Page<>(positions.keySet().stream().map(Market::view).toList(), null);
              case "summary" -> {
                Money equity = equities.get((AccountId) arguments[0]);
                yield new PortfolioSummary(
                    (AccountId) arguments[0],
                    "a",
                    equity,
                    Money.ZERO,
                    equity,
                    Money.ZERO,
                    Money.ZERO,
                    Money.ZERO,
                    Money.ZERO,
                    equity,
                    0,
                    0,
                    NOW);
              }
              case "active" -> {
                List<PositionView> all = new ArrayList<>();
                ((java.util.Set<?>) arguments[0])
                    .forEach(account -> all.addAll(positions.get((AccountId) account)));
                yield new Page<>(all, null);
              }
              default -> throw new UnsupportedOperationException(method);
            });
  }

  private static <T> T stub(Class<T> type, BiFunction<String, Object[], Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answers.apply(method.getName(), arguments)));
  }
}
