package io.tola.portfolio.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.Cursor;
import io.tola.kernel.sql.Freshness;
import io.tola.kernel.sql.ReadRouter;
import io.tola.portfolio.api.BreakClass;
import io.tola.portfolio.api.BreakFilter;
import io.tola.portfolio.api.BreakState;
import io.tola.portfolio.api.BreakView;
import io.tola.portfolio.api.ReconciliationLog;
import io.tola.portfolio.api.ReconciliationStatus;
import io.tola.portfolio.api.StatementFormat;
import io.tola.portfolio.api.StatementKind;
import io.tola.portfolio.domain.recon.Correction;
import io.tola.portfolio.domain.recon.Difference;
import io.tola.portfolio.domain.recon.PositionComparison;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * Statements, runs, breaks and their log, and the rows of the books that a comparison reads and an
 * adjustment writes. In the caller's transaction; sets go as arrays, a statement a table. Thread-safe; no
 * state.
 */
public final class ReconciliationRows {

  /** A stored statement. */
  public record Statement(
      UUID statementId,
      AccountId accountId,
      StatementKind kind,
      StatementFormat format,
      Instant asOf,
      int lines) {}

  /**
   * The account's books at one moment.
   *
   * @param sequence of its newest report: trades up to it are in the positions
   */
  public record Books(
      long sequence, Map<PositionComparison.Key, PositionComparison.Held> positions) {}

  /** A break that isn't closed, as far as a run must know it. */
  public record LiveBreak(
      UUID breakId,
      UUID statementId,
      BreakClass kind,
      String subject,
      String ours,
      String theirs,
      BreakState state,
      Instant tradedAt) {}

  /** A difference that becomes a break. */
  public record NewBreak(UUID breakId, Difference difference) {}

  /** What one run came to. */
  public record Run(
      UUID runId,
      UUID statementId,
      AccountId accountId,
      Instant at,
      String trigger,
      String actor,
      int compared,
      int matched,
      int found,
      int opened,
      int cleared) {}

  /**
   * A position under the account's lock.
   *
   * @param idle whether no order works on it
   */
  public record LockedPosition(
      UUID positionId, long quantity, BigDecimal cost, boolean idle, long firstLot, long nextLot) {}

  /**
   * What a split or bonus did to a position.
   *
   * @param change shares it brought, negative when it took some
   */
  public record AppliedSplit(String symbol, String product, long change, LocalDate exDate) {}

  /** An account whose breaks have been open for long, under its lock. */
  public record Overdue(
      AccountId accountId, long sequence, long breaks, Instant oldest, List<UUID> firstIds) {}

  private static final int PIECE = 20_000;
  private static final char BREAKS = 'b';
  private static final char LOGS = 'l';
  private static final int MOST_STATEMENTS = 200;

  private static final String BREAK_COLUMNS =
      "break_id, account_id, statement_id, kind, class, subject, symbol, product, ours, theirs, amount,"
          + " line, traded_at, state, version, opened_at, seen_at, explanation, propose_booking,"
          + " explained_by, explained_at, adjusted_by, adjusted_at, booking, closed_by, closed_at,"
          + " close_reason, accepted";

  private final DataSource dataSource;
  private final ReadRouter router;

  public ReconciliationRows(DataSource dataSource) {
    this(dataSource, new ReadRouter());
  }

  /**
   * Works on the primary but for lists of what happened.
   *
   * @param router where those go
   */
  public ReconciliationRows(DataSource dataSource, ReadRouter router) {
    this.dataSource = dataSource;
    this.router = router;
  }

  // Statements.

  /** Locks the account's reconciliation until the end of the transaction. */
  public void lock(AccountId account) {
    work(
        "locking a reconciliation",
        c -> {
          Statements.update(
              c,
              "INSERT INTO reconciliation_accounts (account_id) VALUES (?) ON CONFLICT DO NOTHING",
              s -> s.setObject(1, account.value()));
          return Statements.query(
              c,
              "SELECT 1 FROM reconciliation_accounts WHERE account_id = ? FOR NO KEY UPDATE",
              s -> s.setObject(1, account.value()),
              row -> 1);
        });
  }

  /**
   * The same statement, sent before.
   *
   * @param asOf its moment; null for the youngest with this body
   */
  public Optional<Statement> same(
      AccountId account, StatementKind kind, Instant asOf, byte[] digest) {
    return work(
        "looking for a statement",
        c ->
            Statements.query(
                    c,
                    "SELECT statement_id, account_id, kind, format, as_of, lines FROM reconciliation_statements"
                        + " WHERE account_id = ? AND kind = ? AND digest = ?"
                        + (asOf == null ? "" : " AND as_of = ?")
                        + " ORDER BY as_of DESC LIMIT 1",
                    s -> {
                      s.setObject(1, account.value());
                      s.setString(2, kind.name());
                      s.setBytes(3, digest);
                      if (asOf != null) {
                        s.setObject(4, utc(asOf));
                      }
                    },
                    ReconciliationRows::statement)
                .stream()
                .findFirst());
  }

