package io.tola.gateway.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Errors;
import io.tola.gateway.json.Fields;
import io.tola.gateway.json.Problem;
import io.tola.gateway.rest.body.BatchShape;
import io.tola.gateway.rest.body.CanceledShape;
import io.tola.gateway.rest.body.EventsShape;
import io.tola.gateway.rest.body.ExecutionShape;
import io.tola.gateway.rest.body.OrderForm;
import io.tola.gateway.rest.body.OrderShape;
import io.tola.gateway.rest.body.PageShape;
import io.tola.gateway.rest.body.ReplaceForm;
import io.tola.gateway.rest.body.TradeShape;
import io.tola.gateway.security.Allow;
import io.tola.gateway.security.Caller;
import io.tola.gateway.web.RequestId;
import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Ids;
import io.tola.kernel.Role;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.trading.api.CancelAll;
import io.tola.trading.api.CancelOrder;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.OrderDesk;
import io.tola.trading.api.OrderFilter;
import io.tola.trading.api.OrderView;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.PlaceOutcome;
import io.tola.trading.api.ReplaceOrder;
import io.tola.trading.api.Side;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Orders and trades of the caller's accounts.
 *
 * <p>Placing, replacing and canceling are asynchronous: the request's thread is given back while the order is
 * checked, executed and committed.
 */
