package io.tola.portfolio.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.kernel.sql.RoundTrip;
import io.tola.portfolio.domain.Account;
import io.tola.portfolio.domain.Lot;
import io.tola.portfolio.domain.Position;
import io.tola.portfolio.domain.Reservation;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import javax.sql.DataSource;

/**
 * Reads and writes what a batch of orders changes, in the caller's transaction and in round trips
 * that other stores take part in; one more is needed when shares held before are closed.
 * Thread-safe; no state.
 *
 * <p>Rows are looked up through LATERAL with a LIMIT. It says the same as a join, but PostgreSQL
 * then goes by the index for each row: a plan made while a table was nearly empty would scan it, and
 * a prepared statement would go on doing so until the next ANALYZE. It matters because the data
 * source has each statement planned once (plan_cache_mode).
 */
public final class BookStore {

  /** No key of an account ever changes: rows that refer to it may be inserted meanwhile. */
  private static final String LOCK_ACCOUNTS =
      """
      SELECT account_id, open, settled_cash, blocked_cash, open_order_value,
             pace_second, pace_count, event_sequence
        FROM accounts
       WHERE account_id = ANY (?)
       ORDER BY account_id
         FOR NO KEY UPDATE""";

  private static final String POSITION_COLUMNS =
      """
      p.position_id, p.account_id, p.symbol, p.product, p.quantity, p.cost, p.realised_pnl,
             p.open_buy_quantity, p.open_sell_quantity, p.covering_quantity, p.short_collateral,
             p.sale_margin, p.first_lot, p.next_lot, p.opened_at""";

  private static final String LOAD_POSITIONS =
      "SELECT "
          + POSITION_COLUMNS
          + """

          FROM unnest(?, ?, ?) AS k (account_id, symbol, product)
         CROSS JOIN LATERAL (
               SELECT * FROM positions
                WHERE account_id = k.account_id AND symbol = k.symbol AND product = k.product
                LIMIT 1) p""";

  private static final String LOAD_RESERVATIONS =
      """
      SELECT r.order_id, r.side, r.quantity, r.price, r.cover_quantity, r.cover_cash,
             p.account_id, p.symbol, p.product
        FROM unnest(?) AS k (order_id)
       CROSS JOIN LATERAL (SELECT * FROM reservations WHERE order_id = k.order_id LIMIT 1) r
       CROSS JOIN LATERAL (SELECT * FROM positions WHERE position_id = r.position_id LIMIT 1) p""";

  private static final String OLDEST_LOTS =
      """
      SELECT k.position_id, l.ctid::text, l.lot_number, l.lot_id, l.quantity, l.price, l.opened_at
        FROM unnest(?, ?, ?) AS k (position_id, first_lot, lots)
       CROSS JOIN LATERAL (
             SELECT ctid, *
               FROM position_lots
              WHERE position_id = k.position_id AND lot_number >= k.first_lot
              ORDER BY lot_number
              LIMIT k.lots) l
       ORDER BY k.position_id, l.lot_number""";

  private static final String WRITE_ACCOUNTS =
      """
      UPDATE accounts a
         SET settled_cash = v.settled_cash, blocked_cash = v.blocked_cash,
             open_order_value = v.open_order_value, pace_second = v.pace_second,
             pace_count = v.pace_count, event_sequence = v.event_sequence, updated_at = ?::timestamptz
        FROM unnest(?, ?, ?, ?, ?, ?, ?)
          AS v (account_id, settled_cash, blocked_cash, open_order_value,
                pace_second, pace_count, event_sequence)
       WHERE a.account_id = v.account_id""";

