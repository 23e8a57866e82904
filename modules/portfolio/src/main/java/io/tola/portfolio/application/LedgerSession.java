package io.tola.portfolio.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.sql.RoundTrip;
import io.tola.portfolio.domain.Account;
import io.tola.portfolio.domain.Position;
import io.tola.portfolio.domain.Reservation;
import io.tola.portfolio.store.BookStore;
import io.tola.portfolio.store.PositionKey;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.spi.AccountState;
import io.tola.trading.api.spi.BookSession;
import io.tola.trading.api.spi.Fill;
import io.tola.trading.api.spi.HoldingKey;
import io.tola.trading.api.spi.HoldingState;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The locked books of one batch, kept in memory until {@link #flush}.
 *
 * <p>An order that comes and goes within the batch leaves no reservation row. A holding that wasn't
 * named to {@code open} is read when it is first touched; it costs a round trip, no more. Used by
 * one thread; dead after the transaction.
 */
final class LedgerSession implements BookSession {

  private final BookStore store;
  private final BookStore.Loaded books;
  private final Clock clock;
  private final LedgerTimes times;
  private final Map<HoldingKey, Position> positions = new HashMap<>();
  private final Map<UUID, Position.Lifted> lifted = new HashMap<>();

  LedgerSession(
      BookStore store,
      BookStore.Loaded books,
      Collection<HoldingKey> holdings,
      Clock clock,
      LedgerTimes times) {
    this.store = store;
    this.books = books;
    this.clock = clock;
    this.times = times;
    for (Position p : books.positions().values()) {
      positions.put(new HoldingKey(p.account().id(), p.symbol(), Product.valueOf(p.product())), p);
    }
    for (HoldingKey key : holdings) {
      if (!positions.containsKey(key) && books.accounts().containsKey(key.accountId())) {
        positions.put(key, flat(key));
      }
    }
  }

  private Position flat(HoldingKey key) {
    Position position =
        Position.flat(
            Ids.next(),
            books.accounts().get(key.accountId()),
            key.symbol(),
            key.product().name(),
            AccountLedger.mayGoShort(key.product()),
            clock.instant());
    books.positions().put(key(key), position);
    return position;
  }

  static PositionKey key(HoldingKey key) {
    return new PositionKey(key.accountId(), key.symbol(), key.product().name());
  }

  @Override
  public Optional<AccountState> account(AccountId accountId) {
    Account a = books.accounts().get(accountId);
    return a == null
        ? Optional.empty()
        : Optional.of(
            new AccountState(
                a.id(),
                a.open(),
                a.settledCash(),
                a.blockedCash(),
                a.openOrderValue(),
                a.paceCount()));
  }

  @Override
  public HoldingState holding(HoldingKey key) {
    if (!books.accounts().containsKey(key.accountId())) {
      return new HoldingState(key, 0, 0, 0);
    }
    Position p = position(key);
    return new HoldingState(key, p.quantity(), p.openBuyQuantity(), p.openSellQuantity());
  }

  @Override
  public void countOrder(AccountId accountId, Instant now) {
    locked(accountId).countOrder(now);
  }

  @Override
  public long nextSequence(AccountId accountId) {
    return locked(accountId).nextSequence();
  }

  @Override
  public Money cashNeeded(HoldingKey key, Side side, Quantity quantity, Price worstPrice) {
    return position(key).cashNeeded(side == Side.BUY, quantity.value(), worstPrice);
  }

  @Override
  public void reserve(
      UUID orderId, HoldingKey key, Side side, Quantity quantity, Price worstPrice) {
    Reservation there = books.reservations().get(orderId);
    if (there != null && !there.ended()) {
      throw new IllegalStateException("order " + orderId + " has set something aside already");
    }
    Reservation reservation =
        position(key).reserve(orderId, side == Side.BUY, quantity.value(), worstPrice);
    if (there != null && there.isStored()) {
      reservation.replaces(there);
    }
    books.reservations().put(orderId, reservation);
    lifted.remove(orderId);
  }

  @Override
  public void fill(Fill fill) {
    Reservation reservation = books.reservations().get(fill.orderId());
    if (reservation == null || reservation.ended()) {
      // An order that never worked: what it trades is set aside and used in one go.
      reserve(fill.orderId(), fill.key(), fill.side(), fill.quantity(), fill.price());
      reservation = books.reservations().get(fill.orderId());
    }
    Position position = position(fill.key());
    if (reservation.position() != position || reservation.buy() != (fill.side() == Side.BUY)) {
      throw new IllegalStateException(
          "fill " + fill.execId() + " isn't of the position and side that its order set aside for");
    }
    position.fill(reservation, fill.quantity().value(), fill.price(), fill.execId(), fill.at());
  }

  @Override
  public void release(UUID orderId) {
    Reservation reservation = books.reservations().get(orderId);
    if (reservation != null) {
      reservation.position().release(reservation);
    }
  }

  @Override
  public void lift(UUID orderId) {
    Reservation reservation = books.reservations().get(orderId);
    if (reservation == null || reservation.ended()) {
      throw new IllegalStateException("order " + orderId + " has set nothing aside");
    }
    lifted.put(orderId, reservation.position().lift(reservation));
  }

  @Override
  public void putBack(UUID orderId) {
    Position.Lifted before = lifted.remove(orderId);
    if (before == null) {
      throw new IllegalStateException("nothing of order " + orderId + " was lifted");
    }
    before.putBack();
  }

  @Override
  public void flush(RoundTrip trip) {
    long start = System.nanoTime();
    store.write(
        books.accounts().values(),
        books.positions().values(),
        books.reservations().values(),
        clock.instant(),
        trip,
        () -> times.flushed(System.nanoTime() - start));
  }

  private Account locked(AccountId accountId) {
    Account account = books.accounts().get(accountId);
    if (account == null) {
      throw new IllegalArgumentException("account " + accountId + " isn't locked by this batch");
    }
    return account;
  }

  private Position position(HoldingKey key) {
    Position position = positions.get(key);
    if (position != null) {
      return position;
    }
    locked(key.accountId());
    PositionKey rowKey = key(key);
    store.load(List.of(rowKey), books);
    position = books.positions().get(rowKey);
    if (position == null) {
      position = flat(key);
    }
    positions.put(key, position);
    return position;
  }
}
