package io.tola.portfolio.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.cache.QueryCaches;
import io.tola.kernel.json.CanonicalJson;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.port.Outbox;
import io.tola.kernel.port.OutboxMessage;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Instrument;
import io.tola.market.api.MarketData;
import io.tola.portfolio.api.BreakClass;
import io.tola.portfolio.api.BreakState;
import io.tola.portfolio.api.BreakView;
import io.tola.portfolio.api.ReconciliationLog;
import io.tola.portfolio.api.ReconciliationRun;
import io.tola.portfolio.api.StatementKind;
import io.tola.portfolio.api.StatementUpload;
import io.tola.portfolio.domain.FeeSchedule;
import io.tola.portfolio.domain.recon.BreakLife;
import io.tola.portfolio.domain.recon.Comparison;
import io.tola.portfolio.domain.recon.Difference;
import io.tola.portfolio.domain.recon.Figures;
import io.tola.portfolio.domain.recon.PositionComparison;
import io.tola.portfolio.domain.recon.StatementLine;
import io.tola.portfolio.domain.recon.StatementReader;
import io.tola.portfolio.domain.recon.TradeComparison;
import io.tola.portfolio.store.PnlStore;
import io.tola.portfolio.store.ReconciliationRows;
import io.tola.portfolio.store.ReconciliationRows.LiveBreak;
import io.tola.portfolio.store.ReconciliationRows.NewBreak;
import io.tola.portfolio.store.ReconciliationRows.Statement;
import io.tola.trading.api.Side;
import io.tola.trading.api.Trade;
import io.tola.trading.api.TradeFeed;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.LocalBean;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import javax.sql.DataSource;

/**
 * Compares statements and moves breaks on, each in one transaction with its log lines and audit entry.
 *
 * <p>Whatever is refused is refused before anything is written: a problem doesn't roll back here.
 */
@Stateless
@LocalBean
@TransactionAttribute(TransactionAttributeType.REQUIRED)
public class ReconciliationOffice {

  private static final String SYSTEM = "system";
  private static final String SCHEDULE = "SCHEDULE";
  private static final String ALERTS = "tola.risk.alerts";
  private static final ZoneOffset INDIA = ZoneOffset.ofHoursMinutes(5, 30);
  private static final int NAMED_BREAKS = 20;

  /** Classes of which only the shares are compared. */
  private static final Set<BreakClass> COUNTED =
      EnumSet.of(
          BreakClass.MISSING_HERE,
          BreakClass.MISSING_THERE,
          BreakClass.QUANTITY,
          BreakClass.SIDE,
          BreakClass.TIMING);

  /** The same body without a moment is the same statement only so long: a retry, not tomorrow's. */
  private static final Duration RETRIED_WITHIN = Duration.ofMinutes(5);

  /** Lines beyond those understood: ignored ones, and empty ones. */
  private static final int MARGIN = 1_000_000;

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Inject private Clock clock;
  @Inject private MarketData market;
  @Inject private TradeFeed trades;
  @Inject private AuditTrail auditTrail;
  @Inject private Instance<Outbox> outbox;
  @Inject private ReconciliationSettings settings;
  @Inject private QueryCaches caches;

  private ReconciliationRows rows;
  private PnlStore books;
  private SinceStatement since;

  /** For the container. */
  public ReconciliationOffice() {}

  ReconciliationOffice(
      DataSource dataSource,
      Clock clock,
      MarketData market,
      TradeFeed trades,
      AuditTrail auditTrail,
      Instance<Outbox> outbox,
      ReconciliationSettings settings,
      QueryCaches caches) {
    this.dataSource = dataSource;
    this.clock = clock;
    this.market = market;
    this.trades = trades;
    this.auditTrail = auditTrail;
    this.outbox = outbox;
    this.settings = settings;
    this.caches = caches;
    start();
  }

  @PostConstruct
  void start() {
    rows = new ReconciliationRows(dataSource);
    books = new PnlStore(dataSource);
    since = new SinceStatement(rows, trades);
  }

  // Runs.