  /** A statement of one of the accounts; null for all accounts. */
  public Optional<Statement> statement(UUID statementId, Set<AccountId> accounts) {
    return work(
        "reading a statement",
        c ->
            Statements.query(
                    c,
                    "SELECT statement_id, account_id, kind, format, as_of, lines FROM reconciliation_statements"
                        + " WHERE statement_id = ?"
                        + (accounts == null ? "" : " AND account_id = ANY (?)"),
                    s -> {
                      s.setObject(1, statementId);
                      if (accounts != null) {
                        accounts(s, 2, accounts);
                      }
                    },
                    ReconciliationRows::statement)
                .stream()
                .findFirst());
  }

  /** The youngest statement of that kind. */
  public Optional<Statement> newest(AccountId account, StatementKind kind) {
    return work(
        "reading the newest statement",
        c ->
            Statements.query(
                    c,
                    "SELECT statement_id, account_id, kind, format, as_of, lines FROM reconciliation_statements"
                        + " WHERE account_id = ? AND kind = ? ORDER BY as_of DESC, uploaded_at DESC"
                        + " LIMIT 1",
                    s -> {
                      s.setObject(1, account.value());
                      s.setString(2, kind.name());
                    },
                    ReconciliationRows::statement)
                .stream()
                .findFirst());
  }

  /**
   * The newest statement of each kind and account that was last compared before a moment, oldest first.
   */
  public List<Statement> due(Instant comparedBefore, int most) {
    return work(
        "looking for statements to compare again",
        c ->
            Statements.query(
                c,
                // Only the last of its account and kind has a body.
                "SELECT statement_id, account_id, kind, format, as_of, lines"
                    + " FROM reconciliation_statements WHERE body IS NOT NULL AND compared_at < ?"
                    + " ORDER BY compared_at LIMIT ?",
                s -> {
                  s.setObject(1, utc(comparedBefore));
                  s.setInt(2, most);
                },
                ReconciliationRows::statement));
  }

  /** When the statement was last compared. */
  public Optional<Instant> lastCompared(UUID statementId) {
    return work(
        "reading when a statement was compared",
        c ->
            Statements.query(
                    c,
                    "SELECT compared_at FROM reconciliation_statements WHERE statement_id = ?",
                    s -> s.setObject(1, statementId),
                    row -> Columns.instant(row, 1))
                .stream()
                .findFirst());
  }

  /**
   * Stores a statement, and drops the bodies of those it takes the place of.
   *
   * @param body gzip
   */
  public void insert(Statement statement, byte[] digest, byte[] body, String actor, Instant at) {
    work(
        "storing a statement",
        c -> {
          Statements.update(
              c,
              "INSERT INTO reconciliation_statements (statement_id, account_id, kind, format, as_of,"
                  + " digest, lines, uploaded_by, uploaded_at, compared_at, body)"
                  + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              s -> {
                s.setObject(1, statement.statementId());
                s.setObject(2, statement.accountId().value());
                s.setString(3, statement.kind().name());
                s.setString(4, statement.format().name());
                s.setObject(5, utc(statement.asOf()));
                s.setBytes(6, digest);
                s.setInt(7, statement.lines());
                s.setString(8, actor);
                s.setObject(9, utc(at));
                s.setObject(10, utc(at));
                s.setBytes(11, body);
              });
          return Statements.update(
              c,
              "UPDATE reconciliation_statements SET body = NULL WHERE account_id = ? AND kind = ?"
                  + " AND body IS NOT NULL AND statement_id <> (SELECT statement_id"
                  + " FROM reconciliation_statements WHERE account_id = ? AND kind = ?"
                  + " ORDER BY as_of DESC, uploaded_at DESC LIMIT 1)",
              s -> {
                s.setObject(1, statement.accountId().value());
                s.setString(2, statement.kind().name());
                s.setObject(3, statement.accountId().value());
                s.setString(4, statement.kind().name());
              });
        });
  }

  /** The body of a statement, gzip; empty when it is no longer kept. */
  public Optional<byte[]> body(UUID statementId) {
    return work(
        "reading a statement's body",
        c ->
            Statements.query(
                    c,
                    "SELECT body FROM reconciliation_statements"
                        + " WHERE statement_id = ? AND body IS NOT NULL",
                    s -> s.setObject(1, statementId),
                    row -> row.getBytes(1))
                .stream()
                .findFirst());
  }

  // Books.

  /** The account's positions with shares, and the sequence they are of; empty without an account. */
  public Optional<Books> books(AccountId account) {
    return work(
        "reading the books",
        c -> {
          Map<PositionComparison.Key, PositionComparison.Held> positions = new HashMap<>();
          List<Long> sequences =
              Statements.query(
                  c,
                  "SELECT a.event_sequence, p.symbol, p.product, p.quantity, p.cost FROM accounts a"
                      + " LEFT JOIN positions p ON p.account_id = a.account_id AND p.quantity <> 0"
                      + " WHERE a.account_id = ?",
                  s -> s.setObject(1, account.value()),
                  row -> {
                    if (row.getString(2) != null) {
                      positions.put(
                          new PositionComparison.Key(row.getString(2), row.getString(3)),
                          new PositionComparison.Held(row.getLong(4), row.getBigDecimal(5)));
                    }
                    return row.getLong(1);
                  });
          return sequences.isEmpty()
              ? Optional.empty()
              : Optional.of(new Books(sequences.get(0), positions));
        });
  }

