package io.tola.risk.domain;

import io.tola.kernel.Price;
import io.tola.market.api.Quote;
import io.tola.portfolio.api.AccountEquity;
import io.tola.portfolio.api.AccountEquity.Pending;
import io.tola.portfolio.api.CorporateAction;
import io.tola.portfolio.api.PriceFactors;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Brings prices and shares to the terms of one day, so that a split, bonus or dividend is neither a
 * profit nor a loss, whatever comes first: its application to the books, or the first price after it.
 *
 * <p>A price from before an ex-date is multiplied by the action's factor, or less the dividend. Shares
 * from before an ex-date that the action wasn't applied to yet count as those they will become; the
 * dividend they are due counts as cash. A replay's prices are of another time and stay as they are.
 *
 * @param today the day in India
 * @param actions by symbol, any order
 */
public record PriceTerms(LocalDate today, Map<String, List<CorporateAction>> actions) {

  private static final ZoneId INDIA = ZoneId.of("Asia/Kolkata");
  private static final int SCALE = 4;

  // A dividend is for the shares there were before a split of the same date.
  private static final Comparator<CorporateAction> FIRST =
      Comparator.comparing(CorporateAction::exDate)
          .thenComparing(action -> action.kind() != CorporateAction.Kind.DIVIDEND);

  /** Keeps the actions that had their ex-date, oldest first, of one date dividends first. */
  public PriceTerms {
    Map<String, List<CorporateAction>> kept = new HashMap<>();
    actions.forEach(
        (symbol, list) -> {
          List<CorporateAction> had =
              PriceFactors.asOf(list, today).actions().stream().sorted(FIRST).toList();
          if (!had.isEmpty()) {
            kept.put(symbol, had);
          }
        });
    actions = Map.copyOf(kept);
  }

  /** The market's day of a moment. */
  public static LocalDate day(Instant at) {
    return at.atZone(INDIA).toLocalDate();
  }

  private List<CorporateAction> of(String symbol) {
    return actions.getOrDefault(symbol, List.of());
  }

  /**
   * An account's equity at last prices, in today's shares.
   *
   * @param quotes by symbol; shares without one at cost
   */
  public BigDecimal equity(AccountEquity account, Map<String, Quote> quotes) {
    BigDecimal equity = account.equity(symbol -> price(quotes.get(symbol)));
    if (account.pending().isEmpty()) {
      return equity;
    }
    Map<String, Map<UUID, Long>> pending = new HashMap<>();
    for (Pending each : account.pending()) {
      pending
          .computeIfAbsent(each.symbol(), s -> new HashMap<>())
          .put(each.actionId(), each.shares());
    }
    for (Map.Entry<String, Map<UUID, Long>> symbol : pending.entrySet()) {
      Quote quote = quotes.get(symbol.getKey());
      if (quote != null && quote.source() != Quote.Source.REPLAY) {
        equity = equity.add(due(symbol.getKey(), symbol.getValue(), price(quote)));
      }
    }
    return equity;
  }

  /** What shares are due from actions that weren't applied yet. */
  private BigDecimal due(String symbol, Map<UUID, Long> pending, BigDecimal price) {
    BigDecimal more = BigDecimal.ZERO;
    BigDecimal cash = BigDecimal.ZERO;
    for (CorporateAction action : of(symbol)) {
      Long shares = pending.get(action.actionId());
      if (shares == null) {
        continue;
      }
      BigDecimal concerned = more.add(BigDecimal.valueOf(shares));
      if (action.kind() == CorporateAction.Kind.DIVIDEND) {
        cash = cash.add(concerned.multiply(action.perShare().value()));
      } else {
        BigDecimal after =
            concerned
                .multiply(BigDecimal.valueOf(action.newShares()))
                .divide(BigDecimal.valueOf(action.oldShares()), MathContext.DECIMAL64);
        more = more.add(after.subtract(concerned));
      }
    }
    return cash.add(more.multiply(price)).setScale(SCALE, RoundingMode.HALF_EVEN);
  }

  /** The last price in today's terms; null without a quote. */
  private BigDecimal price(Quote quote) {
    if (quote == null) {
      return null;
    }
    BigDecimal price = quote.last().value();
    if (quote.source() == Quote.Source.REPLAY) {
      return price;
    }
    LocalDate quoted = day(quote.timestamp());
    boolean same = true;
    for (CorporateAction action : of(quote.symbol().value())) {
      if (action.exDate().isAfter(quoted)) {
        same = false;
        price =
            action.kind() == CorporateAction.Kind.DIVIDEND
                ? price.subtract(action.perShare().value()).max(BigDecimal.ZERO)
                : price.multiply(action.priceFactor(), MathContext.DECIMAL64);
      }
    }
    return same ? price : price.setScale(SCALE, RoundingMode.HALF_EVEN);
  }

  /**
   * The quote with a previous close that its day's prices compare with: on the ex-date of a split or
   * bonus the market's own is of shares as they were. A market that doesn't go ex, as the simulated one,
   * goes on from that close: its day's first price tells. A dividend's step is a real one.
   */
  public Quote comparable(Quote quote) {
    List<CorporateAction> had = of(quote.symbol().value());
    if (had.isEmpty() || quote.source() == Quote.Source.REPLAY) {
      return quote;
    }
    LocalDate quoted = day(quote.timestamp());
    BigDecimal factor = PriceFactors.asOf(had, quoted).factor(quoted.minusDays(1));
    BigDecimal close =
        quote.previousClose().value().multiply(factor).setScale(SCALE, RoundingMode.HALF_EVEN);
    if (factor.compareTo(BigDecimal.ONE) == 0
        || close.signum() <= 0
        || step(quote.open(), quote.previousClose().value()) <= step(quote.open(), close)) {
      return quote;
    }
    return new Quote(
        quote.symbol(),
        quote.bid(),
        quote.bidSize(),
        quote.ask(),
        quote.askSize(),
        quote.last(),
        quote.open(),
        quote.high(),
        quote.low(),
        new Price(close),
        quote.volume(),
        quote.timestamp(),
        quote.receivedAt(),
        quote.sequence(),
        quote.source());
  }

  /** How far apart two prices are, as the logarithm of their ratio, without sign. */
  private static double step(Price price, BigDecimal from) {
    return Math.abs(Math.log(price.value().doubleValue() / from.doubleValue()));
  }
}
