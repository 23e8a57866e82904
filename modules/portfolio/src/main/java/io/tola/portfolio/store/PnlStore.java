package io.tola.portfolio.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.portfolio.api.Charges;
import io.tola.portfolio.domain.FeeSchedule;
import io.tola.portfolio.domain.PnlBook;
import io.tola.portfolio.domain.PnlDay;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The tables of profit and loss. What writes needs the caller's transaction and, before anything of
 * an account is written, {@link #lock}. Thread-safe; no state.
 */
public final class PnlStore {

  /**
   * How an account stands: who finds the same again finds nothing changed.
   *
   * @param sequence of the account's last report
   * @param updatedAt when its row was last written
   */
  public record Version(long sequence, Instant updatedAt) {}

  /** A position's day. */
  public record DayKey(LocalDate day, Symbol symbol, String product) {}

  /**
   * A day of an account, from {@code v_daily_pnl}.
   *
   * @param equity null for a day without a snapshot, as are unrealised and funded
   */
  public record DayRow(
      LocalDate day,
      long trades,
      long closingTrades,
      long winningTrades,
      Money bought,
      Money sold,
      Money realisedFifo,
      Money realisedAverage,
      Money dividends,
      Charges charges,
      Money equity,
      Money unrealised,
      Money funded) {}

  /**
   * What stands of an account beside its days.
   *
   * @param realisedAverage of all its books
   */
  public record Standing(Instant openedAt, Money funded, Money realisedAverage) {}

  private static final String VERSION =
      "SELECT event_sequence, updated_at FROM accounts WHERE account_id = ?";

  private static final String BEGIN =
      """
      INSERT INTO pnl_progress (account_id, sequence, updated_at) VALUES (?, 0, ?::timestamptz)
          ON CONFLICT (account_id) DO NOTHING""";

  private static final String LOCK =
      "SELECT sequence FROM pnl_progress WHERE account_id = ? FOR NO KEY UPDATE";

  private static final String BOOK_COLUMNS =
      "b.symbol, b.product, b.lot_quantities, b.lot_prices, b.average_cost, b.realised_fifo,"
          + " b.realised_average";

  private static final String BOOKS =
      "SELECT "
          + BOOK_COLUMNS
          + """

          FROM unnest(?, ?) AS k (symbol, product)
          JOIN pnl_books b ON b.account_id = ? AND b.symbol = k.symbol AND b.product = k.product""";

  private static final String WRITE_BOOK =
      """
      INSERT INTO pnl_books (account_id, symbol, product, quantity, lot_quantities, lot_prices,
                             fifo_cost, average_cost, realised_fifo, realised_average)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (account_id, symbol, product) DO UPDATE
         SET quantity = excluded.quantity, lot_quantities = excluded.lot_quantities,
             lot_prices = excluded.lot_prices, fifo_cost = excluded.fifo_cost,
             average_cost = excluded.average_cost, realised_fifo = excluded.realised_fifo,
             realised_average = excluded.realised_average""";

  private static final String ADD_DAYS =
      """
      INSERT INTO daily_pnl AS d
             (account_id, day, symbol, product, trades, closing_trades, winning_trades, shares_bought,
              shares_sold, bought, sold,
              realised_fifo, realised_average, brokerage, stt, exchange_fee, ipft, sebi_fee,
              stamp_duty, gst)
      SELECT ?, v.day::date, v.symbol, v.product, v.trades, v.closing_trades, v.winning_trades,
             v.shares_bought, v.shares_sold, v.bought, v.sold, v.realised_fifo, v.realised_average, v.brokerage, v.stt,
             v.exchange_fee, v.ipft, v.sebi_fee, v.stamp_duty, v.gst
        FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          AS v (day, symbol, product, trades, closing_trades, winning_trades, shares_bought, shares_sold,
                bought, sold, realised_fifo, realised_average, brokerage, stt, exchange_fee, ipft, sebi_fee,
                stamp_duty, gst)
          ON CONFLICT (account_id, day, symbol, product) DO UPDATE
         SET trades = d.trades + excluded.trades,
             closing_trades = d.closing_trades + excluded.closing_trades,
             winning_trades = d.winning_trades + excluded.winning_trades,
             shares_bought = d.shares_bought + excluded.shares_bought,
             shares_sold = d.shares_sold + excluded.shares_sold,
             bought = d.bought + excluded.bought, sold = d.sold + excluded.sold,
             realised_fifo = d.realised_fifo + excluded.realised_fifo,
             realised_average = d.realised_average + excluded.realised_average,
             brokerage = d.brokerage + excluded.brokerage, stt = d.stt + excluded.stt,
             exchange_fee = d.exchange_fee + excluded.exchange_fee, ipft = d.ipft + excluded.ipft,
             sebi_fee = d.sebi_fee + excluded.sebi_fee,
             stamp_duty = d.stamp_duty + excluded.stamp_duty, gst = d.gst + excluded.gst""";

  private static final String PROGRESS =
      "UPDATE pnl_progress SET sequence = ?, updated_at = ?::timestamptz WHERE account_id = ?";

  private static final String FEES =
      "SELECT component, segment, side, valid_from, rate, cap_per_order FROM fee_rates";

  private static final String DAYS =
      """
      SELECT day, trades, closing_trades, winning_trades, bought, sold, realised_fifo,
             realised_average, brokerage, stt, exchange_fee, ipft, sebi_fee, stamp_duty, gst, equity,
             unrealised, funded_cash, dividends
        FROM v_daily_pnl
       WHERE account_id = ?
       ORDER BY day""";

  private static final String STANDING =
      """
      SELECT a.created_at, a.funded_cash,
             coalesce((SELECT sum(realised_average) FROM pnl_books b
                        WHERE b.account_id = a.account_id), 0)
        FROM accounts a
       WHERE a.account_id = ?""";

  /**
   * Positions that differ from what the trades say, if all trades are reckoned: one statement, so
   * that both sides are of one moment.
   */
  private static final String STRANGERS =
      """
      SELECT symbol, product, p.position_id
        FROM (SELECT * FROM positions WHERE account_id = ?) p
        FULL JOIN (SELECT * FROM pnl_books WHERE account_id = ?) b USING (symbol, product)
       WHERE (coalesce(p.quantity, 0) <> coalesce(b.quantity, 0)
              OR coalesce(p.cost, 0) <> coalesce(b.fifo_cost, 0))
         AND EXISTS (SELECT FROM accounts a JOIN pnl_progress g USING (account_id)
                      WHERE a.account_id = ? AND a.event_sequence = g.sequence)""";

  private static final String LOCK_ACCOUNT =
      "SELECT account_id FROM accounts WHERE account_id = ? FOR NO KEY UPDATE";

  private static final String OPEN_LOTS =
      "SELECT quantity, price FROM position_lots WHERE position_id = ? ORDER BY lot_number";

  /** Accounts that are behind and have been quiet for a while; a small table, read whole. */
  private static final String BEHIND =
      """
      SELECT a.account_id
        FROM accounts a LEFT JOIN pnl_progress g USING (account_id)
       WHERE a.event_sequence > coalesce(g.sequence, 0) AND a.updated_at < ?::timestamptz
       LIMIT ?""";

  private static final String ROUND =
      """
      INSERT INTO equity_rounds AS r (day, taken_at, final) VALUES (?, ?::timestamptz, ?)
          ON CONFLICT (day) DO UPDATE SET taken_at = excluded.taken_at, final = excluded.final
       WHERE NOT r.final AND (excluded.final OR r.taken_at <= ?::timestamptz)
      RETURNING day""";

  private static final String ROUND_OF = "SELECT final FROM equity_rounds WHERE day = ?";

  private static final String SNAPSHOT =
      """
      INSERT INTO equity_snapshots
             (account_id, day, settled_cash, funded_cash, market_value, cost, positions,
              positions_without_quote, taken_at)
      SELECT a.account_id, ?, a.settled_cash, a.funded_cash, coalesce(p.market_value, 0),
             coalesce(p.cost, 0), coalesce(p.positions, 0), coalesce(p.without_quote, 0),
             ?::timestamptz
        FROM accounts a
        LEFT JOIN (
             SELECT p.account_id, sum(coalesce(p.quantity * q.last, p.cost)) AS market_value,
                    sum(p.cost) AS cost, count(*) AS positions,
                    count(*) FILTER (WHERE q.last IS NULL) AS without_quote
               FROM positions p LEFT JOIN unnest(?, ?) AS q (symbol, last) USING (symbol)
              WHERE p.quantity <> 0
              GROUP BY p.account_id) p USING (account_id)
          ON CONFLICT (account_id, day) DO UPDATE
         SET settled_cash = excluded.settled_cash, funded_cash = excluded.funded_cash,
             market_value = excluded.market_value, cost = excluded.cost,
             positions = excluded.positions,
             positions_without_quote = excluded.positions_without_quote,
             taken_at = excluded.taken_at""";

  private final DataSource dataSource;
  private final Statements statements;

  public PnlStore(DataSource dataSource) {
    this.dataSource = dataSource;
    this.statements = new Statements(dataSource);
  }

  /** How the account stands now, or empty when there is none. */
  public Optional<Version> version(AccountId account) {
    return statements
        .query(
            "reading an account's version",
            VERSION,
            s -> s.setObject(1, account.value()),
            row -> new Version(row.getLong(1), Columns.instant(row, 2)))
        .stream()
        .findFirst();
  }

  /**
   * Locks the account's reckoning until the transaction ends; waits while another one has it.
   *
   * @return the sequence up to which trades are reckoned
   */
  public long lock(AccountId account, Instant now) {
    statements.update(
        "beginning an account's reckoning",
        BEGIN,
        s -> {
          s.setObject(1, account.value());
          s.setString(2, now.toString());
        });
    return statements
        .query(
            "locking an account's reckoning",
            LOCK,
            s -> s.setObject(1, account.value()),
            row -> row.getLong(1))
        .get(0);
  }

  /** The books of those positions that have one. */
  public List<PnlBook> books(AccountId account, Collection<PositionKey> positions) {
    return statements.query(
        "reading books of profit",
        BOOKS,
        s -> {
          Columns.texts(
              s, 1, positions.stream().map(k -> k.symbol().value()).toArray(String[]::new));
          Columns.texts(s, 2, positions.stream().map(PositionKey::product).toArray(String[]::new));
          s.setObject(3, account.value());
        },
        PnlStore::book);
  }

  /**
   * Writes books and adds to days, and says how far trades are reckoned now.
   *
   * @param sequence trades up to this one are in it
   */
  public void write(
      AccountId account,
      Collection<PnlBook> books,
      Map<DayKey, PnlDay> days,
      long sequence,
      Instant now) {
    if (!books.isEmpty()) {
      writeBooks(account, books);
    }
    if (!days.isEmpty()) {
      addDays(account, days);
    }
    statements.update(
        "writing how far trades are reckoned",
        PROGRESS,
        s -> {
          s.setLong(1, sequence);
          s.setString(2, now.toString());
          s.setObject(3, account.value());
        });
  }

  /** Writes books alone. */
  public void writeBooks(AccountId account, Collection<PnlBook> books) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(WRITE_BOOK)) {
      for (PnlBook book : books) {
        List<PnlBook.OpenLot> lots = book.lots();
        s.setObject(1, account.value());
        s.setString(2, book.symbol().value());
        s.setString(3, book.product());
        s.setLong(4, book.quantity());
        Columns.longs(s, 5, lots.stream().map(PnlBook.OpenLot::quantity).toArray(Long[]::new));
        Columns.numbers(
            s, 6, lots.stream().map(lot -> lot.price().value()).toArray(BigDecimal[]::new));
        s.setBigDecimal(7, book.fifoCost().value());
        s.setBigDecimal(8, book.averageCost().value());
        s.setBigDecimal(9, book.realisedFifo().value());
        s.setBigDecimal(10, book.realisedAverage().value());
        s.addBatch();
      }
      s.executeBatch();
    } catch (SQLException e) {
      throw new StoreException("writing books of profit", e);
    }
  }

  private void addDays(AccountId account, Map<DayKey, PnlDay> days) {
    List<Map.Entry<DayKey, PnlDay>> rows = List.copyOf(days.entrySet());
    statements.update(
        "adding to days",
        ADD_DAYS,
        s -> {
          s.setObject(1, account.value());
          Columns.texts(s, 2, texts(rows, e -> e.getKey().day().toString()));
          Columns.texts(s, 3, texts(rows, e -> e.getKey().symbol().value()));
          Columns.texts(s, 4, texts(rows, e -> e.getKey().product()));
          Columns.longs(s, 5, longs(rows, PnlDay::trades));
          Columns.longs(s, 6, longs(rows, PnlDay::closingTrades));
          Columns.longs(s, 7, longs(rows, PnlDay::winningTrades));
          Columns.longs(s, 8, longs(rows, PnlDay::sharesBought));
          Columns.longs(s, 9, longs(rows, PnlDay::sharesSold));
          Columns.numbers(s, 10, numbers(rows, d -> d.bought().value()));
          Columns.numbers(s, 11, numbers(rows, d -> d.sold().value()));
          Columns.numbers(s, 12, numbers(rows, d -> d.realisedFifo().value()));
          Columns.numbers(s, 13, numbers(rows, d -> d.realisedAverage().value()));
          Columns.numbers(s, 14, numbers(rows, d -> d.charges().brokerage()));
          Columns.numbers(s, 15, numbers(rows, d -> d.charges().stt()));
          Columns.numbers(s, 16, numbers(rows, d -> d.charges().exchangeFee()));
          Columns.numbers(s, 17, numbers(rows, d -> d.charges().ipft()));
          Columns.numbers(s, 18, numbers(rows, d -> d.charges().sebiFee()));
          Columns.numbers(s, 19, numbers(rows, d -> d.charges().stampDuty()));
          Columns.numbers(s, 20, numbers(rows, d -> d.charges().gst()));
        });
  }

  private static String[] texts(
      List<Map.Entry<DayKey, PnlDay>> rows,
      java.util.function.Function<Map.Entry<DayKey, PnlDay>, String> value) {
    return rows.stream().map(value).toArray(String[]::new);
  }

  private static Long[] longs(
      List<Map.Entry<DayKey, PnlDay>> rows, java.util.function.ToLongFunction<PnlDay> value) {
    return rows.stream().map(e -> value.applyAsLong(e.getValue())).toArray(Long[]::new);
  }

  private static BigDecimal[] numbers(
      List<Map.Entry<DayKey, PnlDay>> rows, java.util.function.Function<PnlDay, BigDecimal> value) {
    return rows.stream().map(e -> value.apply(e.getValue())).toArray(BigDecimal[]::new);
  }

  /** The rates of fees and taxes as they stand. */
  public FeeSchedule fees() {
    return new FeeSchedule(
        statements.query(
            "reading rates of fees",
            FEES,
            s -> {},
            row ->
                new FeeSchedule.Rate(
                    FeeSchedule.Component.valueOf(row.getString(1)),
                    FeeSchedule.Segment.valueOf(row.getString(2)),
                    row.getString(3).equals("BUY"),
                    row.getObject(4, LocalDate.class),
                    row.getBigDecimal(5),
                    row.getBigDecimal(6))));
  }

  /** The account's days, oldest first. */
  public List<DayRow> days(AccountId account) {
    return statements.query(
        "reading an account's days",
        DAYS,
        s -> s.setObject(1, account.value()),
        row ->
            new DayRow(
                row.getObject(1, LocalDate.class),
                row.getLong(2),
                row.getLong(3),
                row.getLong(4),
                Columns.money(row, 5),
                Columns.money(row, 6),
                Columns.money(row, 7),
                Columns.money(row, 8),
                Columns.money(row, 19),
                new Charges(
                    row.getBigDecimal(9),
                    row.getBigDecimal(10),
                    row.getBigDecimal(11),
                    row.getBigDecimal(12),
                    row.getBigDecimal(13),
                    row.getBigDecimal(14),
                    row.getBigDecimal(15)),
                moneyOrNull(row, 16),
                moneyOrNull(row, 17),
                moneyOrNull(row, 18)));
  }

  private static Money moneyOrNull(ResultSet row, int column) throws SQLException {
    BigDecimal value = row.getBigDecimal(column);
    return value == null ? null : new Money(value);
  }

  /** What stands of the account beside its days. */
  public Optional<Standing> standing(AccountId account) {
    return statements
        .query(
            "reading an account",
            STANDING,
            s -> s.setObject(1, account.value()),
            row ->
                new Standing(Columns.instant(row, 1), Columns.money(row, 2), Columns.money(row, 3)))
        .stream()
        .findFirst();
  }

  /**
   * Has the books take over what the account's positions hold where the two differ, although every
   * trade is reckoned: shares that didn't come by a trade. Locks the account when there is any.
   *
   * @return how many positions were taken over
   */
  public int adoptStrangers(AccountId account) {
    if (strangers(account).isEmpty()) {
      return 0;
    }
    statements.query(
        "locking an account",
        LOCK_ACCOUNT,
        s -> s.setObject(1, account.value()),
        row -> Columns.uuid(row, 1));
    List<PnlBook> adopted = new ArrayList<>();
    for (Stranger stranger : strangers(account)) {
      List<PnlBook> there = books(account, List.of(stranger.key));
      PnlBook book =
          there.isEmpty()
              ? new PnlBook(stranger.key.symbol(), stranger.key.product())
              : there.get(0);
      book.adopt(
          stranger.position == null
              ? List.of()
              : statements.query(
                  "reading a position's lots",
                  OPEN_LOTS,
                  s -> s.setObject(1, stranger.position),
                  row -> new PnlBook.OpenLot(row.getLong(1), Columns.price(row, 2))));
      adopted.add(book);
    }
    writeBooks(account, adopted);
    return adopted.size();
  }

  private record Stranger(PositionKey key, UUID position) {}

  private List<Stranger> strangers(AccountId account) {
    return statements.query(
        "comparing books of profit with positions",
        STRANGERS,
        s -> {
          s.setObject(1, account.value());
          s.setObject(2, account.value());
          s.setObject(3, account.value());
        },
        row ->
            new Stranger(
                new PositionKey(account, new Symbol(row.getString(1)), row.getString(2)),
                Columns.uuid(row, 3)));
  }

  /** Accounts with trades that aren't reckoned and nothing done since {@code quietSince}. */
  public List<AccountId> behind(Instant quietSince, int most) {
    return statements.query(
        "looking for accounts to reckon",
        BEHIND,
        s -> {
          s.setString(1, quietSince.toString());
          s.setInt(2, most);
        },
        row -> new AccountId(Columns.uuid(row, 1)));
  }

  /** Whether the day's snapshot stands for good; empty when none was taken. */
  public Optional<Boolean> snapshotIsFinal(LocalDate day) {
    return statements
        .query(
            "looking for a day's snapshot",
            ROUND_OF,
            s -> s.setObject(1, day),
            row -> row.getBoolean(1))
        .stream()
        .findFirst();
  }

  /**
   * Notes what every account is worth on the day, in place of what was noted of it before, unless
   * another one did so within {@code notWithin}, or the day's last snapshot stands.
   *
   * @param last prices to value positions at; without one they are valued at cost
   * @param standing whether it is the day's last
   * @return whether it was done
   */
  public boolean snapshot(
      LocalDate day, Map<Symbol, Price> last, boolean standing, Instant now, Duration notWithin) {
    boolean mine =
        !statements
            .query(
                "taking a day's snapshot",
                ROUND,
                s -> {
                  s.setObject(1, day);
                  s.setString(2, now.toString());
                  s.setBoolean(3, standing);
                  s.setString(4, now.minus(notWithin).toString());
                },
                row -> true)
            .isEmpty();
    if (mine) {
      List<Map.Entry<Symbol, Price>> prices = List.copyOf(last.entrySet());
      statements.update(
          "taking a day's snapshot",
          SNAPSHOT,
          s -> {
            s.setObject(1, day);
            s.setString(2, now.toString());
            Columns.texts(
                s, 3, prices.stream().map(e -> e.getKey().value()).toArray(String[]::new));
            Columns.numbers(
                s, 4, prices.stream().map(e -> e.getValue().value()).toArray(BigDecimal[]::new));
          });
    }
    return mine;
  }

  private static PnlBook book(ResultSet row) throws SQLException {
    Long[] quantities = (Long[]) values(row, 3);
    BigDecimal[] prices = (BigDecimal[]) values(row, 4);
    List<PnlBook.OpenLot> lots = new ArrayList<>(quantities.length);
    for (int i = 0; i < quantities.length; i++) {
      lots.add(new PnlBook.OpenLot(quantities[i], new Price(prices[i])));
    }
    return new PnlBook(
        new Symbol(row.getString(1)),
        row.getString(2),
        lots,
        Columns.money(row, 5),
        Columns.money(row, 6),
        Columns.money(row, 7));
  }

  private static Object values(ResultSet row, int column) throws SQLException {
    Array array = row.getArray(column);
    return array.getArray();
  }
}
