package io.tola.portfolio.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.portfolio.api.CorporateAction;
import io.tola.portfolio.domain.Lot;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Corporate actions and what they change. What writes needs the caller's transaction and the
 * account's row locked ({@link #lockAccount}), as the order pipeline has it. Thread-safe; no state.
 */
public final class CorporateActionStore {

  /**
   * A position that an action may concern.
   *
   * @param boughtSince the ex-date, as {@code soldSince}
   * @param splitSince shares that splits and bonuses of the same ex-date or later have brought,
   *     negative when they took some
   * @param laterSplit whether one of a later ex-date was applied
   */
  public record Holding(
      UUID positionId,
      String product,
      long quantity,
      long openQuantity,
      long boughtSince,
      long soldSince,
      long splitSince,
      boolean laterSplit,
      long nextLot) {

    /** Of the shares there are, those that come from before the ex-date; negative when short. */
    public long concerned() {
      return quantity - boughtSince + soldSince;
    }

    /** Shares held before the ex-date, counted as they were then; negative when short. */
    public long held() {
      return concerned() - splitSince;
    }
  }

  /** Cash of a locked account. */
  public record Cash(Money settled, Money blocked) {}

  private static final String COLUMNS =
      "action_id, symbol, ex_date, kind, old_shares, new_shares, per_share, cash_for_fraction,"
          + " source, recorded_by, recorded_at";