  private static final String WRITE_POSITIONS =
      """
      INSERT INTO positions AS p
             (position_id, account_id, symbol, product, quantity, cost, realised_pnl,
              open_buy_quantity, open_sell_quantity, covering_quantity, short_collateral,
              sale_margin, first_lot, next_lot, opened_at, updated_at)
      SELECT v.*, ?::timestamptz
        FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS v
          ON CONFLICT (account_id, symbol, product) DO UPDATE
         SET quantity = excluded.quantity, cost = excluded.cost,
             realised_pnl = excluded.realised_pnl,
             open_buy_quantity = excluded.open_buy_quantity,
             open_sell_quantity = excluded.open_sell_quantity,
             covering_quantity = excluded.covering_quantity,
             short_collateral = excluded.short_collateral, sale_margin = excluded.sale_margin,
             first_lot = excluded.first_lot, next_lot = excluded.next_lot,
             opened_at = excluded.opened_at, updated_at = excluded.updated_at
       WHERE p.position_id = excluded.position_id""";

  /**
   * By physical place, just read under the account's lock: nobody else moves these rows before the
   * transaction ends, and no index has to be searched again.
   */
  private static final String DELETE_LOTS = "DELETE FROM position_lots WHERE ctid = ANY (?::tid[])";

  private static final String INSERT_LOTS =
      """
      INSERT INTO position_lots (position_id, lot_number, lot_id, quantity, price, opened_at)
      SELECT * FROM unnest(?, ?, ?, ?, ?, ?)""";

  private static final String DELETE_RESERVATIONS =
      """
      DELETE FROM reservations
       WHERE ctid = ANY (ARRAY(
             SELECT r.ctid
               FROM unnest(?) AS k (order_id)
              CROSS JOIN LATERAL (
                    SELECT ctid FROM reservations WHERE order_id = k.order_id LIMIT 1) r))""";

  private static final String WRITE_RESERVATIONS =
      """
      INSERT INTO reservations
             (order_id, position_id, side, quantity, price, cash, cover_quantity, cover_cash,
              created_at)
      SELECT v.*, ?::timestamptz FROM unnest(?, ?, ?, ?, ?, ?, ?, ?) AS v
          ON CONFLICT (order_id) DO UPDATE
         SET position_id = excluded.position_id, side = excluded.side,
             quantity = excluded.quantity, price = excluded.price, cash = excluded.cash,
             cover_quantity = excluded.cover_quantity, cover_cash = excluded.cover_cash""";

  /** Reads the whole table: no index may hold a quantity, or every fill would have to change it. */
  private static final String OPEN_POSITIONS =
      "SELECT account_id, symbol FROM positions WHERE product = ? AND quantity <> 0"
          + " AND (?::uuid IS NULL OR (account_id, symbol) > (?::uuid, ?)) ORDER BY account_id, symbol LIMIT ?";

  private final DataSource dataSource;
  private final Predicate<String> mayGoShort;

  /**
   * @param dataSource gives connections that take part in the caller's transaction
   * @param mayGoShort whether positions under the product of that code may go short
   */
  public BookStore(DataSource dataSource, Predicate<String> mayGoShort) {
    this.dataSource = dataSource;
    this.mayGoShort = mayGoShort;
  }

  /** The locked rows of a batch. */
  public static final class Loaded {
    private final Map<AccountId, Account> accounts = new HashMap<>();
    private final Map<PositionKey, Position> positions = new HashMap<>();
    private final Map<UUID, Reservation> reservations = new HashMap<>();

    public Map<AccountId, Account> accounts() {
      return accounts;
    }

    public Map<PositionKey, Position> positions() {
      return positions;
    }

    public Map<UUID, Reservation> reservations() {
      return reservations;
    }
  }

  /**
   * Adds to the trip the locking of the accounts, in the order of their ids, and the reading of what
   * is asked for of them. What belongs to other accounts, or isn't there, is left out.
   *
   * @param orders orders whose reservations are read, with the positions they are on
   * @return gives what was read, after the trip was sent; to be asked once
   */
  public Supplier<Loaded> lock(
      Collection<AccountId> accounts,
      Collection<PositionKey> positions,
      Collection<UUID> orders,
      RoundTrip trip) {
    Loaded loaded = new Loaded();
    List<StoredReservation> reservations = new ArrayList<>();
    UUID[] accountIds = array(accounts, AccountId::value, UUID[]::new);
    trip.add(LOCK_ACCOUNTS, (s, i) -> bindUuids(s, i, accountIds), s -> readAccounts(s, loaded));
    if (!positions.isEmpty()) {
      loadPositions(positions, loaded, trip);
    }
    if (!orders.isEmpty()) {
      UUID[] orderIds = orders.toArray(UUID[]::new);
      trip.add(
          LOAD_RESERVATIONS,
          (s, i) -> bindUuids(s, i, orderIds),
          s -> readReservations(s, loaded, reservations));
    }
    return () -> {
      attach(reservations, loaded);
      return loaded;
    };
  }

