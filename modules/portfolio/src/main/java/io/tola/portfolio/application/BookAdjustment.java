package io.tola.portfolio.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.MarketData;
import io.tola.portfolio.api.BreakClass;
import io.tola.portfolio.api.BreakView;
import io.tola.portfolio.domain.PnlBook;
import io.tola.portfolio.domain.recon.Correction;
import io.tola.portfolio.domain.recon.Figures;
import io.tola.portfolio.domain.recon.PositionComparison;
import io.tola.portfolio.store.PnlStore;
import io.tola.portfolio.store.PositionKey;
import io.tola.portfolio.store.ReconciliationRows;
import io.tola.portfolio.store.ReconciliationRows.LockedPosition;
import io.tola.trading.api.Product;
import io.tola.trading.api.TradeFeed;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Books what a break proposes, under the account's own lock, so that no order's batch sees half of it;
 * the books of profit take it over in the same transaction. Locks as {@link CorporateClerk} does: the
 * account's reckoning, then the account.
 *
 * <p>The difference is booked, not the statement's figure: what was traded since the statement stays.
 * But only while it is still that difference: of two breaks that say the same, one is booked, and the
 * other has to be compared again. A position that orders work on is refused, because they have set
 * shares and cash of it aside.
 */
final class BookAdjustment {

  /** What was done, for people and for the audit trail. */
  record Done(String text, Map<String, Object> figures) {}

  private final ReconciliationRows rows;
  private final PnlStore books;
  private final Reckoning reckoning;
  private final SinceStatement since;
  private final TradeFeed trades;
  private final MarketData market;
  private final PositionComparison comparison;

  BookAdjustment(
      ReconciliationRows rows,
      PnlStore books,
      TradeFeed trades,
      MarketData market,
      PositionComparison comparison,
      Clock clock) {
    this.rows = rows;
    this.books = books;
    this.reckoning = new Reckoning(books, trades, clock);
    this.since = new SinceStatement(rows, trades);
    this.trades = trades;
    this.market = market;
    this.comparison = comparison;
  }

  /**
   * Reckons a page of the account's trades, which a booking must have behind it.
   *
   * @return whether none is left
   */
  boolean reckon(AccountId account) {
    return reckoning.advance(account, books.version(account).orElseThrow().sequence());
  }

  /**
   * @param asOf the moment of the statement that the break's figures are of
   * @throws ProblemException BREAK_NOT_BOOKABLE, or BREAK_CONFLICT when the books no longer differ as
   *     the break says; before anything but the reckoning was written
   */
  Done book(BreakView found, Instant asOf, Instant now) {
    AccountId account = found.accountId();
    Figures ours = Figures.read(found.ours());
    Figures theirs = Figures.read(found.theirs());
    if (Arrays.stream(Product.values()).noneMatch(p -> p.name().equals(found.product()))) {
      throw refused("the platform has no product " + found.product());
    }
    Symbol symbol = symbol(found);
    Product product = Product.valueOf(found.product());
    while (!reckon(account)) {}
    // Before the lock, because there may be many, and orders wait for it.
    long noted = books.version(account).orElseThrow().sequence();
    TradeFeed.Moved before = trades.moved(account, symbol, product, asOf, 0, noted);
    var known = rows.lockPosition(account, found.symbol(), found.product());
    // Nobody trades on the account now: what came in since is little, and the last.
    while (!reckon(account)) {}
    if (known.isPresent() && !known.get().idle()) {
      throw refused("orders work on the position; cancel them first");
    }
    if (known.isPresent() && known.get().quantity() < 0
        || ours.quantity() < 0
        || theirs.quantity() < 0) {
      throw refused("the position is short, and only orders change what is set aside for that");
    }
    if (known.isEmpty() && market.instrument(symbol).isEmpty()) {
      throw refused("the platform has no symbol " + symbol);
    }
    long last = books.version(account).orElseThrow().sequence();
    TradeFeed.Moved traded = before.plus(trades.moved(account, symbol, product, asOf, noted, last));
    boolean moved = checkStillSo(found, ours, theirs, known.orElse(null), asOf, traded);
    List<Correction.OpenLot> lots = known.map(rows::lots).orElse(List.of());
    long nextLot = known.map(LockedPosition::nextLot).orElse(1L);
    Correction correction;
    if (found.breakClass() == BreakClass.PRICE) {
      correction = Correction.price(lots, nextLot, theirs.averagePrice(), found.breakId());
    } else {
      long change = theirs.quantity() - ours.quantity();
      BigDecimal price = theirs.averagePrice();
      if (ours.quantity() == 0 && price == null) {
        throw refused("the statement doesn't say what the shares cost");
      }
      if (change > 0 && ours.quantity() > 0 && price != null) {
        price =
            moved
                ? null
                : Correction.priceOfMore(
                    known.orElseThrow().cost(), theirs.quantity(), change, price);
      }
      correction = Correction.shares(lots, nextLot, change, price, found.breakId(), now);
    }
    LockedPosition position =
        known.orElseGet(
            () -> rows.insertPosition(Ids.next(), account, found.symbol(), found.product(), now));
    rows.write(account, position, correction, now);
    adopt(account, symbol, found.product(), correction);
    return done(found, position, correction);
  }

