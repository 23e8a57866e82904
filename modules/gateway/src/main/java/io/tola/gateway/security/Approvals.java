package io.tola.gateway.security;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.gateway.json.Json;
import io.tola.kernel.AccountId;
import io.tola.kernel.Cursor;
import io.tola.kernel.Ids;
import io.tola.kernel.Page;
import io.tola.kernel.Role;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.RiskDesk;
import io.tola.risk.api.RuleDesk;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What one person asks for and another decides. Thread-safe.
 *
 * <p>A request is PENDING until somebody else with the kind's role approves it, somebody with the
 * role or its author refuses it, or its time is over. What was asked for is kept word for word, and
 * approving does exactly that in the same transaction: when it can't be done any more, because
 * somebody changed the same thing meanwhile, nothing is approved and the request is STALE, from the
 * next sweep on or when somebody tries. Decided once; the table holds to
 * both rules as well. That something needs a second person is the module's rule whose facade refuses
 * it to one; here is only who has asked and who has decided.
 */
@ApplicationScoped
public class Approvals {

  private static final char LIST = 'p';
  private static final int QUERY_TIMEOUT = 5;
  private static final int SWEEP_EVERY = 12;
  private static final String COLUMNS =
      "approval_id, kind, account_id, request::text AS request, requested_by, requested_at,"
          + " expires_at, status, decided_by, decided_at, reason";

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Inject private UserDirectory directory;
  @Inject private Instance<Approvals> self;
  @Inject private RiskDesk risk;
  @Inject private RuleDesk rules;

  private AuditTrail audit;
  private Clock clock;
  private Duration openFor;
  private int rounds;

  /** For the proxy. */
  protected Approvals() {}

  @Inject
  Approvals(
      AuditTrail audit,
      Clock clock,
      @ConfigProperty(name = "tola.security.approval-hours", defaultValue = "24") int openHours) {
    if (openHours < 1) {
      throw new IllegalStateException("tola.security.approval-hours must be 1 or more");
    }
    this.audit = audit;
    this.clock = clock;
    this.openFor = Duration.ofHours(openHours);
  }

  Approvals(DataSource dataSource, AuditTrail audit, Clock clock, int openHours) {
    this(audit, clock, openHours);
    this.dataSource = dataSource;
  }

  void started(@Observes @Initialized(ApplicationScoped.class) Object event) {
    directory.alongside(this::sweep);
  }

  private void sweep() throws SQLException {
    if (rounds++ % SWEEP_EVERY == 0) {
      // Through the container, which makes the transaction.
      self.get().expire();
      self.get().outdate(this::isGone);
    }
  }

  /** What may be asked for. */
  public enum Kind {
    /** Limits of an account, or the defaults without one, that let more through than those that hold. */
    LIMIT_RAISE(Role.RISK),
    /** A symbol that nobody may trade, to be traded again. */
    SYMBOL_RELEASE(Role.RISK),
    /** An algorithm whose account may be as fast as its limits say. */
    ALGO_REGISTRATION(Role.RISK);

    private final Role role;

    Kind(Role role) {
      this.role = role;
    }

    /** Who may ask, approve and refuse. */
    public Role role() {
      return role;
    }
  }

  /** Where a request stands. */
  public enum Status {
    PENDING,
    APPROVED,
    REFUSED,
    EXPIRED,
    /** What it would have replaced was changed meanwhile. */
    STALE
  }

  /**
   * A request.
   *
   * @param accountId the account concerned, or null
   * @param request what is to be done, a JSON object
   * @param decidedBy who approved or refused it; null while it is open, when it expired, and when it
   *     is stale
   * @param reason what the one who decided said, or null
   */
  public record Approval(
      UUID id,
      Kind kind,
      UUID accountId,
      String request,
      String requestedBy,
      Instant requestedAt,
      Instant expiresAt,
      Status status,
      String decidedBy,
      Instant decidedAt,
      String reason) {}

  /** Does what was asked for, in the transaction that approves it. */
  public interface Deed {
    void run(Approval approval);
  }