  /**
   * Stores a statement that was read without errors, and compares it.
   *
   * @param body as it came, gzip
   */
  public ReconciliationRun take(
      StatementUpload upload, StatementReader.Statement read, byte[] body) {
    AccountId account = upload.accountId();
    mustExist(account);
    rows.lock(account);
    Instant now = clock.instant();
    var known =
        rows.same(account, upload.kind(), upload.asOf(), read.digest())
            .filter(s -> upload.asOf() != null || s.asOf().isAfter(now.minus(RETRIED_WITHIN)));
    Statement statement =
        known.orElseGet(
            () ->
                new Statement(
                    Ids.next(),
                    account,
                    upload.kind(),
                    upload.format(),
                    upload.asOf() == null ? now : upload.asOf(),
                    read.lines().size()));
    if (statement.asOf().isAfter(now.plus(SinceStatement.CLOCKS_APART))) {
      throw new ProblemException(
          ProblemCode.STATEMENT_INVALID,
          "The statement is of a moment that hasn't come yet",
          List.of(new FieldError("as_of", "must not be in the future")));
    }
    mustBeNewest(statement);
    Compared compared = compare(statement, read.lines(), now);
    if (known.isEmpty()) {
      rows.insert(statement, read.digest(), body, upload.actor(), now);
    }
    return settle(statement, read, compared, known.isPresent(), "UPLOAD", upload.actor(), now);
  }

  /** Compares a stored statement again, for a person. */
  public ReconciliationRun again(UUID statementId, Set<AccountId> accounts, String actor) {
    Statement statement =
        rows.statement(statementId, accounts)
            .orElseThrow(
                () ->
                    new ProblemException(
                        ProblemCode.STATEMENT_NOT_FOUND, "There is no such statement"));
    rows.lock(statement.accountId());
    return again(statement, "PERSON", actor);
  }