  private static Symbol symbol(BreakView found) {
    try {
      return new Symbol(found.symbol());
    } catch (InvalidValueException e) {
      throw refused("the platform has no symbol " + found.symbol());
    }
  }

  /**
   * Whether anything has moved the position since the statement.
   *
   * @param known null when there is none
   * @param traded what trades made of it since
   */
  private boolean checkStillSo(
      BreakView found,
      Figures ours,
      Figures theirs,
      LockedPosition known,
      Instant asOf,
      TradeFeed.Moved traded) {
    PositionComparison.Key key = new PositionComparison.Key(found.symbol(), found.product());
    PositionComparison.Then then =
        comparison.then(
            (known == null ? 0 : known.quantity()) - traded.shares(),
            traded.trades() > 0,
            since.splits(found.accountId(), asOf).stream()
                .filter(s -> s.key().equals(key))
                .toList(),
            theirs.quantity());
    if (then.otherShares()) {
      throw refused(
          "a split or bonus was applied since the statement; send a statement of after it");
    }
    if (then.quantity() != ours.quantity()) {
      throw conflict(
          "At the statement's moment they had "
              + then.quantity()
              + " shares by what is known now, not "
              + ours.quantity());
    }
    if (found.breakClass() == BreakClass.PRICE) {
      BigDecimal each =
          known == null
              ? null
              : PositionComparison.price(
                  new PositionComparison.Held(known.quantity(), known.cost()));
      if (then.moved()
          || each == null
          || ours.averagePrice() == null
          || each.compareTo(ours.averagePrice()) != 0) {
        throw conflict("Their average cost is no longer " + ours.averagePrice());
      }
    }
    return then.moved();
  }

  /** The books of profit go on from the corrected lots. */
  private void adopt(AccountId account, Symbol symbol, String product, Correction correction) {
    PnlBook book =
        books.books(account, List.of(new PositionKey(account, symbol, product))).stream()
            .findFirst()
            .orElseGet(() -> new PnlBook(symbol, product));
    book.adopt(
        correction.lots().stream()
            .map(lot -> new PnlBook.OpenLot(lot.quantity(), new Price(lot.price())))
            .toList());
    books.writeBooks(account, List.of(book));
  }

  private static Done done(BreakView found, LockedPosition position, Correction correction) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("position_id", position.positionId());
    figures.put("symbol", found.symbol());
    figures.put("product", found.product());
    figures.put("quantity_before", position.quantity());
    figures.put("quantity_after", correction.quantity());
    figures.put("cost_before", position.cost());
    figures.put("cost_after", correction.cost());
    figures.put("funded_cash_change", correction.cost().subtract(position.cost()));
    return new Done(
        "%s %s: %d shares at a cost of %s became %d at %s"
            .formatted(
                found.symbol(),
                found.product(),
                position.quantity(),
                position.cost().toPlainString(),
                correction.quantity(),
                correction.cost().toPlainString()),
        figures);
  }

  private static ProblemException refused(String why) {
    return new ProblemException(
        ProblemCode.BREAK_NOT_BOOKABLE, "The books can't follow the statement: " + why);
  }

  private static ProblemException conflict(String why) {
    return new ProblemException(
        ProblemCode.BREAK_CONFLICT,
        "The books no longer differ as the break says. " + why + ": compare the statement again");
  }
}