  /**
   * Splits and bonuses that were applied to the account's positions after a moment.
   *
   * @param day the moment's day in India
   */
  public List<AppliedSplit> splits(AccountId account, Instant after, LocalDate day) {
    return work(
        "reading splits applied",
        c ->
            Statements.query(
                c,
                "SELECT p.symbol, p.product, e.quantity_after - e.quantity_before, a.ex_date"
                    + " FROM corporate_action_effects e JOIN corporate_actions a USING (action_id)"
                    + " JOIN positions p USING (position_id) WHERE e.account_id = ? AND e.day >= ?"
                    + " AND e.applied_at > ? AND e.quantity_after <> e.quantity_before",
                s -> {
                  s.setObject(1, account.value());
                  s.setObject(2, day);
                  s.setObject(3, utc(after));
                },
                row ->
                    new AppliedSplit(
                        row.getString(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getObject(4, LocalDate.class))));
  }

  /**
   * Locks the account's row, as every batch of orders does, and reads one position.
   *
   * @return empty when there is no such position
   */
  public Optional<LockedPosition> lockPosition(AccountId account, String symbol, String product) {
    return work(
        "locking a position",
        c -> {
          Statements.query(
              c,
              "SELECT 1 FROM accounts WHERE account_id = ? FOR NO KEY UPDATE",
              s -> s.setObject(1, account.value()),
              row -> 1);
          return Statements.query(
                  c,
                  "SELECT position_id, quantity, cost, open_buy_quantity = 0 AND open_sell_quantity = 0,"
                      + " first_lot, next_lot FROM positions"
                      + " WHERE account_id = ? AND symbol = ? AND product = ?",
                  s -> {
                    s.setObject(1, account.value());
                    s.setString(2, symbol);
                    s.setString(3, product);
                  },
                  row ->
                      new LockedPosition(
                          Columns.uuid(row, 1),
                          row.getLong(2),
                          row.getBigDecimal(3),
                          row.getBoolean(4),
                          row.getLong(5),
                          row.getLong(6)))
              .stream()
              .findFirst();
        });
  }

  /** The open lots of a position, oldest first. */
  public List<Correction.OpenLot> lots(LockedPosition position) {
    return work(
        "reading lots",
        c ->
            Statements.query(
                c,
                "SELECT lot_number, lot_id, quantity, price, opened_at FROM position_lots"
                    + " WHERE position_id = ? AND lot_number >= ? ORDER BY lot_number",
                s -> {
                  s.setObject(1, position.positionId());
                  s.setLong(2, position.firstLot());
                },
                row ->
                    new Correction.OpenLot(
                        row.getLong(1),
                        Columns.uuid(row, 2),
                        row.getLong(3),
                        row.getBigDecimal(4),
                        Columns.instant(row, 5))));
  }

  /** Makes a position without shares. */
  public LockedPosition insertPosition(
      UUID positionId, AccountId account, String symbol, String product, Instant now) {
    return work(
        "making a position",
        c -> {
          Statements.update(
              c,
              "INSERT INTO positions (position_id, account_id, symbol, product, quantity, cost,"
                  + " realised_pnl, open_buy_quantity, open_sell_quantity, covering_quantity,"
                  + " short_collateral, sale_margin, first_lot, next_lot, opened_at, updated_at)"
                  + " VALUES (?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, ?, ?)",
              s -> {
                s.setObject(1, positionId);
                s.setObject(2, account.value());
                s.setString(3, symbol);
                s.setString(4, product);
                s.setObject(5, utc(now));
                s.setObject(6, utc(now));
              });
          return new LockedPosition(positionId, 0, BigDecimal.ZERO, true, 1, 1);
        });
  }

  /** Writes a correction of a locked position; what the cost changes by is paid in or out with it. */
  public void write(
      AccountId account, LockedPosition position, Correction correction, Instant now) {
    long firstLot =
        correction.lots().isEmpty() ? correction.nextLot() : correction.lots().get(0).number();
    work(
        "adjusting a position",
        c -> {
          Statements.update(
              c,
              "DELETE FROM position_lots WHERE position_id = ?",
              s -> s.setObject(1, position.positionId()));
          List<Correction.OpenLot> lots = correction.lots();
          Statements.update(
              c,
              "INSERT INTO position_lots (position_id, lot_number, lot_id, quantity, price, opened_at)"
                  + " SELECT ?, u.* FROM unnest(?::int8[], ?::uuid[], ?::int8[], ?::numeric[],"
                  + " ?::timestamptz[]) AS u",
              s -> {
                s.setObject(1, position.positionId());
                s.setObject(2, lots.stream().mapToLong(Correction.OpenLot::number).toArray());
                array(s, 3, "uuid", lots, Correction.OpenLot::lotId);
                s.setObject(4, lots.stream().mapToLong(Correction.OpenLot::quantity).toArray());
                array(s, 5, "numeric", lots, Correction.OpenLot::price);
                array(s, 6, "text", lots, l -> l.openedAt().toString());
              });
          Statements.update(
              c,
              "UPDATE positions SET quantity = ?, cost = ?, first_lot = ?, next_lot = ?,"
                  + " opened_at = CASE WHEN quantity = 0 THEN ? ELSE opened_at END, updated_at = ?"
                  + " WHERE position_id = ?",
              s -> {
                s.setLong(1, correction.quantity());
                s.setBigDecimal(2, correction.cost());
                s.setLong(3, firstLot);
                s.setLong(4, correction.nextLot());
                s.setObject(5, utc(now));
                s.setObject(6, utc(now));
                s.setObject(7, position.positionId());
              });
          return Statements.update(
              c,
              "UPDATE accounts SET funded_cash = funded_cash + ?, updated_at = ? WHERE account_id = ?",
              s -> {
                s.setBigDecimal(1, correction.cost().subtract(position.cost()));
                s.setObject(2, utc(now));
                s.setObject(3, account.value());
              });
        });
  }

  // Breaks.

  /** The account's breaks of that kind that aren't closed. */
  public List<LiveBreak> live(AccountId account, StatementKind kind) {
    return work(
        "reading breaks",
        c ->
            Statements.query(
                c,
                "SELECT break_id, statement_id, class, subject, ours, theirs, state, traded_at"
                    + " FROM reconciliation_breaks WHERE account_id = ? AND kind = ?"
                    + " AND state IN ('OPEN', 'EXPLAINED', 'ADJUSTED')",
                s -> {
                  s.setObject(1, account.value());
                  s.setString(2, kind.name());
                },
                row ->
                    new LiveBreak(
                        Columns.uuid(row, 1),
                        Columns.uuid(row, 2),
                        BreakClass.valueOf(row.getString(3)),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        BreakState.valueOf(row.getString(7)),
                        Columns.instant(row, 8))));
  }

  /** Those of the differences that people have accepted as they are. */
  public Set<Difference> accepted(
      AccountId account, StatementKind kind, List<Difference> differences) {
    if (differences.isEmpty()) {
      return Set.of();
    }
    // All there are: people make few of them, while a statement may differ in each of its lines.
    Set<List<String>> accepted =
        work(
            "reading accepted breaks",
            c ->
                new HashSet<>(
                    Statements.query(
                        c,
                        "SELECT class, subject, ours, theirs FROM reconciliation_breaks"
                            + " WHERE account_id = ? AND kind = ? AND accepted",
                        s -> {
                          s.setObject(1, account.value());
                          s.setString(2, kind.name());
                        },
                        row ->
                            List.of(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4)))));
    if (accepted.isEmpty()) {
      return Set.of();
    }
    Set<Difference> found = new HashSet<>();
    for (Difference d : differences) {
      if (accepted.contains(List.of(d.kind().name(), d.subject(), d.ours(), d.theirs()))) {
        found.add(d);
      }
    }
    return found;
  }