  /** Keeps a request for somebody else to decide. */
  @Transactional(rollbackOn = Exception.class)
  public Approval ask(Kind kind, UUID accountId, String request, String actor) throws SQLException {
    Instant now = clock.instant();
    UUID id = Ids.next();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO approvals (approval_id, kind, account_id, request, requested_by,"
                    + " requested_at, expires_at) VALUES (?, ?, ?, ?::jsonb, ?, ?, ?)")) {
      insert.setObject(1, id);
      insert.setString(2, kind.name());
      insert.setObject(3, accountId);
      insert.setString(4, request);
      insert.setString(5, actor);
      insert.setObject(6, AccessStore.at(now));
      insert.setObject(7, AccessStore.at(now.plus(openFor)));
      insert.executeUpdate();
    }
    Approval approval = read(id, false);
    audit(now, actor, "approval_requested", approval, Map.of("request", request));
    return approval;
  }

  /**
   * One request.
   *
   * @throws ProblemException APPROVAL_NOT_FOUND
   */
  @Transactional(rollbackOn = Exception.class)
  public Approval approval(UUID id) throws SQLException {
    return read(id, false);
  }

  /**
   * Requests, newest first.
   *
   * @param status only those, or null
   * @throws ProblemException INVALID_PARAMETER for a bad cursor
   */
  @Transactional(rollbackOn = Exception.class)
  public Page<Approval> approvals(Status status, int limit, String cursor) throws SQLException {
    Cursor after = Cursor.decode(cursor, LIST);
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT * FROM (SELECT "
                    + COLUMNS.replace(" status,", " " + standing() + " AS status,")
                    + " FROM approvals WHERE (?::timestamptz IS NULL OR (requested_at, approval_id)"
                    + " < (?, ?))) a WHERE (?::text IS NULL OR a.status = ?) ORDER BY a.requested_at"
                    + " DESC, a.approval_id DESC LIMIT ?")) {
      OffsetDateTime from = after == null ? null : AccessStore.at(after.at());
      select.setQueryTimeout(QUERY_TIMEOUT);
      select.setObject(1, AccessStore.at(clock.instant()));
      select.setObject(2, from);
      select.setObject(3, from);
      select.setObject(4, after == null ? null : after.id());
      select.setString(5, status == null ? null : status.name());
      select.setString(6, status == null ? null : status.name());
      select.setInt(7, limit + 1);
      List<Approval> found = rows(select);
      String next = null;
      if (found.size() > limit) {
        found = found.subList(0, limit);
        Approval last = found.get(limit - 1);
        next = new Cursor(last.requestedAt(), last.id()).encode(LIST);
      }
      return new Page<>(found, next);
    }
  }

  /**
   * Approves a request and does what it asks for.
   *
   * @param reason what to keep with it, or null
   * @throws ProblemException APPROVAL_NOT_FOUND, APPROVAL_CLOSED, FORBIDDEN without the kind's role,
   *     SECOND_PERSON_NEEDED for the one who asked; and whatever the deed is refused with
   */
  @Transactional(rollbackOn = Exception.class)
  public Approval approve(UUID id, Caller caller, String reason, Deed deed) throws SQLException {
    Approval asked = open(id, caller);
    if (asked.requestedBy().equals(caller.getName())) {
      throw new ProblemException(
          ProblemCode.SECOND_PERSON_NEEDED,
          "You have asked for this yourself; another must approve.");
    }
    decide(id, Status.APPROVED, caller.getName(), reason);
    deed.run(asked);
    Approval approved = read(id, false);
    audit(approved.decidedAt(), caller.getName(), "approval_approved", approved, said(reason));
    return approved;
  }

  /**
   * Refuses a request, or takes back one's own.
   *
   * @throws ProblemException APPROVAL_NOT_FOUND, APPROVAL_CLOSED, FORBIDDEN
   */
  @Transactional(rollbackOn = Exception.class)
  public Approval refuse(UUID id, Caller caller, String reason) throws SQLException {
    open(id, caller);
    decide(id, Status.REFUSED, caller.getName(), reason);
    Approval refused = read(id, false);
    audit(refused.decidedAt(), caller.getName(), "approval_refused", refused, said(reason));
    return refused;
  }

  /** Closes what nobody decided in time; returns how many. */
  @Transactional(rollbackOn = Exception.class)
  public int expire() throws SQLException {
    Instant now = clock.instant();
    List<Approval> expired;
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE approvals SET status = 'EXPIRED', decided_at = expires_at WHERE status ="
                    + " 'PENDING' AND expires_at <= ? RETURNING "
                    + COLUMNS)) {
      update.setQueryTimeout(QUERY_TIMEOUT);
      update.setObject(1, AccessStore.at(now));
      expired = rows(update);
    }
    for (Approval approval : expired) {
      audit(now, "system", "approval_expired", approval, Map.of());
    }
    return expired.size();
  }

  /** Whether that isn't any more which the request would change, as its author saw it. */
  public boolean isGone(Approval approval) {
    return isGone(approval, risk, rules);
  }

  static boolean isGone(Approval approval, RiskDesk risk, RuleDesk rules) {
    JsonNode request = Json.parse(approval.request().getBytes(StandardCharsets.UTF_8));
    return switch (approval.kind()) {
      case LIMIT_RAISE -> {
        UUID account = approval.accountId();
        AccountLimits holding =
            account == null ? risk.defaultLimits() : risk.limits(new AccountId(account));
        yield request.path("version").asLong() != holding.version()
            || (account != null
                && holding.version() == 0
                && isChangedSince(risk.defaultLimits(), approval.requestedAt()));
      }
      case SYMBOL_RELEASE ->
          rules.restrictedSymbols().stream()
              .noneMatch(
                  restricted ->
                      restricted.symbol().value().equals(request.path("symbol").asText())
                          && !restricted.updatedAt().isAfter(approval.requestedAt()));
      // Registering twice is the same as once.
      case ALGO_REGISTRATION -> false;
    };
  }

  /** An account without limits of its own has the defaults: its version stays 0 when they change. */
  private static boolean isChangedSince(AccountLimits defaults, Instant moment) {
    return defaults.updatedAt() != null && defaults.updatedAt().isAfter(moment);
  }

  /**
   * Closes what can't be done any more; returns how much.
   *
   * @param gone whether that isn't any more which a request would change
   */
  @Transactional(rollbackOn = Exception.class)
  public int outdate(Predicate<Approval> gone) throws SQLException {
    List<Approval> pending;
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM approvals WHERE status = 'PENDING'")) {
      select.setQueryTimeout(QUERY_TIMEOUT);
      pending = rows(select);
    }
    int closed = 0;
    for (Approval approval : pending) {
      if (gone.test(approval) && close(approval.id())) {
        closed++;
      }
    }
    return closed;
  }

  /** Closes a request that has turned out not to be possible any more, if it is open. */
  @Transactional(rollbackOn = Exception.class)
  public void outdated(UUID id) throws SQLException {
    close(id);
  }

  private boolean close(UUID id) throws SQLException {
    Instant now = clock.instant();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE approvals SET status = 'STALE', decided_at = ? WHERE approval_id = ? AND"
                    + " status = 'PENDING' AND expires_at > ? RETURNING "
                    + COLUMNS)) {
      update.setQueryTimeout(QUERY_TIMEOUT);
      update.setObject(1, AccessStore.at(now));
      update.setObject(2, id);
      update.setObject(3, AccessStore.at(now));
      List<Approval> closed = rows(update);
      for (Approval approval : closed) {
        audit(now, "system", "approval_stale", approval, Map.of());
      }
      return !closed.isEmpty();
    }
  }

  private Approval open(UUID id, Caller caller) throws SQLException {
    Approval approval = read(id, true);
    if (!caller.has(approval.kind().role())) {
      throw new ProblemException(
          ProblemCode.FORBIDDEN, "Only role " + approval.kind().role().code() + " decides this.");
    }
    if (approval.status() != Status.PENDING) {
      throw new ProblemException(
          ProblemCode.APPROVAL_CLOSED, "It is " + approval.status() + " already.");
    }
    return approval;
  }

  private void decide(UUID id, Status status, String actor, String reason) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE approvals SET status = ?, decided_by = ?, decided_at = ?, reason = ? WHERE"
                    + " approval_id = ?")) {
      update.setString(1, status.name());
      update.setString(2, actor);
      update.setObject(3, AccessStore.at(clock.instant()));
      update.setString(4, reason);
      update.setObject(5, id);
      update.executeUpdate();
    }
  }

  private Approval read(UUID id, boolean lock) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT "
                    + COLUMNS.replace(" status,", " " + standing() + " AS status,")
                    + " FROM approvals WHERE approval_id = ?"
                    + (lock ? " FOR UPDATE" : ""))) {
      select.setQueryTimeout(QUERY_TIMEOUT);
      select.setObject(1, AccessStore.at(clock.instant()));
      select.setObject(2, id);
      return rows(select).stream().findFirst().orElseThrow(Approvals::notFound);
    }
  }

  /** The answer to an id that is no approval's. */
  public static ProblemException notFound() {
    return new ProblemException(ProblemCode.APPROVAL_NOT_FOUND, "There is no such approval.");
  }

  /** What is over is EXPIRED from that moment on, not from the sweep on. */
  private static String standing() {
    return "CASE WHEN status = 'PENDING' AND expires_at <= ? THEN 'EXPIRED' ELSE status END";
  }

  private static List<Approval> rows(PreparedStatement statement) throws SQLException {
    List<Approval> approvals = new ArrayList<>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        OffsetDateTime decidedAt = row.getObject("decided_at", OffsetDateTime.class);
        approvals.add(
            new Approval(
                row.getObject("approval_id", UUID.class),
                Kind.valueOf(row.getString("kind")),
                row.getObject("account_id", UUID.class),
                row.getString("request"),
                row.getString("requested_by"),
                row.getObject("requested_at", OffsetDateTime.class).toInstant(),
                row.getObject("expires_at", OffsetDateTime.class).toInstant(),
                Status.valueOf(row.getString("status")),
                row.getString("decided_by"),
                decidedAt == null ? null : decidedAt.toInstant(),
                row.getString("reason")));
      }
    }
    return approvals;
  }

  private static Map<String, Object> said(String reason) {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("reason", reason);
    return said;
  }

  private void audit(
      Instant at, String actor, String action, Approval approval, Map<String, ?> more) {
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("kind", approval.kind().name());
    detail.put("requested_by", approval.requestedBy());
    detail.putAll(more);
    audit.append(
        List.of(
            new AuditEntry(
                Ids.next(),
                at,
                actor,
                action,
                "approval",
                approval.id().toString(),
                approval.accountId(),
                detail)));
  }
}
