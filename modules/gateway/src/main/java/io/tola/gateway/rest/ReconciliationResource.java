package io.tola.gateway.rest;

import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Errors;
import io.tola.gateway.json.Fields;
import io.tola.gateway.rest.body.PageShape;
import io.tola.gateway.rest.body.ReconciliationBreakShape;
import io.tola.gateway.rest.body.ReconciliationLogShape;
import io.tola.gateway.rest.body.ReconciliationRunShape;
import io.tola.gateway.rest.body.ReconciliationStatusShape;
import io.tola.gateway.security.Allow;
import io.tola.gateway.security.Caller;
import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Role;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.portfolio.api.BreakClass;
import io.tola.portfolio.api.BreakFilter;
import io.tola.portfolio.api.BreakState;
import io.tola.portfolio.api.Reconciliations;
import io.tola.portfolio.api.StatementFormat;
import io.tola.portfolio.api.StatementKind;
import io.tola.portfolio.api.StatementUpload;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/** Brokers' statements against the books. Traders see their own accounts, the others all. */
@Path("reconciliation")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class ReconciliationResource {

  private static final String CSV = "text/csv";
  private static final int MAX_PAGE = 500;
  private static final int DEFAULT_PAGE = 100;
  private static final int DEFAULT_EVENTS = 5;
  private static final int MAX_HOURS = 8_760;
  private static final int MAX_TEXT = 1_000;
  private static final int MAX_VERSION = 1_000_000;
  private static final Codes<StatementKind> KINDS =
      Codes.of(StatementKind.values(), StatementKind::code);
  private static final Codes<BreakState> STATES = Codes.of(BreakState.values(), BreakState::code);
  private static final Codes<BreakClass> CLASSES = Codes.of(BreakClass.values(), BreakClass::code);

  @Inject private Reconciliations reconciliations;
  @Inject private Clock clock;

  /** Reads the body as a stream, however long; the limit is the listener's own. */
  @POST
  @Path("statements")
  @Consumes({CSV, MediaType.APPLICATION_JSON})
  @Allow({Role.TRADER, Role.OPS})
  public ReconciliationRunShape upload(
      InputStream body,
      @Context HttpHeaders headers,
      @Context UriInfo uri,
      @Context SecurityContext security) {
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    StatementKind kind = query.code("kind", KINDS);
    Instant asOf = query.instant("as_of");
    query.done();
    if (kind == null) {
      Errors errors = Errors.ofParameters();
      errors.add("kind", "is required");
      throw errors.problem();
    }
    MediaType type = headers.getMediaType();
    String charset = type.getParameters().get(MediaType.CHARSET_PARAMETER);
    String encoding = headers.getHeaderString(HttpHeaders.CONTENT_ENCODING);
    if (charset != null && !charset.equalsIgnoreCase("utf-8")
        || encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new ProblemException(
          ProblemCode.UNSUPPORTED_MEDIA_TYPE,
          "Send " + CSV + " or application/json in UTF-8, not compressed.");
    }
    Caller caller = Door.caller(security);
    return ReconciliationRunShape.of(
        reconciliations.upload(
            new StatementUpload(
                account(caller, asked),
                kind,
                type.getSubtype().equalsIgnoreCase("csv")
                    ? StatementFormat.CSV
                    : StatementFormat.JSON,
                asOf,
                caller.getName()),
            body));
  }

  private static AccountId account(Caller caller, AccountId asked) {
    if (!caller.has(Role.OPS)) {
      return Query.account(caller, asked);
    }
    if (asked == null) {
      Errors errors = Errors.ofParameters();
      errors.add("account_id", "is required");
      throw errors.problem();
    }
    return asked;
  }

  @POST
  @Path("statements/{statement_id}/compare")
  @Allow({Role.TRADER, Role.OPS})
  public ReconciliationRunShape compare(
      @PathParam("statement_id") String statement,
      @Context UriInfo uri,
      @Context SecurityContext security) {
    Query.of(uri).done();
    Caller caller = Door.caller(security);
    UUID id;
    try {
      id = Ids.parse("statement_id", statement);
    } catch (InvalidValueException e) {
      throw new ProblemException(ProblemCode.STATEMENT_NOT_FOUND, "There is no such statement.");
    }
    return ReconciliationRunShape.of(
        reconciliations.compareAgain(id, visible(caller, null), caller.getName()));
  }

  @GET
  @Path("status")
  @Allow({Role.TRADER, Role.OPS, Role.ADMIN, Role.RISK})
  public ReconciliationStatusShape status(@Context UriInfo uri, @Context SecurityContext security) {
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    Integer events =
        query.value("limit_events", 3, text -> number("limit_events", text, 0, MAX_PAGE));
    query.done();
    return ReconciliationStatusShape.of(
        reconciliations.status(
            visible(Door.caller(security), asked), events == null ? DEFAULT_EVENTS : events));
  }

  @GET
  @Path("logs")
  @Allow({Role.TRADER, Role.OPS, Role.ADMIN, Role.RISK})
  public PageShape<ReconciliationLogShape> logs(
      @Context UriInfo uri, @Context SecurityContext security) {
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    Integer hours = query.value("hours", 4, text -> number("hours", text, 1, MAX_HOURS));
    int limit = query.limit(DEFAULT_PAGE, MAX_PAGE);
    String cursor = query.cursor();
    query.done();
    Instant since = clock.instant().minus(Duration.ofHours(hours == null ? 1 : hours));
    return PageShape.of(
        reconciliations.logs(visible(Door.caller(security), asked), since, limit, cursor),
        ReconciliationLogShape::of);
  }

  @GET
  @Path("breaks")
  @Allow({Role.TRADER, Role.OPS, Role.ADMIN, Role.RISK})
  public PageShape<ReconciliationBreakShape> breaks(
      @Context UriInfo uri, @Context SecurityContext security) {
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    BreakState state = query.code("state", STATES);
    BreakClass breakClass = query.code("class", CLASSES);
    UUID statement = query.value("statement_id", 36, text -> Ids.parse("statement_id", text));
    int limit = query.limit(DEFAULT_PAGE, MAX_PAGE);
    String cursor = query.cursor();
    query.done();
    return PageShape.of(
        reconciliations.breaks(
            new BreakFilter(
                visible(Door.caller(security), asked),
                state,
                breakClass,
                statement,
                limit,
                cursor)),
        ReconciliationBreakShape::of);
  }

  @GET
  @Path("breaks/{break_id}")
  @Allow({Role.TRADER, Role.OPS, Role.ADMIN, Role.RISK})
  public ReconciliationBreakShape found(
      @PathParam("break_id") String id, @Context UriInfo uri, @Context SecurityContext security) {
    Query.of(uri).done();
    return ReconciliationBreakShape.of(
        reconciliations
            .find(breakId(id), visible(Door.caller(security), null))
            .orElseThrow(ReconciliationResource::noBreak));
  }

  @POST
  @Path("breaks/{break_id}/explain")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow({Role.TRADER, Role.OPS, Role.ADMIN})
  public ReconciliationBreakShape explain(
      @PathParam("break_id") String id,
      @MaxBody(65_536) JsonBody body,
      @Context UriInfo uri,
      @Context SecurityContext security) {
    Query.of(uri).done();
    Fields form = body.fields();
    int version = version(form);
    String explanation = form.requiredText("explanation", MAX_TEXT);
    Boolean booking = form.requiredTruth("propose_booking");
    form.done();
    form.errors().throwIfAny();
    Caller caller = Door.caller(security);
    return ReconciliationBreakShape.of(
        reconciliations.explain(
            breakId(id), version, visible(caller, null), explanation, booking, caller.getName()));
  }

  @POST
  @Path("breaks/{break_id}/reopen")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow({Role.TRADER, Role.OPS, Role.ADMIN})
  public ReconciliationBreakShape reopen(
      @PathParam("break_id") String id,
      @MaxBody(65_536) JsonBody body,
      @Context UriInfo uri,
      @Context SecurityContext security) {
    return withReason(id, body, uri, security, reconciliations::reopen);
  }

  @POST
  @Path("breaks/{break_id}/adjust")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow({Role.OPS, Role.ADMIN})
  public ReconciliationBreakShape adjust(
      @PathParam("break_id") String id,
      @MaxBody(65_536) JsonBody body,
      @Context UriInfo uri,
      @Context SecurityContext security) {
    Query.of(uri).done();
    Fields form = body.fields();
    int version = version(form);
    form.done();
    form.errors().throwIfAny();
    Caller caller = Door.caller(security);
    return ReconciliationBreakShape.of(
        reconciliations.adjust(breakId(id), version, visible(caller, null), caller.getName()));
  }

  @POST
  @Path("breaks/{break_id}/close")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow({Role.OPS, Role.ADMIN})
  public ReconciliationBreakShape close(
      @PathParam("break_id") String id,
      @MaxBody(65_536) JsonBody body,
      @Context UriInfo uri,
      @Context SecurityContext security) {
    return withReason(id, body, uri, security, reconciliations::close);
  }

  /** One of the two steps that take a reason. */
  private interface Step {
    io.tola.portfolio.api.BreakView take(
        UUID id, int version, Set<AccountId> accounts, String reason, String actor);
  }

  private static ReconciliationBreakShape withReason(
      String id, JsonBody body, UriInfo uri, SecurityContext security, Step step) {
    Query.of(uri).done();
    Fields form = body.fields();
    int version = version(form);
    String reason = form.requiredText("reason", MAX_TEXT);
    form.done();
    form.errors().throwIfAny();
    Caller caller = Door.caller(security);
    return ReconciliationBreakShape.of(
        step.take(breakId(id), version, visible(caller, null), reason, caller.getName()));
  }

  private static int version(Fields form) {
    Long version = form.requiredWhole("version", 1, MAX_VERSION);
    return version == null ? 0 : version.intValue();
  }

  /** Null for all accounts. */
  private static Set<AccountId> visible(Caller caller, AccountId asked) {
    boolean all = caller.has(Role.OPS) || caller.has(Role.ADMIN) || caller.has(Role.RISK);
    if (!all) {
      return Query.accounts(caller, asked);
    }
    return asked == null ? null : Set.of(asked);
  }

  private static Integer number(String name, String text, int min, int max) {
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number out of range.
    }
    throw new InvalidValueException(name, "must be a whole number from " + min + " to " + max);
  }

  private static UUID breakId(String text) {
    try {
      return Ids.parse("break_id", text);
    } catch (InvalidValueException e) {
      throw noBreak();
    }
  }

  private static ProblemException noBreak() {
    return new ProblemException(ProblemCode.BREAK_NOT_FOUND, "There is no such break.");
  }
}