  /** Opens breaks. */
  public void open(Statement statement, List<NewBreak> breaks, Instant at) {
    for (int from = 0; from < breaks.size(); from += PIECE) {
      List<NewBreak> piece = breaks.subList(from, Math.min(from + PIECE, breaks.size()));
      work(
          "opening breaks",
          c ->
              Statements.update(
                  c,
                  "INSERT INTO reconciliation_breaks (account_id, statement_id, kind, state, opened_at,"
                      + " open_since, seen_at, break_id, class, subject, symbol, product, ours, theirs, amount, line,"
                      + " traded_at) SELECT ?, ?, ?, 'OPEN', ?, ?, ?, u.* FROM unnest(?::uuid[], ?::text[],"
                      + " ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::numeric[], ?::int4[],"
                      + " ?::timestamptz[]) AS u",
                  s -> {
                    s.setObject(1, statement.accountId().value());
                    s.setObject(2, statement.statementId());
                    s.setString(3, statement.kind().name());
                    s.setObject(4, utc(at));
                    s.setObject(5, utc(at));
                    s.setObject(6, utc(at));
                    array(s, 7, "uuid", piece, NewBreak::breakId);
                    array(s, 8, "text", piece, b -> b.difference().kind().name());
                    array(s, 9, "text", piece, b -> b.difference().subject());
                    array(s, 10, "text", piece, b -> b.difference().symbol());
                    array(s, 11, "text", piece, b -> b.difference().product());
                    array(s, 12, "text", piece, b -> b.difference().ours());
                    array(s, 13, "text", piece, b -> b.difference().theirs());
                    array(s, 14, "numeric", piece, b -> b.difference().amount());
                    array(s, 15, "int4", piece, b -> b.difference().line());
                    array(
                        s,
                        16,
                        "text",
                        piece,
                        b -> b.difference().at() == null ? null : b.difference().at().toString());
                  }));
    }
  }