  /** Reads positions that {@link #lock} wasn't asked for; their accounts must be locked already. */
  public void load(Collection<PositionKey> positions, Loaded loaded) {
    RoundTrip trip = new RoundTrip();
    loadPositions(positions, loaded, trip);
    trip.send(dataSource);
  }

  /**
   * The next positions of a product that aren't flat, by account and symbol; locks nothing.
   *
   * @param after the last one of the page before; null for the first page
   */
  public List<PositionKey> openPositions(String product, PositionKey after, int most) {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(OPEN_POSITIONS)) {
      UUID account = after == null ? null : after.accountId().value();
      statement.setString(1, product);
      statement.setObject(2, account);
      statement.setObject(3, account);
      statement.setString(4, after == null ? null : after.symbol().value());
      statement.setInt(5, most);
      List<PositionKey> open = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          open.add(
              new PositionKey(
                  new AccountId(Columns.uuid(row, 1)), new Symbol(row.getString(2)), product));
        }
      }
      return open;
    } catch (SQLException e) {
      throw new StoreException("reading open positions", e);
    }
  }

  /**
   * Settles lots, which may need a round trip of its own, and adds to the trip the writing of what
   * was changed. When the trip was sent, the objects know that they are stored.
   *
   * @param now becomes updated_at and created_at
   * @param written told when all of it is written
   */
  public void write(
      Collection<Account> accounts,
      Collection<Position> positions,
      Collection<Reservation> reservations,
      Instant now,
      RoundTrip trip,
      Runnable written) {
    List<Account> changedAccounts = accounts.stream().filter(Account::changed).toList();
    List<Position> changedPositions = positions.stream().filter(Position::changed).toList();
    List<Reservation> working = new ArrayList<>();
    List<UUID> ended = new ArrayList<>();
    for (Reservation r : reservations) {
      if (!r.changed()) {
        continue;
      }
      if (!r.ended()) {
        working.add(r);
      } else if (r.isStored()) {
        ended.add(r.orderId());
      }
    }
    List<Part> parts = new ArrayList<>(6);
    LotRows lots = settle(changedPositions);
    if (!changedAccounts.isEmpty()) {
      parts.add(writeAccounts(changedAccounts, now));
    }
    if (!changedPositions.isEmpty()) {
      parts.add(writePositions(changedPositions, now));
    }
    if (!lots.removed.isEmpty()) {
      parts.add(deleteLots(lots.removed));
    }
    if (!lots.added.isEmpty()) {
      parts.add(insertLots(lots));
    }
    if (!ended.isEmpty()) {
      parts.add(deleteReservations(ended));
    }
    if (!working.isEmpty()) {
      parts.add(writeReservations(working, now));
    }
    for (Part part : parts) {
      trip.write(part.sql, part.binder, part.rows, part.what);
    }
    trip.then(
        () -> {
          changedAccounts.forEach(Account::stored);
          changedPositions.forEach(Position::stored);
          reservations.forEach(Reservation::written);
          written.run();
        });
  }

  // Reading

  private void loadPositions(Collection<PositionKey> positions, Loaded loaded, RoundTrip trip) {
    UUID[] ids = array(positions, k -> k.accountId().value(), UUID[]::new);
    String[] symbols = array(positions, k -> k.symbol().value(), String[]::new);
    String[] products = array(positions, PositionKey::product, String[]::new);
    trip.add(
        LOAD_POSITIONS,
        (s, i) -> {
          Columns.uuids(s, i, ids);
          Columns.texts(s, i + 1, symbols);
          Columns.texts(s, i + 2, products);
          return i + 3;
        },
        s -> readPositions(s, loaded));
  }

  private static int bindUuids(PreparedStatement s, int index, UUID[] ids) throws SQLException {
    Columns.uuids(s, index, ids);
    return index + 1;
  }

  private static void readAccounts(PreparedStatement statement, Loaded loaded) throws SQLException {
    try (ResultSet row = statement.getResultSet()) {
      while (row.next()) {
        AccountId id = new AccountId(Columns.uuid(row, 1));
        loaded.accounts.put(
            id,
            new Account(
                id,
                row.getBoolean(2),
                Columns.money(row, 3),
                Columns.money(row, 4),
                Columns.money(row, 5),
                row.getLong(6),
                row.getInt(7),
                row.getLong(8)));
      }
    }
  }

  private void readPositions(PreparedStatement statement, Loaded loaded) throws SQLException {
    try (ResultSet row = statement.getResultSet()) {
      while (row.next()) {
        Account account = loaded.accounts.get(new AccountId(Columns.uuid(row, 2)));
        if (account == null) {
          continue;
        }
        Symbol symbol = new Symbol(row.getString(3));
        String product = row.getString(4);
        loaded.positions.put(
            new PositionKey(account.id(), symbol, product),
            new Position(
                Columns.uuid(row, 1),
                account,
                symbol,
                product,
                mayGoShort.test(product),
                row.getLong(5),
                Columns.money(row, 6),
                Columns.money(row, 7),
                row.getLong(8),
                row.getLong(9),
                row.getLong(10),
                Columns.money(row, 11),
                Columns.money(row, 12),
                row.getLong(13),
                row.getLong(14),
                Columns.instant(row, 15)));
      }
    }
  }

  /** A reservation's row, before its position is at hand. */
  private record StoredReservation(
      UUID orderId,
      boolean buy,
      long quantity,
      io.tola.kernel.Price price,
      long coverQuantity,
      Money coverCash,
      PositionKey key) {}

  private static void readReservations(
      PreparedStatement statement, Loaded loaded, List<StoredReservation> into)
      throws SQLException {
    try (ResultSet row = statement.getResultSet()) {
      while (row.next()) {
        AccountId accountId = new AccountId(Columns.uuid(row, 7));
        if (loaded.accounts.containsKey(accountId)) {
          into.add(
              new StoredReservation(
                  Columns.uuid(row, 1),
                  row.getString(2).equals("BUY"),
                  row.getLong(3),
                  Columns.price(row, 4),
                  row.getLong(5),
                  Columns.money(row, 6),
                  new PositionKey(accountId, new Symbol(row.getString(8)), row.getString(9))));
        }
      }
    }
  }

  private void attach(List<StoredReservation> reservations, Loaded loaded) {
    List<PositionKey> missing =
        reservations.stream()
            .map(StoredReservation::key)
            .filter(key -> !loaded.positions.containsKey(key))
            .distinct()
            .toList();
    if (!missing.isEmpty()) {
      load(missing, loaded);
    }
    for (StoredReservation r : reservations) {
      Position position = loaded.positions.get(r.key);
      loaded.reservations.put(
          r.orderId,
          Reservation.stored(
              r.orderId, position, r.buy, r.price, r.quantity, r.coverQuantity, r.coverCash));
    }
  }

  // Lots

  /** Lot rows to delete, by place, and lots to insert. */
  private static final class LotRows {
    final List<String> removed = new ArrayList<>();
    final List<Lot> added = new ArrayList<>();
    final List<UUID> addedTo = new ArrayList<>();
  }

  /** The oldest lots of one position, as far as they have been read. */
  private static final class Queue {
    final Position position;
    final List<Lot> lots = new ArrayList<>();
    final List<String> places = new ArrayList<>();
    long shares;
    long nextNumber;

    Queue(Position position) {
      this.position = position;
      this.nextNumber = position.firstLot();
    }

    boolean isShort() {
      return shares < position.storedSharesClosed() && nextNumber < position.nextLot();
    }

    /** How many lots will do, if they are about as large as the position's lots are on average. */
    long chunk() {
      long wanted = position.storedSharesClosed() - shares;
      long lots = position.nextLot() - position.firstLot();
      long guess = wanted * lots / Math.max(1, position.storedSharesBefore());
      return Math.min(position.nextLot() - nextNumber, guess + guess / 4 + 4);
    }
  }

  private LotRows settle(List<Position> positions) {
    Map<UUID, Queue> queues = new LinkedHashMap<>();
    for (Position p : positions) {
      if (p.storedSharesClosed() > 0) {
        queues.put(p.positionId(), new Queue(p));
      }
    }
    List<Queue> wanting = new ArrayList<>(queues.values());
    while (!wanting.isEmpty()) {
      readLots(wanting, queues);
      wanting.removeIf(queue -> !queue.isShort());
    }
    LotRows rows = new LotRows();
    for (Position p : positions) {
      Queue queue = queues.get(p.positionId());
      Position.LotChanges changes = p.settle(queue == null ? List.of() : queue.lots);
      for (int i = 0; i < changes.removed(); i++) {
        rows.removed.add(queue.places.get(i));
      }
      for (Lot lot : changes.added()) {
        rows.added.add(lot);
        rows.addedTo.add(p.positionId());
      }
    }
    return rows;
  }

  private void readLots(List<Queue> wanting, Map<UUID, Queue> queues) {
    UUID[] ids = array(wanting, q -> q.position.positionId(), UUID[]::new);
    Long[] from = longs(wanting, q -> q.nextNumber);
    Long[] chunks = longs(wanting, Queue::chunk);
    // A chunk that brings nothing must end the search: the lots are gone, which settle() reports.
    wanting.forEach(q -> q.nextNumber += q.chunk());
    RoundTrip trip = new RoundTrip();
    trip.add(
        OLDEST_LOTS,
        (s, i) -> {
          Columns.uuids(s, i, ids);
          Columns.longs(s, i + 1, from);
          Columns.longs(s, i + 2, chunks);
          return i + 3;
        },
        s -> readLots(s, queues));
    trip.send(dataSource);
  }

  private static void readLots(PreparedStatement statement, Map<UUID, Queue> queues)
      throws SQLException {
    try (ResultSet row = statement.getResultSet()) {
      while (row.next()) {
        Queue queue = queues.get(Columns.uuid(row, 1));
        Lot lot =
            new Lot(
                row.getLong(3),
                Columns.uuid(row, 4),
                row.getLong(5),
                Columns.price(row, 6),
                Columns.instant(row, 7));
        queue.lots.add(lot);
        queue.places.add(row.getString(2));
        queue.shares += Math.abs(lot.quantity());
      }
    }
  }

  // Writing

  private static Part writeAccounts(List<Account> rows, Instant now) {
    return new Part(
        WRITE_ACCOUNTS,
        rows.size(),
        "accounts",
        (s, i) -> {
          s.setString(i, now.toString());
          Columns.uuids(s, i + 1, array(rows, a -> a.id().value(), UUID[]::new));
          Columns.numbers(s, i + 2, numbers(rows, Account::settledCash));
          Columns.numbers(s, i + 3, numbers(rows, Account::blockedCash));
          Columns.numbers(s, i + 4, numbers(rows, Account::openOrderValue));
          Columns.longs(s, i + 5, longs(rows, Account::paceSecond));
          Columns.longs(s, i + 6, longs(rows, Account::paceCount));
          Columns.longs(s, i + 7, longs(rows, Account::eventSequence));
          return i + 8;
        });
  }

  private static Part writePositions(List<Position> rows, Instant now) {
    return new Part(
        WRITE_POSITIONS,
        rows.size(),
        "positions",
        (s, i) -> {
          s.setString(i, now.toString());
          Columns.uuids(s, i + 1, array(rows, Position::positionId, UUID[]::new));
          Columns.uuids(s, i + 2, array(rows, p -> p.account().id().value(), UUID[]::new));
          Columns.texts(s, i + 3, array(rows, p -> p.symbol().value(), String[]::new));
          Columns.texts(s, i + 4, array(rows, Position::product, String[]::new));
          Columns.longs(s, i + 5, longs(rows, Position::quantity));
          Columns.numbers(s, i + 6, numbers(rows, Position::cost));
          Columns.numbers(s, i + 7, numbers(rows, Position::realisedPnl));
          Columns.longs(s, i + 8, longs(rows, Position::openBuyQuantity));
          Columns.longs(s, i + 9, longs(rows, Position::openSellQuantity));
          Columns.longs(s, i + 10, longs(rows, Position::coveringQuantity));
          Columns.numbers(s, i + 11, numbers(rows, Position::shortCollateral));
          Columns.numbers(s, i + 12, numbers(rows, Position::saleMargin));
          Columns.longs(s, i + 13, longs(rows, Position::firstLot));
          Columns.longs(s, i + 14, longs(rows, Position::nextLot));
          Columns.instants(s, i + 15, array(rows, Position::openedAt, Instant[]::new));
          return i + 16;
        });
  }

  private static Part deleteLots(List<String> places) {
    return new Part(
        DELETE_LOTS,
        places.size(),
        "lots taken",
        (s, i) -> {
          Columns.texts(s, i, places.toArray(String[]::new));
          return i + 1;
        });
  }

  private static Part insertLots(LotRows rows) {
    return new Part(
        INSERT_LOTS,
        rows.added.size(),
        "lots added",
        (s, i) -> {
          Columns.uuids(s, i, rows.addedTo.toArray(UUID[]::new));
          Columns.longs(s, i + 1, longs(rows.added, Lot::number));
          Columns.uuids(s, i + 2, array(rows.added, Lot::lotId, UUID[]::new));
          Columns.longs(s, i + 3, longs(rows.added, Lot::quantity));
          Columns.numbers(s, i + 4, array(rows.added, l -> l.price().value(), BigDecimal[]::new));
          Columns.instants(s, i + 5, array(rows.added, Lot::openedAt, Instant[]::new));
          return i + 6;
        });
  }

  private static Part deleteReservations(List<UUID> orders) {
    return new Part(
        DELETE_RESERVATIONS,
        orders.size(),
        "reservations ended",
        (s, i) -> {
          Columns.uuids(s, i, orders.toArray(UUID[]::new));
          return i + 1;
        });
  }

  private static Part writeReservations(List<Reservation> rows, Instant now) {
    return new Part(
        WRITE_RESERVATIONS,
        rows.size(),
        "reservations",
        (s, i) -> {
          s.setString(i, now.toString());
          Columns.uuids(s, i + 1, array(rows, Reservation::orderId, UUID[]::new));
          Columns.uuids(s, i + 2, array(rows, r -> r.position().positionId(), UUID[]::new));
          Columns.texts(s, i + 3, array(rows, r -> r.buy() ? "BUY" : "SELL", String[]::new));
          Columns.longs(s, i + 4, longs(rows, Reservation::quantity));
          Columns.numbers(s, i + 5, array(rows, r -> r.price().value(), BigDecimal[]::new));
          Columns.numbers(s, i + 6, numbers(rows, Reservation::cash));
          Columns.longs(s, i + 7, longs(rows, Reservation::coverQuantity));
          Columns.numbers(s, i + 8, numbers(rows, Reservation::coverCash));
          return i + 9;
        });
  }

  /** A statement that must write so many rows. */
  private record Part(String sql, int rows, String what, RoundTrip.Binder binder) {}

  private static <T, R> R[] array(
      Collection<T> rows,
      Function<? super T, ? extends R> column,
      java.util.function.IntFunction<R[]> maker) {
    R[] values = maker.apply(rows.size());
    int i = 0;
    for (T row : rows) {
      values[i++] = column.apply(row);
    }
    return values;
  }

  private static <T> Long[] longs(Collection<T> rows, ToLongFunction<? super T> column) {
    return array(rows, column::applyAsLong, Long[]::new);
  }

  private static <T> BigDecimal[] numbers(Collection<T> rows, Function<? super T, Money> column) {
    return array(rows, row -> column.apply(row).value(), BigDecimal[]::new);
  }
}