  private static final String INSERT =
      "INSERT INTO corporate_actions ("
          + COLUMNS
          + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::timestamptz)"
          + " ON CONFLICT (symbol, ex_date, kind) DO NOTHING";

  private static final String SAME =
      "SELECT " + COLUMNS + " FROM corporate_actions WHERE symbol = ? AND ex_date = ? AND kind = ?";

  private static final String BY_ID =
      "SELECT " + COLUMNS + " FROM corporate_actions WHERE action_id = ?";

  private static final String LIST =
      "SELECT "
          + COLUMNS
          + " FROM corporate_actions WHERE (?::text IS NULL OR symbol = ?) AND (?::date IS NULL OR"
          + " ex_date >= ?) AND (?::date IS NULL OR ex_date <= ?)"
          + " ORDER BY ex_date DESC, symbol, kind LIMIT ?";

  private static final String OF_SYMBOLS =
      "SELECT "
          + COLUMNS
          + " FROM corporate_actions WHERE symbol = ANY (?) ORDER BY symbol, ex_date, kind";

  private static final String CONCERNED =
      """
      SELECT DISTINCT p.account_id
        FROM positions p
       WHERE p.symbol = ? AND (p.quantity <> 0 OR p.updated_at >= ?::timestamptz)
         AND NOT EXISTS (SELECT FROM corporate_action_effects e
                          WHERE e.action_id = ? AND e.position_id = p.position_id)
       ORDER BY p.account_id""";

  private static final String APPLIED =
      "SELECT count(*) FROM corporate_action_effects WHERE action_id = ?";

  private static final String LOCK_ACCOUNT =
      "SELECT settled_cash, blocked_cash FROM accounts WHERE account_id = ? FOR NO KEY UPDATE";

  private static final String HOLDINGS =
      """
      SELECT p.position_id, p.product, p.quantity, p.open_buy_quantity + p.open_sell_quantity,
             coalesce(d.bought, 0), coalesce(d.sold, 0), s.brought, s.later, p.next_lot
        FROM positions p
        LEFT JOIN LATERAL (
             SELECT sum(shares_bought)::bigint AS bought, sum(shares_sold)::bigint AS sold
               FROM daily_pnl
              WHERE account_id = p.account_id AND symbol = p.symbol AND product = p.product
                AND day >= ?) d ON true
       CROSS JOIN LATERAL (
             SELECT coalesce(sum(e.quantity_after - e.quantity_before), 0)::bigint AS brought,
                    coalesce(bool_or(a.ex_date > ?), false) AS later
               FROM corporate_actions a JOIN corporate_action_effects e USING (action_id)
              WHERE a.symbol = p.symbol AND a.ex_date >= ? AND a.kind <> 'DIVIDEND'
                AND e.position_id = p.position_id) s
       WHERE p.account_id = ? AND p.symbol = ?
         AND NOT EXISTS (SELECT FROM corporate_action_effects e
                          WHERE e.action_id = ? AND e.position_id = p.position_id)
       ORDER BY p.product""";

  private static final String LOTS =
      "SELECT lot_number, lot_id, quantity, price, opened_at FROM position_lots"
          + " WHERE position_id = ? ORDER BY lot_number";

  private static final String DELETE_LOTS = "DELETE FROM position_lots WHERE position_id = ?";

  private static final String INSERT_LOTS =
      """
      INSERT INTO position_lots (position_id, lot_number, lot_id, quantity, price, opened_at)
      SELECT * FROM unnest(?, ?, ?, ?, ?, ?)""";

  private static final String UPDATE_POSITION =
      """
      UPDATE positions
         SET quantity = ?, first_lot = ?, next_lot = ?, updated_at = ?::timestamptz
       WHERE position_id = ?""";

  private static final String PAY_POSITION =
      """
      UPDATE positions SET realised_pnl = realised_pnl + ?, updated_at = ?::timestamptz
       WHERE position_id = ?""";

  private static final String PAY_ACCOUNT =
      """
      UPDATE accounts SET settled_cash = settled_cash + ?, updated_at = ?::timestamptz
       WHERE account_id = ?""";

  private static final String EFFECT =
      """
      INSERT INTO corporate_action_effects
             (action_id, position_id, account_id, day, quantity_before, quantity_after, cash,
              applied_by, applied_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?::timestamptz)""";

  private final Statements statements;

  public CorporateActionStore(DataSource dataSource) {
    this.statements = new Statements(dataSource);
  }

  /** Writes the action unless its symbol has one of that kind on that date; returns whether. */
  public boolean insert(CorporateAction action) {
    return statements.update(
            "recording a corporate action",
            INSERT,
            s -> {
              s.setObject(1, action.actionId());
              s.setString(2, action.symbol().value());
              s.setObject(3, action.exDate());
              s.setString(4, action.kind().name());
              s.setLong(5, action.oldShares());
              s.setLong(6, action.newShares());
              s.setBigDecimal(7, amount(action.perShare()));
              s.setBigDecimal(8, amount(action.cashForFraction()));
              s.setString(9, action.source());
              s.setString(10, action.recordedBy());
              s.setString(11, action.recordedAt().toString());
            })
        == 1;
  }

  private static BigDecimal amount(Money money) {
    return money == null ? null : money.value();
  }

  /** The symbol's action of that kind on that date. */
  public Optional<CorporateAction> same(CorporateAction action) {
    return statements
        .query(
            "reading a corporate action",
            SAME,
            s -> {
              s.setString(1, action.symbol().value());
              s.setObject(2, action.exDate());
              s.setString(3, action.kind().name());
            },
            CorporateActionStore::action)
        .stream()
        .findFirst();
  }

  /** The action, or empty. */
  public Optional<CorporateAction> byId(UUID actionId) {
    return statements
        .query(
            "reading a corporate action",
            BY_ID,
            s -> s.setObject(1, actionId),
            CorporateActionStore::action)
        .stream()
        .findFirst();
  }

  /** Actions, newest ex-date first; null doesn't restrict. */
  public List<CorporateAction> list(Symbol symbol, LocalDate from, LocalDate to, int most) {
    String name = symbol == null ? null : symbol.value();
    return statements.query(
        "reading corporate actions",
        LIST,
        s -> {
          s.setString(1, name);
          s.setString(2, name);
          s.setObject(3, from, Types.DATE);
          s.setObject(4, from, Types.DATE);
          s.setObject(5, to, Types.DATE);
          s.setObject(6, to, Types.DATE);
          s.setInt(7, most);
        },
        CorporateActionStore::action);
  }

  /** All actions of those symbols, by symbol and ex-date. */
  public List<CorporateAction> ofSymbols(Collection<Symbol> symbols) {
    return statements.query(
        "reading corporate actions",
        OF_SYMBOLS,
        s -> Columns.texts(s, 1, symbols.stream().map(Symbol::value).toArray(String[]::new)),
        CorporateActionStore::action);
  }

  /** Accounts with a position it wasn't applied to, that has shares or was written since. */
  public List<AccountId> concerned(CorporateAction action, Instant exDateStart) {
    return statements.query(
        "looking for holders",
        CONCERNED,
        s -> {
          s.setString(1, action.symbol().value());
          s.setString(2, exDateStart.toString());
          s.setObject(3, action.actionId());
        },
        row -> new AccountId(Columns.uuid(row, 1)));
  }

  /** To how many positions it was applied. */
  public int applied(UUID actionId) {
    return statements
        .query("counting effects", APPLIED, s -> s.setObject(1, actionId), row -> row.getInt(1))
        .get(0);
  }

  /** Locks the account as the order pipeline does. */
  public Cash lockAccount(AccountId account) {
    return statements
        .query(
            "locking an account",
            LOCK_ACCOUNT,
            s -> s.setObject(1, account.value()),
            row -> new Cash(Columns.money(row, 1), Columns.money(row, 2)))
        .get(0);
  }

  /** The account's positions in the symbol that the action wasn't applied to. */
  public List<Holding> holdings(CorporateAction action, AccountId account) {
    return statements.query(
        "reading holdings",
        HOLDINGS,
        s -> {
          s.setObject(1, action.exDate());
          s.setObject(2, action.exDate());
          s.setObject(3, action.exDate());
          s.setObject(4, account.value());
          s.setString(5, action.symbol().value());
          s.setObject(6, action.actionId());
        },
        row ->
            new Holding(
                Columns.uuid(row, 1),
                row.getString(2),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                row.getBoolean(8),
                row.getLong(9)));
  }

  /** All open lots of a position, oldest first. */
  public List<Lot> lots(UUID positionId) {
    return statements.query(
        "reading lots",
        LOTS,
        s -> s.setObject(1, positionId),
        row ->
            new Lot(
                row.getLong(1),
                Columns.uuid(row, 2),
                row.getLong(3),
                Columns.price(row, 4),
                Columns.instant(row, 5)));
  }

  /** Puts these lots, with their numbers, in place of all that the position has. */
  public void replaceLots(UUID positionId, List<Lot> lots, long quantity, Instant now) {
    statements.update("taking lots away", DELETE_LOTS, s -> s.setObject(1, positionId));
    statements.update(
        "writing lots",
        INSERT_LOTS,
        s -> {
          UUID[] positions = new UUID[lots.size()];
          java.util.Arrays.fill(positions, positionId);
          Columns.uuids(s, 1, positions);
          Columns.longs(s, 2, lots.stream().map(Lot::number).toArray(Long[]::new));
          Columns.uuids(s, 3, lots.stream().map(Lot::lotId).toArray(UUID[]::new));
          Columns.longs(s, 4, lots.stream().map(Lot::quantity).toArray(Long[]::new));
          Columns.numbers(
              s, 5, lots.stream().map(lot -> lot.price().value()).toArray(BigDecimal[]::new));
          Columns.instants(s, 6, lots.stream().map(Lot::openedAt).toArray(Instant[]::new));
        });
    statements.update(
        "writing a position",
        UPDATE_POSITION,
        s -> {
          s.setLong(1, quantity);
          s.setLong(2, lots.get(0).number());
          s.setLong(3, lots.get(lots.size() - 1).number() + 1);
          s.setString(4, now.toString());
          s.setObject(5, positionId);
        });
  }

  /** Pays cash into the account as profit of the position; its row moves on also without any. */
  public void pay(AccountId account, UUID positionId, Money cash, Instant now) {
    if (!cash.isZero()) {
      statements.update(
          "writing a position's profit",
          PAY_POSITION,
          s -> {
            s.setBigDecimal(1, cash.value());
            s.setString(2, now.toString());
            s.setObject(3, positionId);
          });
    }
    statements.update(
        "paying an account",
        PAY_ACCOUNT,
        s -> {
          s.setBigDecimal(1, cash.value());
          s.setString(2, now.toString());
          s.setObject(3, account.value());
        });
  }

  /** Remembers what the action did to a position. */
  public void effect(
      UUID actionId,
      AccountId account,
      UUID positionId,
      LocalDate day,
      long before,
      long after,
      Money cash,
      String actor,
      Instant now) {
    statements.update(
        "writing an effect",
        EFFECT,
        s -> {
          s.setObject(1, actionId);
          s.setObject(2, positionId);
          s.setObject(3, account.value());
          s.setObject(4, day);
          s.setLong(5, before);
          s.setLong(6, after);
          s.setBigDecimal(7, cash.value());
          s.setString(8, actor);
          s.setString(9, now.toString());
        });
  }

  private static CorporateAction action(ResultSet row) throws SQLException {
    return new CorporateAction(
        Columns.uuid(row, 1),
        new Symbol(row.getString(2)),
        row.getObject(3, LocalDate.class),
        CorporateAction.Kind.valueOf(row.getString(4)),
        row.getLong(5),
        row.getLong(6),
        money(row, 7),
        money(row, 8),
        row.getString(9),
        row.getString(10),
        Columns.instant(row, 11));
  }

  private static Money money(ResultSet row, int column) throws SQLException {
    BigDecimal value = row.getBigDecimal(column);
    return value == null ? null : new Money(value);
  }
}