  /** Breaks that were found again as they were. */
  public void seen(Collection<UUID> breaks, UUID statementId, Instant at) {
    if (!breaks.isEmpty()) {
      work(
          "seeing breaks again",
          c ->
              Statements.update(
                  c,
                  "UPDATE reconciliation_breaks SET seen_at = ?, statement_id = ?"
                      + " WHERE break_id = ANY (?)",
                  s -> {
                    s.setObject(1, utc(at));
                    s.setObject(2, statementId);
                    Columns.uuids(s, 3, breaks.toArray(UUID[]::new));
                  }));
    }
  }

  /**
   * Breaks that were found again with other figures: they are OPEN, whatever had been said of the old
   * figures. One that was open all the time still is since then; one that was explained is open from now
   * on.
   *
   * @param changed the new figures by break
   */
  public void change(Map<UUID, Difference> changed, UUID statementId, Instant at) {
    if (changed.isEmpty()) {
      return;
    }
    List<Map.Entry<UUID, Difference>> entries = List.copyOf(changed.entrySet());
    work(
        "changing breaks",
        c ->
            Statements.update(
                c,
                "UPDATE reconciliation_breaks b SET seen_at = ?, statement_id = ?, ours = u.ours,"
                    + " theirs = u.theirs, amount = u.amount, line = u.line, version = version + 1,"
                    + " open_since = CASE WHEN b.state = 'OPEN' THEN b.open_since ELSE ? END,"
                    + " alerted_at = CASE WHEN b.state = 'OPEN' THEN b.alerted_at END,"
                    + " state = 'OPEN', explanation = NULL, propose_booking = false, explained_by = NULL,"
                    + " explained_at = NULL FROM unnest(?::uuid[], ?::text[], ?::text[], ?::numeric[],"
                    + " ?::int4[]) AS u(break_id, ours, theirs, amount, line)"
                    + " WHERE b.break_id = u.break_id",
                s -> {
                  s.setObject(1, utc(at));
                  s.setObject(2, statementId);
                  s.setObject(3, utc(at));
                  array(s, 4, "uuid", entries, Map.Entry::getKey);
                  array(s, 5, "text", entries, e -> e.getValue().ours());
                  array(s, 6, "text", entries, e -> e.getValue().theirs());
                  array(s, 7, "numeric", entries, e -> e.getValue().amount());
                  array(s, 8, "int4", entries, e -> e.getValue().line());
                }));
  }

  /** Breaks that a run closes. */
  public void clear(Collection<UUID> breaks, String reason, Instant at) {
    if (!breaks.isEmpty()) {
      work(
          "closing breaks",
          c ->
              Statements.update(
                  c,
                  "UPDATE reconciliation_breaks SET state = 'CLOSED', closed_by = 'system',"
                      + " closed_at = ?, close_reason = ?, version = version + 1"
                      + " WHERE break_id = ANY (?)",
                  s -> {
                    s.setObject(1, utc(at));
                    s.setString(2, reason);
                    Columns.uuids(s, 3, breaks.toArray(UUID[]::new));
                  }));
    }
  }

  /** A break of one of the accounts; null for all accounts. */
  public Optional<BreakView> find(UUID breakId, Set<AccountId> accounts) {
    return work(
        "reading a break",
        c ->
            Statements.query(
                    c,
                    "SELECT "
                        + BREAK_COLUMNS
                        + " FROM reconciliation_breaks WHERE break_id = ?"
                        + (accounts == null ? "" : " AND account_id = ANY (?)"),
                    s -> {
                      s.setObject(1, breakId);
                      if (accounts != null) {
                        accounts(s, 2, accounts);
                      }
                    },
                    ReconciliationRows::breakView)
                .stream()
                .findFirst());
  }

  /** Breaks, newest first; one more than the limit shows that there is another page. */
  public List<BreakView> list(BreakFilter filter) {
    Cursor after = Cursor.decode(filter.cursor(), BREAKS);
    String sql =
        "SELECT "
            + BREAK_COLUMNS
            + " FROM reconciliation_breaks WHERE "
            + (filter.accounts() == null ? "true" : "account_id = ANY (?)")
            // Spelled out, so that the index of those that aren't closed can serve.
            + (filter.state() == null ? "" : " AND state = '" + filter.state().name() + "'")
            + (filter.breakClass() == null ? "" : " AND class = ?")
            + (filter.statementId() == null ? "" : " AND statement_id = ?")
            + (after == null ? "" : " AND (opened_at, break_id) < (?, ?)")
            + " ORDER BY opened_at DESC, break_id DESC LIMIT ?";
    return work(
        "listing breaks",
        c ->
            Statements.query(
                c,
                sql,
                s -> {
                  int i = 1;
                  if (filter.accounts() != null) {
                    accounts(s, i++, filter.accounts());
                  }
                  if (filter.breakClass() != null) {
                    s.setString(i++, filter.breakClass().name());
                  }
                  if (filter.statementId() != null) {
                    s.setObject(i++, filter.statementId());
                  }
                  if (after != null) {
                    s.setObject(i++, utc(after.at()));
                    s.setObject(i++, after.id());
                  }
                  s.setInt(i, filter.limit() + 1);
                },
                ReconciliationRows::breakView));
  }

