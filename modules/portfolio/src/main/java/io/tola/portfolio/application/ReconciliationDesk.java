package io.tola.portfolio.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Page;
import io.tola.kernel.cache.CacheSpec;
import io.tola.kernel.cache.Cached;
import io.tola.kernel.cache.QueryCaches;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.kernel.sql.ReadRouter;
import io.tola.portfolio.api.BreakFilter;
import io.tola.portfolio.api.BreakView;
import io.tola.portfolio.api.ReconciliationLog;
import io.tola.portfolio.api.ReconciliationRun;
import io.tola.portfolio.api.ReconciliationStatus;
import io.tola.portfolio.api.Reconciliations;
import io.tola.portfolio.api.StatementUpload;
import io.tola.portfolio.domain.recon.LineError;
import io.tola.portfolio.domain.recon.StatementReader;
import io.tola.portfolio.store.ReconciliationRows;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The way into reconciliation. A statement's body is read here, outside of any transaction, because it
 * comes at the pace of whoever sends it.
 */
@Stateless
@Local(Reconciliations.class)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class ReconciliationDesk implements Reconciliations {

  static final String CACHE = "reconciliation";

  private static final CacheSpec KEPT =
      new CacheSpec(CACHE, Duration.ofSeconds(Cached.PORTFOLIO), 1_000, false);
  private static final int MOST = 500;
  private static final int MOST_TEXT = 1_000;

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Inject private Clock clock;
  @Inject private ReconciliationOffice office;
  @Inject private ReconciliationSettings settings;
  @Inject private QueryCaches caches;
  @Inject private ReadRouter router;

  private ReconciliationRows rows;

  /** Log lines, newest first. */
  private record Lines(List<ReconciliationLog> lines) {}

  /** For the container. */
  public ReconciliationDesk() {}

  ReconciliationDesk(
      DataSource dataSource,
      Clock clock,
      ReconciliationOffice office,
      ReconciliationSettings settings,
      QueryCaches caches) {
    this.dataSource = dataSource;
    this.clock = clock;
    this.office = office;
    this.settings = settings;
    this.caches = caches;
    this.router = new ReadRouter();
    start();
  }

  @PostConstruct
  void start() {
    rows = new ReconciliationRows(dataSource, router);
  }

  @Override
  public ReconciliationRun upload(StatementUpload upload, InputStream body) {
    StatementReader.Statement read;
    KeptBody kept;
    try {
      kept = new KeptBody(body);
      read = new StatementReader(upload.kind(), upload.format(), settings.maxLines()).read(kept);
    } catch (IOException e) {
      throw new ProblemException(
          ProblemCode.STATEMENT_INVALID,
          "The statement broke off before its end; nothing of it was taken");
    }
    if (read.errors() > 0) {
      List<FieldError> errors = new ArrayList<>();
      for (LineError error : read.firstErrors()) {
        errors.add(
            new FieldError(
                error.line() == 0 ? error.field() : "line " + error.line() + ": " + error.field(),
                error.message()));
      }
      throw new ProblemException(
          ProblemCode.STATEMENT_INVALID,
          (read.errors() == 1 ? "One line" : read.errors() + " lines")
              + " of the statement can't be understood; nothing of it was taken",
          errors);
    }
    return office.take(upload, read, kept.gzip());
  }

  @Override
  public ReconciliationRun compareAgain(UUID statementId, Set<AccountId> accounts, String actor) {
    return office.again(statementId, accounts, actor);
  }

  @Override
  public ReconciliationStatus status(Set<AccountId> accounts, int events) {
    if (events < 0 || events > MOST) {
      throw new ProblemException(
          ProblemCode.INVALID_PARAMETER,
          "limit_events is out of range",
          List.of(new FieldError("limit_events", "must be from 0 to " + MOST)));
    }
    return caches
        .cache(KEPT)
        .get(
            "",
            Arrays.asList("status", accounts, events),
            ReconciliationStatus.class,
            () -> rows.status(accounts, rows.logs(accounts, null, events, null), clock.instant()));
  }

  @Override
  public Page<ReconciliationLog> logs(
      Set<AccountId> accounts, Instant since, int limit, String cursor) {
    requireLimit(limit);
    // Of whole minutes, so that whoever asks for the last hours asks the same for a while.
    Instant whole = since == null ? null : since.truncatedTo(ChronoUnit.MINUTES);
    Lines kept =
        caches
            .cache(KEPT)
            .get(
                "",
                Arrays.asList("logs", accounts, whole, limit, cursor),
                Lines.class,
                () -> new Lines(rows.logs(accounts, whole, limit + 1, cursor)));
    List<ReconciliationLog> found =
        since == null
            ? kept.lines
            : kept.lines.stream().filter(line -> !line.at().isBefore(since)).toList();
    boolean more = found.size() > limit;
    return more
        ? new Page<>(found.subList(0, limit), ReconciliationRows.cursor(found.get(limit - 1)))
        : new Page<>(found, null);
  }

  @Override
  public Page<BreakView> breaks(BreakFilter filter) {
    requireLimit(filter.limit());
    List<BreakView> found = rows.list(filter);
    boolean more = found.size() > filter.limit();
    return more
        ? new Page<>(
            found.subList(0, filter.limit()),
            ReconciliationRows.cursor(found.get(filter.limit() - 1)))
        : new Page<>(found, null);
  }

  @Override
  public Optional<BreakView> find(UUID breakId, Set<AccountId> accounts) {
    return rows.find(breakId, accounts);
  }

  @Override
  public BreakView explain(
      UUID breakId,
      int version,
      Set<AccountId> accounts,
      String explanation,
      boolean proposeBooking,
      String actor) {
    requireText("explanation", explanation);
    return office.explain(breakId, version, accounts, explanation, proposeBooking, actor);
  }

  @Override
  public BreakView reopen(
      UUID breakId, int version, Set<AccountId> accounts, String reason, String actor) {
    requireText("reason", reason);
    return office.reopen(breakId, version, accounts, reason, actor);
  }

  @Override
  public BreakView adjust(UUID breakId, int version, Set<AccountId> accounts, String actor) {
    while (!office.reckonBefore(breakId, accounts)) {}
    return office.adjust(breakId, version, accounts, actor);
  }

  @Override
  public BreakView close(
      UUID breakId, int version, Set<AccountId> accounts, String reason, String actor) {
    requireText("reason", reason);
    return office.close(breakId, version, accounts, reason, actor);
  }

  private static void requireLimit(int limit) {
    if (limit < 1 || limit > MOST) {
      throw new ProblemException(
          ProblemCode.INVALID_PARAMETER,
          "limit is out of range",
          List.of(new FieldError("limit", "must be from 1 to " + MOST)));
    }
  }

  private static void requireText(String field, String text) {
    if (text == null || text.isBlank() || text.length() > MOST_TEXT) {
      throw new ProblemException(
          ProblemCode.INVALID_FIELD,
          field + " must have 1 to " + MOST_TEXT + " characters",
          List.of(new FieldError(field, "must have 1 to " + MOST_TEXT + " characters")));
    }
  }
}
