package io.tola.trading.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.sql.RoundTrip;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.spi.AccountBook;
import io.tola.trading.api.spi.AccountState;
import io.tola.trading.api.spi.BookSession;
import io.tola.trading.api.spi.Fill;
import io.tola.trading.api.spi.HoldingKey;
import io.tola.trading.api.spi.HoldingState;
import io.tola.trading.domain.Samples;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * The simplest account book that really locks and really writes: a row an account with cash, shares
 * and the report counter, a row a reservation.
 */
final class TestBook implements AccountBook {

  static final String TABLES =
      "CREATE TABLE public.book_accounts (account_id uuid PRIMARY KEY, open boolean NOT NULL,"
          + " last_sequence bigint NOT NULL, cash numeric NOT NULL, shares bigint NOT NULL);"
          + "CREATE TABLE public.book_reservations (order_id uuid PRIMARY KEY, quantity bigint NOT NULL"
          + " CHECK (quantity > 0));"
          + "GRANT SELECT, INSERT, UPDATE, DELETE ON public.book_accounts, public.book_reservations TO"
          + " tola_app";

  private final DataSource dataSource;

  TestBook(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  private static final class Row {
    boolean open;
    long lastSequence;
    BigDecimal cash;
    long shares;
    int counted;
  }

  @Override
  public Supplier<BookSession> open(
      Collection<AccountId> accounts,
      Collection<HoldingKey> holdings,
      Collection<UUID> restingOrders,
      RoundTrip trip) {
    Map<AccountId, Row> rows = new HashMap<>();
    Map<UUID, Long> reserved = new HashMap<>();
    try (Connection c = dataSource.getConnection()) {
      try (PreparedStatement s =
          c.prepareStatement(
              "SELECT account_id, open, last_sequence, cash, shares FROM book_accounts"
                  + " WHERE account_id = ANY(?) ORDER BY account_id FOR UPDATE")) {
        s.setArray(1, c.createArrayOf("uuid", accounts.stream().map(AccountId::value).toArray()));
        try (ResultSet r = s.executeQuery()) {
          while (r.next()) {
            Row row = new Row();
            row.open = r.getBoolean(2);
            row.lastSequence = r.getLong(3);
            row.cash = r.getBigDecimal(4);
            row.shares = r.getLong(5);
            rows.put(new AccountId(r.getObject(1, UUID.class)), row);
          }
        }
      }
      try (PreparedStatement s =
          c.prepareStatement(
              "SELECT order_id, quantity FROM book_reservations WHERE order_id = ANY(?)")) {
        s.setArray(1, c.createArrayOf("uuid", restingOrders.toArray()));
        try (ResultSet r = s.executeQuery()) {
          while (r.next()) {
            reserved.put(r.getObject(1, UUID.class), r.getLong(2));
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return () -> new Session(rows, reserved);
  }

  @Override
  public List<HoldingKey> openHoldings(Product product, HoldingKey after, int most) {
    List<HoldingKey> open = new ArrayList<>();
    try (Connection c = dataSource.getConnection();
        PreparedStatement s =
            c.prepareStatement(
                "SELECT account_id FROM book_accounts WHERE shares <> 0"
                    + " AND (?::uuid IS NULL OR account_id > ?::uuid) ORDER BY account_id LIMIT ?")) {
      UUID from = after == null ? null : after.accountId().value();
      s.setObject(1, from);
      s.setObject(2, from);
      s.setInt(3, most);
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          open.add(
              new HoldingKey(new AccountId(r.getObject(1, UUID.class)), Samples.RELIANCE, product));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return open;
  }

  private final class Session implements BookSession {
    private final Map<AccountId, Row> rows;
    private final Map<UUID, Long> reserved;
    private Long lifted;

    Session(Map<AccountId, Row> rows, Map<UUID, Long> reserved) {
      this.rows = rows;
      this.reserved = reserved;
    }

    @Override
    public Optional<AccountState> account(AccountId id) {
      return Optional.ofNullable(rows.get(id))
          .map(
              r ->
                  new AccountState(
                      id, r.open, new Money(r.cash), Money.ZERO, Money.ZERO, r.counted));
    }

    @Override
    public HoldingState holding(HoldingKey key) {
      return new HoldingState(key, rows.get(key.accountId()).shares, 0, 0);
    }

    @Override
    public void countOrder(AccountId id, Instant now) {
      rows.get(id).counted++;
    }

    @Override
    public long nextSequence(AccountId id) {
      return ++rows.get(id).lastSequence;
    }

    @Override
    public Money cashNeeded(HoldingKey key, Side side, Quantity quantity, Price worstPrice) {
      return side == Side.BUY ? worstPrice.times(quantity) : Money.ZERO;
    }

    @Override
    public void reserve(
        UUID orderId, HoldingKey key, Side side, Quantity quantity, Price worstPrice) {
      Long before = reserved.put(orderId, quantity.value());
      if (before != null && before != 0) {
        throw new IllegalStateException("reserved twice: " + orderId);
      }
    }

    @Override
    public void fill(Fill fill) {
      Row row = rows.get(fill.key().accountId());
      long sign = fill.side() == Side.BUY ? 1 : -1;
      row.shares += sign * fill.quantity().value();
      row.cash =
          row.cash.subtract(
              fill.price().times(fill.quantity()).value().multiply(BigDecimal.valueOf(sign)));
      reserved.computeIfPresent(fill.orderId(), (id, q) -> q - fill.quantity().value());
    }

    @Override
    public void release(UUID orderId) {
      reserved.computeIfPresent(orderId, (id, q) -> 0L);
    }

    @Override
    public void lift(UUID orderId) {
      lifted = reserved.put(orderId, 0L);
    }

    @Override
    public void putBack(UUID orderId) {
      reserved.put(orderId, lifted);
    }

    @Override
    public void flush(RoundTrip trip) {
      try (Connection c = dataSource.getConnection()) {
        for (Map.Entry<AccountId, Row> e : rows.entrySet()) {
          try (PreparedStatement s =
              c.prepareStatement(
                  "UPDATE book_accounts SET last_sequence = ?, cash = ?, shares = ?"
                      + " WHERE account_id = ?")) {
            s.setLong(1, e.getValue().lastSequence);
            s.setBigDecimal(2, e.getValue().cash);
            s.setLong(3, e.getValue().shares);
            s.setObject(4, e.getKey().value());
            s.executeUpdate();
          }
        }
        for (Map.Entry<UUID, Long> e : reserved.entrySet()) {
          String sql =
              e.getValue() == 0
                  ? "DELETE FROM book_reservations WHERE order_id = ?"
                  : "INSERT INTO book_reservations VALUES (?, "
                      + e.getValue()
                      + ") ON CONFLICT (order_id) DO UPDATE SET quantity = EXCLUDED.quantity";
          try (PreparedStatement s = c.prepareStatement(sql)) {
            s.setObject(1, e.getKey());
            s.executeUpdate();
          }
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