@Path("")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class OrderResource {

  private static final Codes<OrdStatus> STATUSES = Codes.of(OrdStatus.values(), Enum::name);
  private static final Codes<Side> SIDES = Codes.of(Side.values(), Enum::name);
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  private static final String ORDERS = "/api/v1/orders/";

  /** Narrow, so that a GET of orders/batch is the wrong method and not an order that isn't there. */
  private static final String ID = "[0-9a-fA-F-]+";

  private static final int MAX_ORDER_BODY = 128 * 1024;
  private static final int MAX_BATCH = 500;
  private static final int MAX_PAGE = 500;
  private static final int DEFAULT_PAGE = 50;

  /** The pipeline answers in seconds whatever happens; this is for the case that it doesn't. */
  private static final long LONGEST_SECONDS = 30;

  @Inject private OrderDesk desk;
  @Inject private AnswerThreads threads;

  @POST
  @Path("orders/place")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow(Role.TRADER)
  public CompletionStage<Response> place(
      @MaxBody(MAX_ORDER_BODY) JsonBody body,
      @HeaderParam(IDEMPOTENCY_KEY) String key,
      @Context SecurityContext security,
      @Context HttpServletRequest request) {
    String requestId = RequestId.of(request);
    Fields form = body.fields();
    PlaceOrder order = OrderForm.read(form, Door.caller(security), key(key));
    form.errors().throwIfAny();
    return answer(desk.place(order), outcome -> placed(outcome, requestId), requestId);
  }

  private static ClOrdID key(String header) {
    if (header == null) {
      return null;
    }
    try {
      return new ClOrdID(header);
    } catch (InvalidValueException e) {
      throw new ProblemException(
          ProblemCode.INVALID_PARAMETER,
          IDEMPOTENCY_KEY + ' ' + e.getMessage() + '.',
          List.of(new FieldError(IDEMPOTENCY_KEY, e.getMessage())));
    }
  }

  private static Response placed(PlaceOutcome outcome, String requestId) {
    if (outcome instanceof PlaceOutcome.Placed placed) {
      OrderView order = placed.order();
      return Response.status(Response.Status.CREATED)
          .header(HttpHeaders.LOCATION, ORDERS + order.orderId())
          .entity(OrderShape.of(order))
          .build();
    }
    if (outcome instanceof PlaceOutcome.Repeated repeated) {
      return Response.ok(OrderShape.of(repeated.order())).build();
    }
    return Problems.response(((PlaceOutcome.Failed) outcome).problem(), requestId);
  }

  @POST
  @Path("orders/batch")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow(Role.TRADER)
  public CompletionStage<Response> batch(
      JsonBody body,
      @HeaderParam(IDEMPOTENCY_KEY) String key,
      @Context SecurityContext security,
      @Context HttpServletRequest request) {
    String requestId = RequestId.of(request);
    Caller caller = Door.caller(security);
    Fields form = body.fields();
    List<JsonNode> items = form.requiredArray("orders", 1, MAX_BATCH);
    form.done();
    if (key != null) {
      form.reject(
          IDEMPOTENCY_KEY, "is for single orders; in a batch every order has its client_order_id");
    }
    form.errors().throwIfAny();

    ProblemException[] refused = new ProblemException[items.size()];
    List<PlaceOrder> orders = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      PlaceOrder order = null;
      try {
        Errors errors = Errors.ofFields();
        Fields item = Fields.nested(items.get(i), "orders[" + i + "].", errors);
        order = item == null ? null : OrderForm.read(item, caller, null);
        errors.throwIfAny();
        orders.add(order);
      } catch (ProblemException e) {
        refused[i] = e;
      }
    }
    if (orders.isEmpty()) {
      return java.util.concurrent.CompletableFuture.completedFuture(
          batchAnswer(refused, List.of(), requestId));
    }
    return answer(
        desk.placeAll(orders), outcomes -> batchAnswer(refused, outcomes, requestId), requestId);
  }

  private static Response batchAnswer(
      ProblemException[] refused, List<PlaceOutcome> outcomes, String requestId) {
    ProblemException noService = sameRefusalOfAll(refused, outcomes);
    if (noService != null) {
      return Problems.response(noService, requestId);
    }
    List<BatchShape.Outcome> shapes = new ArrayList<>(refused.length);
    int placed = 0;
    int repeated = 0;
    int next = 0;
    for (int i = 0; i < refused.length; i++) {
      if (refused[i] != null) {
        shapes.add(failed(i, refused[i], requestId));
        continue;
      }
      PlaceOutcome outcome = outcomes.get(next++);
      if (outcome instanceof PlaceOutcome.Placed order) {
        placed++;
        shapes.add(new BatchShape.Outcome(i, 201, OrderShape.of(order.order()), null));
      } else if (outcome instanceof PlaceOutcome.Repeated order) {
        repeated++;
        shapes.add(new BatchShape.Outcome(i, 200, OrderShape.of(order.order()), null));
      } else {
        shapes.add(failed(i, ((PlaceOutcome.Failed) outcome).problem(), requestId));
      }
    }
    return Response.ok(new BatchShape(placed, repeated, refused.length - placed - repeated, shapes))
        .build();
  }

  private static BatchShape.Outcome failed(int index, ProblemException problem, String requestId) {
    return new BatchShape.Outcome(
        index, problem.code().status(), null, Problem.of(problem, requestId));
  }

  /**
   * The problem when there was no service for any order, so that a client's usual handling of 503
   * works for batches too.
   */
  private static ProblemException sameRefusalOfAll(
      ProblemException[] refused, List<PlaceOutcome> outcomes) {
    ProblemException first = null;
    for (PlaceOutcome outcome : outcomes) {
      if (!(outcome instanceof PlaceOutcome.Failed failed)
          || failed.problem().code().status() != 503) {
        return null;
      }
      first = first == null ? failed.problem() : first;
    }
    for (ProblemException malformed : refused) {
      if (malformed != null) {
        return null;
      }
    }
    return first;
  }

  @DELETE
  @Path("orders/{order_id: " + ID + "}")
  @Allow(Role.TRADER)
  public CompletionStage<Response> cancel(
      @PathParam("order_id") String id,
      @Context UriInfo uri,
      @Context SecurityContext security,
      @Context HttpServletRequest request) {
    String requestId = RequestId.of(request);
    Caller caller = Door.caller(security);
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    query.done();
    UUID orderId = orderId(id);
    AccountId account = asked == null ? ownerOf(orderId, caller) : Query.account(caller, asked);
    return answer(
        desk.cancel(new CancelOrder(orderId, account, caller.getName())),
        order -> Response.ok(OrderShape.of(order)).build(),
        requestId);
  }

  @PUT
  @Path("orders/{order_id: " + ID + "}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow(Role.TRADER)
  public CompletionStage<Response> replace(
      @PathParam("order_id") String id,
      @MaxBody(MAX_ORDER_BODY) JsonBody body,
      @HeaderParam(IDEMPOTENCY_KEY) String key,
      @Context UriInfo uri,
      @Context SecurityContext security,
      @Context HttpServletRequest request) {
    String requestId = RequestId.of(request);
    Caller caller = Door.caller(security);
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    query.done();
    UUID orderId = orderId(id);
    AccountId account = asked == null ? ownerOf(orderId, caller) : Query.account(caller, asked);
    ReplaceOrder replace =
        ReplaceForm.read(body.fields(), orderId, account, key(key), caller.getName());
    return answer(
        desk.replace(replace), order -> Response.ok(OrderShape.of(order)).build(), requestId);
  }

  @DELETE
  @Path("orders")
  @Allow(Role.TRADER)
  public CompletionStage<Response> cancelAll(
      @Context UriInfo uri,
      @Context SecurityContext security,
      @Context HttpServletRequest request) {
    String requestId = RequestId.of(request);
    Caller caller = Door.caller(security);
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    Symbol symbol = query.value("symbol", 32, Symbol::new);
    Side side = query.code("side", SIDES);
    query.done();
    AccountId account = Query.account(caller, asked);
    return answer(
        desk.cancelAll(new CancelAll(account, symbol, side, caller.getName())),
        canceled -> Response.ok(new CanceledShape(canceled)).build(),
        requestId);
  }

  /**
   * Which of several accounts the order belongs to; with one account there is nothing to look up.
   */
  private AccountId ownerOf(UUID orderId, Caller caller) {
    if (caller.onlyAccount() != null) {
      return caller.onlyAccount();
    }
    return find(orderId, caller).accountId();
  }

  @GET
  @Path("orders/{order_id: " + ID + "}")
  @Allow(Role.TRADER)
  public OrderShape order(@PathParam("order_id") String id, @Context SecurityContext security) {
    return OrderShape.of(find(orderId(id), Door.caller(security)));
  }

  private OrderView find(UUID orderId, Caller caller) {
    if (caller.accounts().isEmpty()) {
      throw notFound();
    }
    return desk.order(orderId, caller.accounts()).orElseThrow(OrderResource::notFound);
  }

  /** An id that is none can't be one of the caller's: the same answer as for a stranger's. */
  private static UUID orderId(String text) {
    try {
      return Ids.parse("order_id", text);
    } catch (InvalidValueException e) {
      throw notFound();
    }
  }

  private static ProblemException notFound() {
    return new ProblemException(ProblemCode.ORDER_NOT_FOUND, "There is no such order among yours.");
  }

  @GET
  @Path("orders/{order_id: " + ID + "}/events")
  @Allow(Role.TRADER)
  public EventsShape events(@PathParam("order_id") String id, @Context SecurityContext security) {
    UUID orderId = orderId(id);
    Caller caller = Door.caller(security);
    if (caller.accounts().isEmpty()) {
      throw notFound();
    }
    return new EventsShape(
        orderId, desk.events(orderId, caller.accounts()).stream().map(ExecutionShape::of).toList());
  }

  @GET
  @Path("orders/history")
  @Allow(Role.TRADER)
  public PageShape<OrderShape> history(@Context UriInfo uri, @Context SecurityContext security) {
    OrderFilter filter = filter(uri, security, true);
    return filter.accounts().isEmpty()
        ? PageShape.empty()
        : PageShape.of(desk.history(filter), OrderShape::of);
  }

  @GET
  @Path("trades")
  @Allow(Role.TRADER)
  public PageShape<TradeShape> trades(@Context UriInfo uri, @Context SecurityContext security) {
    OrderFilter filter = filter(uri, security, false);
    return filter.accounts().isEmpty()
        ? PageShape.empty()
        : PageShape.of(desk.trades(filter), TradeShape::of);
  }

  private static OrderFilter filter(UriInfo uri, SecurityContext security, boolean byStatus) {
    Query query = Query.of(uri);
    AccountId account = query.accountId();
    OrdStatus status = byStatus ? query.code("status", STATUSES) : null;
    Symbol symbol = query.value("symbol", 32, Symbol::new);
    Instant from = query.instant("from");
    Instant to = query.instant("to");
    query.fromBeforeTo(from, to);
    int limit = query.limit(DEFAULT_PAGE, MAX_PAGE);
    String cursor = query.cursor();
    query.done();
    Set<AccountId> accounts = Query.accounts(Door.caller(security), account);
    return new OrderFilter(accounts, status, symbol, from, to, limit, cursor);
  }

  /** Renders an outcome on a thread of ours, be it a value or a failure. */
  private <T> CompletionStage<Response> answer(
      CompletionStage<T> stage, java.util.function.Function<T, Response> render, String requestId) {
    return stage
        .toCompletableFuture()
        .copy()
        .orTimeout(LONGEST_SECONDS, TimeUnit.SECONDS)
        .handleAsync(
            (value, failure) -> {
              if (failure == null) {
                return render.apply(value);
              }
              Throwable cause =
                  failure instanceof CompletionException && failure.getCause() != null
                      ? failure.getCause()
                      : failure;
              return Problems.response(cause, requestId);
            },
            threads);
  }
}