  /** Where the list of breaks goes on after this one. */
  public static String cursor(BreakView last) {
    return new Cursor(last.openedAt(), last.breakId()).encode(BREAKS);
  }

  /**
   * A step by a person, written over the version it was decided on; one that opens the break again has
   * it open from now on, and nobody told of it.
   */
  public void step(BreakView after, Instant at) {
    work(
        "moving a break",
        c ->
            Statements.update(
                c,
                "UPDATE reconciliation_breaks SET state = ?, version = ?, explanation = ?,"
                    + " propose_booking = ?, explained_by = ?, explained_at = ?, adjusted_by = ?,"
                    + " adjusted_at = ?, booking = ?, closed_by = ?, closed_at = ?, close_reason = ?,"
                    + " accepted = ?"
                    + (after.state() == BreakState.OPEN
                        ? ", open_since = ?, alerted_at = NULL"
                        : "")
                    + " WHERE break_id = ?",
                s -> {
                  s.setString(1, after.state().name());
                  s.setInt(2, after.version());
                  s.setString(3, after.explanation());
                  s.setBoolean(4, after.proposeBooking());
                  s.setString(5, after.explainedBy());
                  s.setObject(6, utc(after.explainedAt()), Types.TIMESTAMP_WITH_TIMEZONE);
                  s.setString(7, after.adjustedBy());
                  s.setObject(8, utc(after.adjustedAt()), Types.TIMESTAMP_WITH_TIMEZONE);
                  s.setString(9, after.booking());
                  s.setString(10, after.closedBy());
                  s.setObject(11, utc(after.closedAt()), Types.TIMESTAMP_WITH_TIMEZONE);
                  s.setString(12, after.closeReason());
                  s.setBoolean(13, after.accepted());
                  int i = 14;
                  if (after.state() == BreakState.OPEN) {
                    s.setObject(i++, utc(at));
                  }
                  s.setObject(i, after.breakId());
                }));
  }

  // Runs, log, status, alerts.