  private ReconciliationRun again(Statement statement, String trigger, String actor) {
    mustBeNewest(statement);
    byte[] body =
        rows.body(statement.statementId())
            .orElseThrow(
                () ->
                    new ProblemException(
                        ProblemCode.STATEMENT_OUTDATED,
                        "The body of this statement is no longer kept, because a younger one took its"
                            + " place"));
    StatementReader.Statement read;
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      read =
          new StatementReader(statement.kind(), statement.format(), statement.lines() + MARGIN)
              .read(in);
    } catch (IOException e) {
      throw new IllegalStateException("statement " + statement.statementId() + " is damaged", e);
    }
    Instant now = clock.instant();
    return settle(
        statement, read, compare(statement, read.lines(), now), true, trigger, actor, now);
  }

  /**
   * The statements that are due to be compared again.
   *
   * @throws WatchFault when the database is away
   */
  public List<UUID> due(int most) {
    Duration every = settings.compareEvery();
    return every.isZero()
        ? List.of()
        : WatchFault.watched(
            () ->
                rows.due(clock.instant().minus(every), most).stream()
                    .map(Statement::statementId)
                    .toList());
  }

  /**
   * Compares a statement again if, under its account's lock, it is still due.
   *
   * @throws WatchFault when the database is away
   */
  public void compareIfDue(UUID statementId) {
    WatchFault.watched(() -> lookAgain(statementId));
  }

  private void lookAgain(UUID statementId) {
    Statement statement = rows.statement(statementId, null).orElseThrow();
    rows.lock(statement.accountId());
    Instant due = clock.instant().minus(settings.compareEvery());
    boolean newest =
        rows.newest(statement.accountId(), statement.kind()).orElseThrow().equals(statement);
    if (newest && rows.lastCompared(statementId).orElseThrow().isBefore(due)) {
      again(statement, SCHEDULE, SYSTEM);
    }
  }

  private void mustBeNewest(Statement statement) {
    if (statement.kind() == StatementKind.TRADES) {
      return;
    }
    rows.newest(statement.accountId(), statement.kind())
        .filter(newest -> newest.asOf().isAfter(statement.asOf()))
        .ifPresent(
            newest -> {
              throw new ProblemException(
                  ProblemCode.STATEMENT_OUTDATED,
                  "A statement of " + newest.asOf() + " is there already, and books are only now");
            });
  }

  private void mustExist(AccountId account) {
    if (rows.books(account).isEmpty()) {
      throw new ProblemException(ProblemCode.ACCOUNT_NOT_FOUND, "There is no such account");
    }
  }

  /** What one comparison looked at: trades of other moments are none of its business. */
  private record Period(Instant from, Instant to) {
    boolean holds(Instant at) {
      return at != null && !at.isBefore(from) && at.isBefore(to);
    }
  }

  private record Compared(Period period, Comparison comparison) {}

  /** Compares and writes nothing, so that what is refused here leaves nothing behind. */
  private Compared compare(Statement statement, List<StatementLine> lines, Instant now) {
    Period period = period(statement, lines);
    return new Compared(
        period,
        statement.kind() == StatementKind.TRADES
            ? compareTrades(statement, lines, period)
            : comparePositions(statement, lines, now));
  }

  /** Writes what a comparison came to. */
  private ReconciliationRun settle(
      Statement statement,
      StatementReader.Statement read,
      Compared compared,
      boolean repeated,
      String trigger,
      String actor,
      Instant now) {
    Comparison comparison = compared.comparison();
    Period period = compared.period();
    List<ReconciliationLog> log = new ArrayList<>();
    Sorted sorted = sort(statement, period, comparison.differences());
    write(statement, sorted, now, log);
    Map<BreakClass, Integer> found = new EnumMap<>(BreakClass.class);
    for (Difference difference : comparison.differences()) {
      found.merge(difference.kind(), 1, Integer::sum);
    }
    ReconciliationRows.Run run =
        new ReconciliationRows.Run(
            Ids.next(),
            statement.statementId(),
            statement.accountId(),
            now,
            trigger,
            actor,
            comparison.compared(),
            comparison.matched(),
            comparison.differences().size(),
            sorted.fresh.size(),
            sorted.cleared.size());
    if (trigger.equals(SCHEDULE) && sorted.isNothingNew()) {
      rows.quietRun(run);
    } else {
      rows.run(run);
      log.add(compared(statement, run));
      audit(statement, read, run, found);
    }
    note(log);
    return new ReconciliationRun(
        run.runId(),
        statement.statementId(),
        statement.accountId(),
        statement.kind(),
        statement.asOf(),
        now,
        repeated,
        read.lines().size(),
        read.ignored(),
        comparison.compared(),
        comparison.matched(),
        found,
        sorted.fresh.size(),
        sorted.cleared.size(),
        sorted.accepted);
  }

  private static ReconciliationLog compared(Statement statement, ReconciliationRows.Run run) {
    return line(
        statement,
        null,
        "statement_compared",
        run.actor(),
        run.at(),
        "%s of %s: %d compared, %d the same, %d differences, %d of them new, %d breaks gone"
            .formatted(
                statement.kind().code(),
                statement.asOf(),
                run.compared(),
                run.matched(),
                run.found(),
                run.opened(),
                run.cleared()));
  }

  private void audit(
      Statement statement,
      StatementReader.Statement read,
      ReconciliationRows.Run run,
      Map<BreakClass, Integer> found) {
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("kind", statement.kind().code());
    detail.put("as_of", statement.asOf());
    detail.put("trigger", run.trigger().toLowerCase(Locale.ROOT));
    detail.put("lines", read.lines().size());
    detail.put("sha256", HexFormat.of().formatHex(read.digest()));
    detail.put("compared", run.compared());
    detail.put("matched", run.matched());
    detail.put("opened", run.opened());
    detail.put("cleared", run.cleared());
    Map<String, Object> counts = new LinkedHashMap<>();
    found.forEach((kind, count) -> counts.put(kind.code(), count));
    detail.put("found", counts);
    audit(
        run.at(),
        run.actor(),
        "statement_compared",
        "broker_statement",
        statement.statementId(),
        statement.accountId(),
        detail);
  }

  private static Period period(Statement statement, List<StatementLine> lines) {
    Instant first = statement.asOf();
    Instant last = statement.asOf();
    if (statement.kind() == StatementKind.TRADES && !lines.isEmpty()) {
      first = lines.stream().map(StatementLine::at).min(Instant::compareTo).orElseThrow();
      last = lines.stream().map(StatementLine::at).max(Instant::compareTo).orElseThrow();
    }
    Instant end = dayOf(last).plus(Duration.ofDays(1));
    Instant complete = statement.asOf().plusNanos(1_000);
    return new Period(dayOf(first), complete.isBefore(end) ? complete : end);
  }

  /** Midnight in India before it. */
  private static Instant dayOf(Instant at) {
    return at.atOffset(INDIA).toLocalDate().atStartOfDay().toInstant(INDIA);
  }

  private Map<String, String> isins() {
    Map<String, String> isins = new HashMap<>();
    for (Instrument instrument : market.instruments()) {
      isins.put(instrument.symbol().value(), instrument.isin());
    }
    return isins;
  }

  private Comparison compareTrades(Statement statement, List<StatementLine> lines, Period period) {
    long upTo = rows.books(statement.accountId()).orElseThrow().sequence();
    List<TradeComparison.Booked> booked = new ArrayList<>();
    FeeSchedule fees = lines.stream().anyMatch(line -> line.fees() != null) ? books.fees() : null;
    for (Trade trade : since.trades(statement.accountId(), period.from(), period.to(), upTo)) {
      booked.add(
          new TradeComparison.Booked(
              trade.execId().toString(),
              trade.symbol().value(),
              trade.side().name(),
              trade.product().name(),
              trade.quantity().value(),
              trade.price().value(),
              fees == null ? null : fees(fees, trade),
              trade.tradedAt()));
    }
    return new TradeComparison(settings.tolerances())
        .compare(lines, booked, isins(), statement.asOf());
  }

  /** What the trade should have cost, by the rates of its day. */
  private static BigDecimal fees(FeeSchedule fees, Trade trade) {
    return fees.of(
            FeeSchedule.Segment.ofProduct(trade.product().name()),
            trade.side() == Side.BUY,
            trade.tradedAt().atOffset(INDIA).toLocalDate(),
            trade.price().times(trade.quantity()),
            trade.orderValue())
        .rounded()
        .total();
  }

  private Comparison comparePositions(Statement statement, List<StatementLine> lines, Instant at) {
    AccountId account = statement.accountId();
    ReconciliationRows.Books now = rows.books(account).orElseThrow();
    Instant from = statement.asOf().minus(settings.tolerances().settlement());
    return positionComparison()
        .compare(
            lines,
            new PositionComparison.Books(
                now.positions(),
                since.moves(account, from, at, now.sequence()),
                since.splits(account, statement.asOf()),
                isins(),
                products(statement, lines),
                statement.asOf()));
  }

  private PositionComparison positionComparison() {
    return new PositionComparison(settings.tolerances());
  }

  /**
   * Of which products a statement is complete: holdings of CNC; positions of the others, and of CNC when
   * they list any.
   */
  private static Set<String> products(Statement statement, List<StatementLine> lines) {
    if (statement.kind() == StatementKind.HOLDINGS) {
      return Set.of("CNC");
    }
    return lines.stream().anyMatch(line -> "CNC".equals(line.product()))
        ? Set.of("CNC", "MIS", "NRML")
        : Set.of("MIS", "NRML");
  }

  /** Differences by what becomes of them. */
  private static final class Sorted {
    private final List<NewBreak> fresh = new ArrayList<>();
    private final List<UUID> seen = new ArrayList<>();
    private final Map<UUID, Difference> changed = new LinkedHashMap<>();
    private final Set<UUID> reopened = new HashSet<>();
    private final List<UUID> cleared = new ArrayList<>();
    private final List<UUID> outgrown = new ArrayList<>();
    private int accepted;

    private boolean isNothingNew() {
      return fresh.isEmpty() && changed.isEmpty() && cleared.isEmpty() && outgrown.isEmpty();
    }
  }

  private Sorted sort(Statement statement, Period period, List<Difference> differences) {
    Map<String, LiveBreak> live = new HashMap<>();
    for (LiveBreak known : rows.live(statement.accountId(), statement.kind())) {
      live.put(known.kind() + "|" + known.subject(), known);
    }
    Sorted sorted = new Sorted();
    List<Difference> unknown = new ArrayList<>();
    for (Difference difference : differences) {
      LiveBreak known = live.remove(difference.kind() + "|" + difference.subject());
      if (known == null) {
        unknown.add(difference);
      } else if (isSame(statement.kind(), known, difference)) {
        sorted.seen.add(known.breakId());
      } else if (known.state() == BreakState.ADJUSTED) {
        sorted.outgrown.add(known.breakId());
        unknown.add(difference);
      } else {
        sorted.changed.put(known.breakId(), difference);
        if (known.state() == BreakState.EXPLAINED) {
          sorted.reopened.add(known.breakId());
        }
      }
    }
    for (LiveBreak gone : live.values()) {
      if (statement.kind() != StatementKind.TRADES
          || gone.statementId().equals(statement.statementId())
          || period.holds(gone.tradedAt())) {
        sorted.cleared.add(gone.breakId());
      }
    }
    Set<Difference> accepted = rows.accepted(statement.accountId(), statement.kind(), unknown);
    sorted.accepted = accepted.size();
    for (Difference difference : unknown) {
      if (!accepted.contains(difference)) {
        sorted.fresh.add(new NewBreak(Ids.next(), difference));
      }
    }
    return sorted;
  }

  /** A cost that can't be told any more, because the position has traded since, is no other figure. */
  private static boolean isSame(StatementKind kind, LiveBreak known, Difference difference) {
    if (!known.theirs().equals(difference.theirs())) {
      return false;
    }
    Figures then = Figures.read(known.ours());
    Figures now = Figures.read(difference.ours());
    return known.ours().equals(difference.ours())
        || (kind != StatementKind.TRADES
            && COUNTED.contains(difference.kind())
            && now.quantity() == then.quantity()
            && now.averagePrice() == null);
  }

  private void write(Statement statement, Sorted sorted, Instant now, List<ReconciliationLog> log) {
    rows.clear(sorted.cleared, "no longer found", now);
    rows.clear(sorted.outgrown, "the difference is another one now", now);
    rows.seen(sorted.seen, statement.statementId(), now);
    rows.change(sorted.changed, statement.statementId(), now);
    rows.open(statement, sorted.fresh, now);
    for (UUID id : sorted.cleared) {
      log.add(line(statement, id, "break_closed", SYSTEM, now, "no longer found"));
    }
    for (UUID id : sorted.outgrown) {
      log.add(
          line(statement, id, "break_closed", SYSTEM, now, "the difference is another one now"));
    }
    for (UUID id : sorted.changed.keySet()) {
      boolean reopened = sorted.reopened.contains(id);
      log.add(
          line(
              statement,
              id,
              reopened ? "break_reopened" : "break_changed",
              SYSTEM,
              now,
              reopened ? "other figures than those explained" : "other figures"));
    }
    for (NewBreak fresh : sorted.fresh) {
      log.add(
          line(
              statement,
              fresh.breakId(),
              "break_opened",
              SYSTEM,
              now,
              fresh.difference().kind().code() + " " + fresh.difference().subject()));
    }
  }

  // Steps of a break's life.

  /** See {@link io.tola.portfolio.api.Reconciliations#explain}. */
  public BreakView explain(
      UUID breakId,
      int version,
      Set<AccountId> accounts,
      String explanation,
      boolean proposeBooking,
      String actor) {
    BreakView found = locked(breakId, accounts);
    BreakLife.checkExplain(found, version, proposeBooking);
    Instant now = clock.instant();
    BreakView after =
        with(found, BreakState.EXPLAINED).explained(explanation, proposeBooking, actor, now).view();
    return step(found, after, "break_explained", actor, now, explanation, Map.of());
  }

  /** See {@link io.tola.portfolio.api.Reconciliations#reopen}. */
  public BreakView reopen(
      UUID breakId, int version, Set<AccountId> accounts, String reason, String actor) {
    BreakView found = locked(breakId, accounts);
    BreakLife.checkReopen(found, version);
    Instant now = clock.instant();
    BreakView after = with(found, BreakState.OPEN).explained(null, false, null, null).view();
    return step(found, after, "break_reopened", actor, now, reason, Map.of());
  }

  /**
   * Reckons a page of the trades of a break's account before it is adjusted, in a transaction of its
   * own, because the adjustment holds the account.
   *
   * @return whether there is nothing left to reckon
   */
  public boolean reckonBefore(UUID breakId, Set<AccountId> accounts) {
    BreakView found = rows.find(breakId, accounts).orElseThrow(ReconciliationOffice::noBreak);
    return !found.proposeBooking() || adjustment().reckon(found.accountId());
  }

  private BookAdjustment adjustment() {
    return new BookAdjustment(rows, books, trades, market, positionComparison(), clock);
  }

  /** See {@link io.tola.portfolio.api.Reconciliations#adjust}. */
  public BreakView adjust(UUID breakId, int version, Set<AccountId> accounts, String actor) {
    BreakView found = locked(breakId, accounts);
    BreakLife.checkAdjust(found, version, actor);
    Instant now = clock.instant();
    BookAdjustment.Done done =
        found.proposeBooking()
            ? adjustment()
                .book(found, rows.statement(found.statementId(), null).orElseThrow().asOf(), now)
            : null;
    BreakView after =
        with(found, BreakState.ADJUSTED)
            .adjusted(actor, now, done == null ? null : done.text())
            .view();
    return step(
        found,
        after,
        "break_adjusted",
        actor,
        now,
        done == null ? "agreed; nothing to book" : done.text(),
        done == null ? Map.of() : done.figures());
  }

  /** See {@link io.tola.portfolio.api.Reconciliations#close}. */
  public BreakView close(
      UUID breakId, int version, Set<AccountId> accounts, String reason, String actor) {
    BreakView found = locked(breakId, accounts);
    BreakLife.checkClose(found, version, actor);
    Instant now = clock.instant();
    BreakView after = with(found, BreakState.CLOSED).closed(actor, now, reason).view();
    return step(found, after, "break_closed", actor, now, reason, Map.of());
  }

  private BreakView locked(UUID breakId, Set<AccountId> accounts) {
    BreakView found = rows.find(breakId, accounts).orElseThrow(ReconciliationOffice::noBreak);
    rows.lock(found.accountId());
    return rows.find(breakId, accounts).orElseThrow(ReconciliationOffice::noBreak);
  }

  static ProblemException noBreak() {
    return new ProblemException(ProblemCode.BREAK_NOT_FOUND, "There is no such break");
  }

  /** Every change ends here, so that what is kept of before is not shown after the commit. */
  private void note(List<ReconciliationLog> log) {
    rows.log(log);
    caches.invalidate(ReconciliationDesk.CACHE, "");
  }

  private BreakView step(
      BreakView before,
      BreakView after,
      String event,
      String actor,
      Instant now,
      String message,
      Map<String, ?> figures) {
    rows.step(after, now);
    note(
        List.of(
            new ReconciliationLog(
                Ids.next(),
                now,
                after.accountId(),
                after.statementId(),
                after.breakId(),
                event,
                actor,
                message)));
    Map<String, Object> detail = new LinkedHashMap<>(figures);
    detail.put("class", after.breakClass().code());
    detail.put("kind", after.kind().code());
    detail.put("subject", after.subject());
    detail.put("before", before.state().code());
    detail.put("after", after.state().code());
    detail.put("message", message);
    detail.put("propose_booking", after.proposeBooking());
    detail.put("explained_by", after.explainedBy());
    audit(
        now,
        actor,
        "reconciliation_" + event,
        "reconciliation_break",
        after.breakId(),
        after.accountId(),
        detail);
    return after;
  }

  private static Step with(BreakView found, BreakState state) {
    return new Step(found, state);
  }

  /** A break as it will be; the record has too many parts to be written out at each step. */
  private static final class Step {
    private final BreakView found;
    private final BreakState state;
    private String explanation;
    private boolean proposeBooking;
    private String explainedBy;
    private Instant explainedAt;
    private String adjustedBy;
    private Instant adjustedAt;
    private String booking;
    private String closedBy;
    private Instant closedAt;
    private String closeReason;

    private Step(BreakView found, BreakState state) {
      this.found = found;
      this.state = state;
      this.explanation = found.explanation();
      this.proposeBooking = found.proposeBooking();
      this.explainedBy = found.explainedBy();
      this.explainedAt = found.explainedAt();
      this.adjustedBy = found.adjustedBy();
      this.adjustedAt = found.adjustedAt();
      this.booking = found.booking();
    }

    private Step explained(String text, boolean booking, String actor, Instant now) {
      explanation = text;
      proposeBooking = booking;
      explainedBy = actor;
      explainedAt = now;
      return this;
    }

    private Step adjusted(String actor, Instant now, String done) {
      adjustedBy = actor;
      adjustedAt = now;
      booking = done;
      return this;
    }

    private Step closed(String actor, Instant now, String reason) {
      closedBy = actor;
      closedAt = now;
      closeReason = reason;
      return this;
    }

    private BreakView view() {
      return new BreakView(
          found.breakId(),
          found.accountId(),
          found.statementId(),
          found.kind(),
          found.breakClass(),
          found.subject(),
          found.symbol(),
          found.product(),
          found.ours(),
          found.theirs(),
          found.amount(),
          found.line(),
          found.tradedAt(),
          state,
          found.version() + 1,
          found.openedAt(),
          found.seenAt(),
          explanation,
          proposeBooking,
          explainedBy,
          explainedAt,
          adjustedBy,
          adjustedAt,
          booking,
          closedBy,
          closedAt,
          closeReason,
          state == BreakState.CLOSED && booking == null);
    }
  }

  // Alerts.

  /**
   * Accounts with breaks that have been open too long, of which nobody has been told.
   *
   * @throws WatchFault when the database is away
   */
  public List<AccountId> overdue(int most) {
    Duration after = settings.alertAfter();
    return after.isZero()
        ? List.of()
        : WatchFault.watched(() -> rows.overdue(clock.instant().minus(after), most));
  }

  /**
   * Tells of an account's old breaks, once.
   *
   * @throws WatchFault when the database is away
   */
  public void alert(AccountId account) {
    WatchFault.watched(() -> tell(account));
  }

  private void tell(AccountId account) {
    rows.lock(account);
    Instant now = clock.instant();
    var overdue = rows.markOverdue(account, now.minus(settings.alertAfter()), now);
    if (overdue.isEmpty()) {
      return;
    }
    var told = overdue.get();
    List<UUID> named = told.firstIds().subList(0, Math.min(NAMED_BREAKS, told.firstIds().size()));
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("account_id", account.toString());
    detail.put("breaks", told.breaks());
    detail.put("oldest_open_at", told.oldest());
    detail.put("break_ids", named);
    note(
        List.of(
            new ReconciliationLog(
                Ids.next(),
                now,
                account,
                null,
                null,
                "breaks_alerted",
                SYSTEM,
                told.breaks()
                    + " breaks have been open too long, the oldest since "
                    + told.oldest())));
    if (outbox.isResolvable()) {
      UUID id = Ids.next();
      Map<String, Object> message = new LinkedHashMap<>(detail);
      message.put("alert_id", id);
      message.put("kind", "reconciliation_breaks_open");
      message.put("severity", "WARNING");
      message.put("actor", SYSTEM);
      message.put("at", now);
      message.put("sequence", told.sequence());
      outbox
          .get()
          .append(
              List.of(
                  new OutboxMessage(
                      id,
                      ALERTS,
                      "reconciliation:" + account,
                      told.sequence(),
                      CanonicalJson.write(message))));
    }
    audit(
        now, SYSTEM, "reconciliation_breaks_alerted", "account", account.value(), account, detail);
  }

  // Parts.

  private static ReconciliationLog line(
      Statement statement, UUID breakId, String event, String actor, Instant now, String message) {
    return new ReconciliationLog(
        Ids.next(),
        now,
        statement.accountId(),
        statement.statementId(),
        breakId,
        event,
        actor,
        message);
  }

  private void audit(
      Instant now,
      String actor,
      String action,
      String entityType,
      UUID entityId,
      AccountId account,
      Map<String, ?> detail) {
    auditTrail.append(
        List.of(
            new AuditEntry(
                Ids.next(),
                now,
                actor,
                action,
                entityType,
                entityId.toString(),
                account.value(),
                detail)));
  }
}
