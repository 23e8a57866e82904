package io.tola.risk.application.analysis;

import io.tola.kernel.AccountId;
import io.tola.kernel.Page;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.MarketData;
import io.tola.market.api.Quote;
import io.tola.portfolio.api.Portfolios;
import io.tola.portfolio.api.PositionView;
import io.tola.risk.api.Subject;
import io.tola.risk.api.VarReport.PriceSource;
import io.tola.risk.domain.value.PriceSeries;
import io.tola.trading.api.Product;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What is held and what it is worth. Stateless. */
final class Holdings {

  static final int MOST_POSITIONS = 200;

  private static final int PAGE = 500;

  private final MarketData market;
  private final Portfolios portfolios;
  private final PriceHistory history;

  Holdings(MarketData market, Portfolios portfolios, PriceHistory history) {
    this.market = market;
    this.portfolios = portfolios;
    this.history = history;
  }

  /**
   * Shares of a symbol with what they are worth.
   *
   * @param field how a refusal names it
   * @param series its stored prices, adjusted
   * @param lines the positions it is made of; none for a hypothetical portfolio
   */
  record Held(
      Symbol symbol,
      long quantity,
      Price price,
      PriceSource source,
      String field,
      PriceSeries series,
      List<Line> lines) {

    BigDecimal value() {
      return price.value().multiply(BigDecimal.valueOf(quantity));
    }
  }

  /** One account's shares by one product. */
  record Line(AccountId account, Product product, long quantity) {}

  /**
   * In the order of symbols; a symbol of which nothing is left is not among them.
   *
   * @param sessions how many sessions of prices are needed; a symbol must have two bars at least
   * @throws ProblemException UNKNOWN_SYMBOL, ACCOUNT_NOT_FOUND, RISK_INPUT
   */
  List<Held> of(Subject subject, int sessions) {
    return held(subject, sessions, false);
  }

  /** The same with symbols whose positions set each other off: none of them is nothing. */
  List<Held> lines(Subject subject, int sessions) {
    return held(subject, sessions, true);
  }

  private List<Held> held(Subject subject, int sessions, boolean setOff) {
    return subject instanceof Subject.Book book
        ? ofAccounts(book.accounts(), sessions, setOff)
        : ofRequest(((Subject.Hypothetical) subject).positions(), sessions);
  }

  /**
   * @param setOff whether symbols whose positions set each other off are wanted; where not, they need no
   *     prices
   */
  private List<Held> ofAccounts(List<AccountId> accounts, int sessions, boolean setOff) {
    for (AccountId account : accounts) {
      if (portfolios.account(account).isEmpty()) {
        throw new ProblemException(ProblemCode.ACCOUNT_NOT_FOUND, "There is no such account.");
      }
    }
    Set<AccountId> all = new LinkedHashSet<>(accounts);
    Map<Symbol, Long> quantities = new TreeMap<>();
    Map<Symbol, Price> prices = new TreeMap<>();
    Map<Symbol, List<Line>> lines = new TreeMap<>();
    String cursor = null;
    do {
      Page<PositionView> page = portfolios.active(all, null, PAGE, cursor);
      for (PositionView position : page.items()) {
        quantities.merge(position.symbol(), position.quantity(), Math::addExact);
        if (position.quantity() != 0) {
          lines
              .computeIfAbsent(position.symbol(), s -> new ArrayList<>())
              .add(new Line(position.accountId(), position.product(), position.quantity()));
        }
        if (position.lastPrice() != null) {
          prices.put(position.symbol(), position.lastPrice());
        }
      }
      cursor = page.nextCursor();
    } while (cursor != null);
    quantities.keySet().retainAll(lines.keySet());
    if (!setOff) {
      quantities.values().removeIf(quantity -> quantity == 0);
    }
    if (quantities.size() > MOST_POSITIONS) {
      throw TermsForm.refused(
          "positions", "must be at most " + MOST_POSITIONS + "; there are " + quantities.size());
    }
    List<Held> held = new ArrayList<>();
    List<FieldError> errors = new ArrayList<>();
    Iterator<PriceSeries> series =
        history.of(List.copyOf(quantities.keySet()), sessions).iterator();
    quantities.forEach(
        (symbol, quantity) ->
            add(
                held,
                errors,
                symbol.value(),
                symbol,
                quantity,
                prices.get(symbol),
                PriceSource.QUOTE,
                series.next(),
                lines.get(symbol)));
    if (!errors.isEmpty()) {
      throw TermsForm.refused(errors);
    }
    return held;
  }

  private List<Held> ofRequest(List<Subject.Holding> positions, int sessions) {
    List<FieldError> unknown = new ArrayList<>();
    List<FieldError> errors = new ArrayList<>();
    Map<Symbol, String> fields = new TreeMap<>();
    for (int i = 0; i < positions.size(); i++) {
      Symbol symbol = positions.get(i).symbol();
      String field = "positions[" + i + "].symbol";
      if (market.instrument(symbol).isEmpty()) {
        unknown.add(new FieldError(field, "is not known: " + symbol));
      } else if (fields.putIfAbsent(symbol, field) != null) {
        errors.add(new FieldError(field, "is there twice: " + symbol));
      }
    }
    if (!unknown.isEmpty()) {
      throw new ProblemException(
          ProblemCode.UNKNOWN_SYMBOL,
          unknown.get(0).message().replace("is not known: ", "There is no symbol ") + ".",
          unknown);
    }
    List<Held> held = new ArrayList<>();
    if (errors.isEmpty()) {
      List<Subject.Holding> ordered = new ArrayList<>(positions);
      ordered.removeIf(position -> position.quantity() == 0);
      ordered.sort((a, b) -> a.symbol().compareTo(b.symbol()));
      List<Symbol> symbols = ordered.stream().map(Subject.Holding::symbol).toList();
      Iterator<PriceSeries> series = history.of(symbols, sessions).iterator();
      for (Subject.Holding position : ordered) {
        add(
            held,
            errors,
            fields.get(position.symbol()),
            position.symbol(),
            position.quantity(),
            position.price() != null
                ? position.price()
                : market.quote(position.symbol()).map(Quote::last).orElse(null),
            position.price() != null ? PriceSource.GIVEN : PriceSource.QUOTE,
            series.next(),
            List.of());
      }
    }
    if (!errors.isEmpty()) {
      throw TermsForm.refused(errors);
    }
    return held;
  }

  private void add(
      List<Held> held,
      List<FieldError> errors,
      String field,
      Symbol symbol,
      long quantity,
      Price price,
      PriceSource source,
      PriceSeries series,
      List<Line> lines) {
    if (series.size() < 2) {
      errors.add(
          new FieldError(
              field,
              series.size() == 0
                  ? "has no daily bars: " + symbol
                  : "has one daily bar, and a return takes two: " + symbol));
      return;
    }
    if (price == null) {
      double close = series.closes()[series.size() - 1];
      held.add(
          new Held(
              symbol,
              quantity,
              new Price(Rounded.decimal(close, 4)),
              PriceSource.CLOSE,
              field,
              series,
              lines));
    } else {
      held.add(new Held(symbol, quantity, price, source, field, series, lines));
    }
  }
}