  /** Remembers a run, and that its statement was compared. */
  public void run(Run run) {
    compared(run);
    work(
        "storing a run",
        c ->
            Statements.update(
                c,
                "INSERT INTO reconciliation_runs (run_id, statement_id, account_id, at, trigger, actor,"
                    + " compared, matched, found, opened, cleared)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                s -> {
                  s.setObject(1, run.runId());
                  s.setObject(2, run.statementId());
                  s.setObject(3, run.accountId().value());
                  s.setObject(4, utc(run.at()));
                  s.setString(5, run.trigger());
                  s.setString(6, run.actor());
                  s.setInt(7, run.compared());
                  s.setInt(8, run.matched());
                  s.setInt(9, run.found());
                  s.setInt(10, run.opened());
                  s.setInt(11, run.cleared());
                }));
  }

  /**
   * Remembers a run by the clock that found nothing new: in the row of the last one, if that was such a
   * run too, so that not every hour leaves one.
   */
  public void quietRun(Run run) {
    int written =
        work(
            "storing a run",
            c ->
                Statements.update(
                    c,
                    "UPDATE reconciliation_runs SET at = ?, compared = ?, matched = ?, found = ?"
                        + " WHERE run_id = (SELECT run_id FROM reconciliation_runs"
                        + " WHERE statement_id = ? ORDER BY at DESC LIMIT 1)"
                        + " AND trigger = 'SCHEDULE' AND opened = 0 AND cleared = 0",
                    s -> {
                      s.setObject(1, utc(run.at()));
                      s.setInt(2, run.compared());
                      s.setInt(3, run.matched());
                      s.setInt(4, run.found());
                      s.setObject(5, run.statementId());
                    }));
    if (written == 0) {
      run(run);
    } else {
      compared(run);
    }
  }

  private void compared(Run run) {
    work(
        "marking a statement as compared",
        c ->
            Statements.update(
                c,
                "UPDATE reconciliation_statements SET compared_at = ? WHERE statement_id = ?",
                s -> {
                  s.setObject(1, utc(run.at()));
                  s.setObject(2, run.statementId());
                }));
  }

  /** Writes log lines. */
  public void log(List<ReconciliationLog> lines) {
    for (int from = 0; from < lines.size(); from += PIECE) {
      List<ReconciliationLog> piece = lines.subList(from, Math.min(from + PIECE, lines.size()));
      work(
          "writing the log",
          c ->
              Statements.update(
                  c,
                  "INSERT INTO reconciliation_logs (log_id, at, account_id, statement_id, break_id,"
                      + " event, actor, message) SELECT * FROM unnest(?::uuid[], ?::timestamptz[],"
                      + " ?::uuid[], ?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::text[])",
                  s -> {
                    array(s, 1, "uuid", piece, ReconciliationLog::logId);
                    array(s, 2, "text", piece, l -> l.at().toString());
                    array(s, 3, "uuid", piece, l -> l.accountId().value());
                    array(s, 4, "uuid", piece, ReconciliationLog::statementId);
                    array(s, 5, "uuid", piece, ReconciliationLog::breakId);
                    array(s, 6, "text", piece, ReconciliationLog::event);
                    array(s, 7, "text", piece, ReconciliationLog::actor);
                    array(s, 8, "text", piece, ReconciliationLog::message);
                  }));
    }
  }

  /**
   * Log lines, newest first.
   *
   * @param since the oldest, or null
   */
  public List<ReconciliationLog> logs(
      Set<AccountId> accounts, Instant since, int limit, String cursor) {
    Cursor after = Cursor.decode(cursor, LOGS);
    // ACKNOWLEDGED: who hands in a statement looks at the log next.
    return history(
        "reading the log",
        "reconciliation_log",
        c ->
            Statements.query(
                c,
                "SELECT log_id, at, account_id, statement_id, break_id, event, actor, message"
                    + " FROM reconciliation_logs WHERE "
                    + (accounts == null ? "true" : "account_id = ANY (?)")
                    + (since == null ? "" : " AND at >= ?")
                    + (after == null ? "" : " AND (at, log_id) < (?, ?)")
                    + " ORDER BY at DESC, log_id DESC LIMIT ?",
                s -> {
                  int i = 1;
                  if (accounts != null) {
                    accounts(s, i++, accounts);
                  }
                  if (since != null) {
                    s.setObject(i++, utc(since));
                  }
                  if (after != null) {
                    s.setObject(i++, utc(after.at()));
                    s.setObject(i++, after.id());
                  }
                  s.setInt(i, limit);
                },
                row ->
                    new ReconciliationLog(
                        Columns.uuid(row, 1),
                        Columns.instant(row, 2),
                        new AccountId(Columns.uuid(row, 3)),
                        Columns.uuid(row, 4),
                        Columns.uuid(row, 5),
                        row.getString(6),
                        row.getString(7),
                        row.getString(8))));
  }

  /** Where the log goes on after this line. */
  public static String cursor(ReconciliationLog last) {
    return new Cursor(last.at(), last.logId()).encode(LOGS);
  }

  /** Counts of breaks that aren't closed, the oldest open one, and the last statements. */
  public ReconciliationStatus status(
      Set<AccountId> accounts, List<ReconciliationLog> events, Instant now) {
    return work(
        "reading where reconciliation stands",
        c -> {
          String own = accounts == null ? "" : " AND account_id = ANY (?)";
          Statements.Binder mine =
              s -> {
                if (accounts != null) {
                  accounts(s, 1, accounts);
                }
              };
          Map<BreakState, Long> states = new EnumMap<>(BreakState.class);
          Map<BreakClass, Long> open = new EnumMap<>(BreakClass.class);
          Instant[] oldest = new Instant[1];
          Statements.query(
              c,
              "SELECT state, class, count(*), min(open_since) FROM reconciliation_breaks"
                  + " WHERE state IN ('OPEN', 'EXPLAINED', 'ADJUSTED')"
                  + own
                  + " GROUP BY state, class",
              mine,
              row -> {
                BreakState state = BreakState.valueOf(row.getString(1));
                states.merge(state, row.getLong(3), Long::sum);
                if (state == BreakState.OPEN) {
                  open.put(BreakClass.valueOf(row.getString(2)), row.getLong(3));
                  Instant since = Columns.instant(row, 4);
                  oldest[0] = oldest[0] == null || since.isBefore(oldest[0]) ? since : oldest[0];
                }
                return 1;
              });
          List<ReconciliationStatus.Statement> statements =
              Statements.query(
                  c,
                  "SELECT n.statement_id, n.account_id, n.kind, n.as_of, n.lines, n.uploaded_by,"
                      + " n.uploaded_at, n.compared_at, last.compared, last.matched, last.found FROM"
                      + " (SELECT * FROM reconciliation_statements WHERE body IS NOT NULL"
                      + own
                      + " ORDER BY compared_at DESC LIMIT "
                      + MOST_STATEMENTS
                      + ") n CROSS JOIN LATERAL (SELECT r.* FROM reconciliation_runs r"
                      + " WHERE r.statement_id = n.statement_id ORDER BY r.at DESC LIMIT 1) last"
                      + " ORDER BY n.compared_at DESC, n.statement_id",
                  mine,
                  row ->
                      new ReconciliationStatus.Statement(
                          Columns.uuid(row, 1),
                          new AccountId(Columns.uuid(row, 2)),
                          StatementKind.valueOf(row.getString(3)),
                          Columns.instant(row, 4),
                          row.getInt(5),
                          row.getString(6),
                          Columns.instant(row, 7),
                          Columns.instant(row, 8),
                          row.getInt(9),
                          row.getInt(10),
                          row.getInt(11)));
          return new ReconciliationStatus(states, open, oldest[0], statements, events, now);
        });
  }

  /** Accounts that have breaks open since before a moment of which nobody has been told. */
  public List<AccountId> overdue(Instant openedBefore, int most) {
    return work(
        "looking for old breaks",
        c ->
            Statements.query(
                c,
                "SELECT DISTINCT account_id FROM reconciliation_breaks"
                    + " WHERE state = 'OPEN' AND alerted_at IS NULL AND open_since < ? LIMIT ?",
                s -> {
                  s.setObject(1, utc(openedBefore));
                  s.setInt(2, most);
                },
                row -> new AccountId(Columns.uuid(row, 1))));
  }

  /** Marks the old breaks of a locked account as told of, and draws the alert's number. */
  public Optional<Overdue> markOverdue(AccountId account, Instant openedBefore, Instant now) {
    return work(
        "marking old breaks",
        c -> {
          List<UUID> ids = new ArrayList<>();
          Instant[] oldest = new Instant[1];
          Statements.query(
              c,
              "UPDATE reconciliation_breaks SET alerted_at = ? WHERE account_id = ? AND state = 'OPEN'"
                  + " AND alerted_at IS NULL AND open_since < ? RETURNING break_id, open_since",
              s -> {
                s.setObject(1, utc(now));
                s.setObject(2, account.value());
                s.setObject(3, utc(openedBefore));
              },
              row -> {
                ids.add(Columns.uuid(row, 1));
                Instant at = Columns.instant(row, 2);
                oldest[0] = oldest[0] == null || at.isBefore(oldest[0]) ? at : oldest[0];
                return 1;
              });
          if (ids.isEmpty()) {
            return Optional.empty();
          }
          long sequence =
              Statements.query(
                      c,
                      "UPDATE reconciliation_accounts SET alert_sequence = alert_sequence + 1"
                          + " WHERE account_id = ? RETURNING alert_sequence",
                      s -> s.setObject(1, account.value()),
                      row -> row.getLong(1))
                  .get(0);
          return Optional.of(new Overdue(account, sequence, ids.size(), oldest[0], ids));
        });
  }

  // Parts.

  private static Statement statement(ResultSet row) throws SQLException {
    return new Statement(
        Columns.uuid(row, 1),
        new AccountId(Columns.uuid(row, 2)),
        StatementKind.valueOf(row.getString(3)),
        StatementFormat.valueOf(row.getString(4)),
        Columns.instant(row, 5),
        row.getInt(6));
  }

  private static BreakView breakView(ResultSet row) throws SQLException {
    int line = row.getInt(12);
    Integer ofStatement = row.wasNull() ? null : line;
    return new BreakView(
        Columns.uuid(row, 1),
        new AccountId(Columns.uuid(row, 2)),
        Columns.uuid(row, 3),
        StatementKind.valueOf(row.getString(4)),
        BreakClass.valueOf(row.getString(5)),
        row.getString(6),
        row.getString(7),
        row.getString(8),
        row.getString(9),
        row.getString(10),
        row.getBigDecimal(11),
        ofStatement,
        Columns.instant(row, 13),
        BreakState.valueOf(row.getString(14)),
        row.getInt(15),
        Columns.instant(row, 16),
        Columns.instant(row, 17),
        row.getString(18),
        row.getBoolean(19),
        row.getString(20),
        Columns.instant(row, 21),
        row.getString(22),
        Columns.instant(row, 23),
        row.getString(24),
        row.getString(25),
        Columns.instant(row, 26),
        row.getString(27),
        row.getBoolean(28));
  }

  private static void accounts(PreparedStatement s, int index, Set<AccountId> accounts)
      throws SQLException {
    Columns.uuids(s, index, accounts.stream().map(AccountId::value).toArray(UUID[]::new));
  }

  private static <T> void array(
      PreparedStatement s, int index, String type, List<T> values, Function<T, Object> column)
      throws SQLException {
    Object[] objects = new Object[values.size()];
    for (int i = 0; i < objects.length; i++) {
      objects[i] = column.apply(values.get(i));
    }
    s.setArray(index, s.getConnection().createArrayOf(type, objects));
  }

  private static OffsetDateTime utc(Instant at) {
    return at == null ? null : at.atOffset(ZoneOffset.UTC);
  }

  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private <T> T history(String doing, String what, ReadRouter.Read<T> read) {
    try {
      return router.read(what, Freshness.ACKNOWLEDGED, dataSource, read);
    } catch (SQLException e) {
      throw new StoreException(doing, e);
    }
  }

  private <T> T work(String doing, Work<T> work) {
    try (Connection connection = dataSource.getConnection()) {
      return work.on(connection);
    } catch (SQLException e) {
      throw new StoreException(doing, e);
    }
  }
}
