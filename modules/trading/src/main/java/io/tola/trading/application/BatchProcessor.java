package io.tola.trading.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.port.OutboxMessage;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Instrument;
import io.tola.market.api.MarketData;
import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import io.tola.trading.api.CancelOrder;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.PlaceOutcome;
import io.tola.trading.api.Product;
import io.tola.trading.api.RejectCode;
import io.tola.trading.api.Side;
import io.tola.trading.api.Validity;
import io.tola.trading.api.spi.AccountBook;
import io.tola.trading.api.spi.AccountState;
import io.tola.trading.api.spi.BookSession;
import io.tola.trading.api.spi.ExecutionVenue;
import io.tola.trading.api.spi.Fill;
import io.tola.trading.api.spi.HoldingKey;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.PreTradeControl;
import io.tola.trading.api.spi.Refusal;
import io.tola.trading.domain.Order;
import io.tola.trading.domain.Report;
import io.tola.trading.domain.Transition;
import io.tola.trading.store.BatchStore;
import io.tola.trading.store.OrderKey;
import io.tola.trading.store.OrderStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Does a batch of commands as one durable transaction: locks the accounts, answers duplicates, checks,
 * executes, books, writes and audits, a statement a table for the whole batch.
 *
 * <p>In this order, which is what makes it right on any number of nodes:
 *
 * <ol>
 *   <li>the accounts are locked, so that everything read after this can't change until the commit
 *   <li>stored orders are read: those that a repeated client_order_id means, and those to move
 *   <li>command by command, in memory: controls, state machine, venue, book
 *   <li>book, orders, executions and outbox are written; the audit trail last, because it holds a lock
 *       that batches of other accounts wait for
 *   <li>commit; only then may anybody be answered
 * </ol>
 *
 * <p>A batch that was rolled back, or whose commit's answer got lost, can be done again with the same
 * commands: an order that was stored after all is found by its client_order_id and known as the same
 * by its id, a cancel of a canceled order changes nothing, and a fill is never taken twice from one
 * quote.
 *
 * <p>Thread-safe: no state between batches.
 */
final class BatchProcessor {

  /** Where execution reports go. */
  static final String EXECUTIONS_TOPIC = "tola.executions";

  private final Transactions transactions;
  private final AccountBook accounts;
  private final PreTradeControl controls;
  private final AuditTrail auditTrail;
  private final MarketData market;
  private final ExecutionVenue venue;
  private final OrderStore orderStore;
  private final BatchStore batchStore;
  private final Clock clock;
  private final Duration maxQuoteAge;

  /**
   * @param maxQuoteAge a quote that came in longer ago than this is not traded on
   */
  BatchProcessor(
      Transactions transactions,
      AccountBook accounts,
      PreTradeControl controls,
      AuditTrail auditTrail,
      MarketData market,
      ExecutionVenue venue,
      OrderStore orderStore,
      BatchStore batchStore,
      Clock clock,
      Duration maxQuoteAge) {
    this.transactions = transactions;
    this.accounts = accounts;
    this.controls = controls;
    this.auditTrail = auditTrail;
    this.market = market;
    this.venue = venue;
    this.orderStore = orderStore;
    this.batchStore = batchStore;
    this.clock = clock;
    this.maxQuoteAge = maxQuoteAge;
  }

  /**
   * Does the commands in their order and prepares their answers. When it returns they are durable;
   * when it throws nothing is, except after a {@link Transactions.CommitFault}.
   *
   * @throws Exception whatever a port, a store or the commit threw
   */
  void process(List<Command> commands) throws Exception {
    // What is the market's comes from memory: before the locks, not under them.
    Set<Symbol> symbols = new HashSet<>();
    for (Command command : commands) {
      if (command instanceof Command.Place place) {
        symbols.add(place.order().symbol());
      }
    }
    Map<Symbol, Quote> quotes = symbols.isEmpty() ? Map.of() : market.quotes(symbols);
    SessionPhase phase = market.phase();
    transactions.run(() -> new Batch(quotes, phase).run(commands));
  }

  /**
   * Does a batch that leaves nothing: every statement of an order's way, for an account that doesn't
   * exist, rolled back. The first client's order then finds classes loaded and statements prepared,
   * instead of paying for both within its time.
   *
   * @return false when there is no instrument yet to do it with
   * @throws Exception what stands in the way of orders, too
   */
  boolean rehearse() throws Exception {
    List<Instrument> instruments = market.instruments();
    if (instruments.isEmpty()) {
      return false;
    }
    Instrument instrument = instruments.get(0);
    PlaceOrder order =
        new PlaceOrder(
            new ClOrdID("rehearsal"),
            new AccountId(Ids.next()),
            instrument.symbol(),
            Side.BUY,
            OrdType.LIMIT,
            Quantity.of(2),
            new Price(instrument.tickSize()),
            null,
            Product.CNC,
            Validity.DAY,
            null,
            OrderAudit.SYSTEM);
    Command.Place command = new Command.Place(Ids.next(), order, instrument);
    Map<Symbol, Quote> quotes = market.quotes(Set.of(instrument.symbol()));
    SessionPhase phase = market.phase();
    try {
      transactions.run(
          () -> {
            Batch batch = new Batch(quotes, phase);
            batch.run(List.of(command));
            batch.rehearse(command);
            throw new Rehearsed();
          });
    } catch (Rehearsed e) {
      return true;
    }
    return true;
  }

  /** Ends a rehearsal, so that its transaction is rolled back. */
  private static final class Rehearsed extends Exception {
    private static final long serialVersionUID = 1L;

    Rehearsed() {
      super("rehearsed", null, false, false);
    }
  }

  private record ClientKey(AccountId account, ClOrdID clOrdId) {}

  /** One attempt at one batch; used by one thread, thrown away afterwards. */
  private final class Batch {
    private final Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    private final Map<Symbol, Quote> quotes;
    private final SessionPhase phase;

    private final Map<ClientKey, Order> byClientKey = new HashMap<>();
    private final Map<UUID, OrderStore.Moved> stored = new HashMap<>();

    private final List<Order> placed = new ArrayList<>();
    private final List<Report> reports = new ArrayList<>();
    private final List<AuditEntry> audit = new ArrayList<>();

    private BookSession book;
    private PreTradeControl.PreTradeSession checks;

    Batch(Map<Symbol, Quote> quotes, SessionPhase phase) {
      this.quotes = quotes;
      this.phase = phase;
    }

    void run(List<Command> commands) {
      lockAndRead(commands);
      for (Command command : commands) {
        if (command instanceof Command.Place place) {
          place.prepare(place(place));
        } else if (command instanceof Command.Cancel cancel) {
          cancel(cancel);
        } else if (command instanceof Command.Match match) {
          match.prepare(match(match));
        } else if (command instanceof Command.Expire expire) {
          expire.prepare(expire(expire));
        }
      }
      write();
    }

    /** Writes what an order that trades at once would write. */
    private void rehearse(Command.Place command) {
      PlaceOrder request = command.order();
      Order order = Order.accepted(command.orderId(), request, request.price(), now);
      reports.add(new Report(Ids.next(), 1, order, order.opening(), now));
      Transition fill = order.fill(Quantity.of(1), request.price(), now, now);
      reports.add(new Report(Ids.next(), 2, order, fill, now));
      placed.add(order);
      audit.add(OrderAudit.placed(order, reports, quotes.get(request.symbol()), null, now));
      write();
    }

    private void lockAndRead(List<Command> commands) {
      Set<AccountId> toLock = new TreeSet<>();
      Set<HoldingKey> holdings = new LinkedHashSet<>();
      Set<UUID> resting = new LinkedHashSet<>();
      List<PlaceOrder> requests = new ArrayList<>(commands.size());
      Map<UUID, AccountId> canceled = new HashMap<>();
      for (Command command : commands) {
        if (command instanceof Command.Place place) {
          toLock.add(place.account());
          holdings.add(holding(place.order()));
          requests.add(place.order());
        } else if (command instanceof Command.Cancel cancel) {
          canceled.put(cancel.cancel().orderId(), cancel.account());
        } else if (command instanceof Command.Internal internal) {
          toMove(internal.key(), toLock, holdings, resting);
        }
      }
      // A cancel names only the order: what it is kept by never changes, so it may be read
      // unlocked.
      for (OrderKey key : orderStore.keys(canceled.keySet())) {
        toMove(key, toLock, holdings, resting);
      }
      if (toLock.isEmpty()) {
        return;
      }
      book = accounts.open(toLock, holdings, resting);
      for (Order order : orderStore.byClientKeys(requests)) {
        byClientKey.put(
            new ClientKey(order.request().accountId(), order.request().clOrdId()), order);
      }
      for (Order order : orderStore.lock(resting)) {
        stored.put(order.orderId(), new OrderStore.Moved(order, order.version()));
      }
      if (!requests.isEmpty()) {
        checks = controls.open(toLock);
      }
    }

    private void toMove(
        OrderKey key, Set<AccountId> toLock, Set<HoldingKey> holdings, Set<UUID> resting) {
      toLock.add(key.accountId());
      holdings.add(new HoldingKey(key.accountId(), key.symbol(), key.product()));
      resting.add(key.orderId());
    }

    private PlaceOutcome place(Command.Place command) {
      PlaceOrder request = command.order();
      ClientKey clientKey = new ClientKey(request.accountId(), request.clOrdId());
      Order known = byClientKey.get(clientKey);
      if (known != null) {
        return duplicate(command, known);
      }
      if (!book.account(request.accountId()).map(AccountState::open).orElse(false)) {
        return new PlaceOutcome.Failed(
            new ProblemException(
                ProblemCode.ACCOUNT_NOT_FOUND, "There is no such account open to orders"));
      }
      book.countOrder(request.accountId(), now);
      Quote quote = current(quotes.get(request.symbol()));
      HoldingKey key = holding(request);
      Price worst =
          venue.worstPrice(
              request.side(), request.ordType(), request.price(), command.instrument(), quote);
      Refusal refusal = check(request, command.instrument(), key, quote, worst);
      int firstReport = reports.size();
      Order order;
      if (refusal != null) {
        order =
            Order.rejected(
                command.orderId(), request, worst, refusal.code(), refusal.reason(), now);
        report(order, order.opening());
      } else {
        order = Order.accepted(command.orderId(), request, worst, now);
        report(order, order.opening());
        // Set aside at the worst price before anything trades: a short sale that fills better than
        // that would else find less cash than its check did.
        book.reserve(order.orderId(), key, request.side(), request.quantity(), order.worstPrice());
        execute(order, key, command.instrument(), quote);
        if (order.isWorking() && request.validity() == Validity.IOC) {
          report(order, order.cancel("IOC: nothing more trades at once", now));
        }
        if (!order.isWorking()) {
          book.release(order.orderId());
        }
      }
      placed.add(order);
      byClientKey.put(clientKey, order);
      audit.add(
          OrderAudit.placed(
              order,
              reports.subList(firstReport, reports.size()),
              quote,
              refusal == null ? null : refusal.detail(),
              now));
      return new PlaceOutcome.Placed(order.view());
    }

    private PlaceOutcome duplicate(Command.Place command, Order known) {
      if (known.orderId().equals(command.orderId())) {
        // Stored by an earlier attempt of this very command, whose commit went through unheard.
        return new PlaceOutcome.Placed(known.view());
      }
      if (known.isSameAs(command.order())) {
        return new PlaceOutcome.Repeated(known.view());
      }
      return new PlaceOutcome.Failed(
          new ProblemException(
              ProblemCode.CLORDID_REUSED,
              "client_order_id "
                  + command.order().clOrdId()
                  + " belongs to a different order of this account"));
    }

    /** Why the order may not trade, or null. */
    private Refusal check(
        PlaceOrder request, Instrument instrument, HoldingKey key, Quote quote, Price worst) {
      if (request.ordType() == OrdType.SL || request.ordType() == OrdType.SL_M) {
        return refusal(RejectCode.STOP_ORDERS_NOT_TAKEN);
      }
      Money cashNeeded =
          worst == null
              ? Money.ZERO
              : book.cashNeeded(key, request.side(), request.quantity(), worst);
      Refusal refusal =
          checks.check(
              new OrderUnderCheck(
                  request,
                  instrument,
                  quote,
                  phase,
                  book.account(request.accountId()).orElseThrow(),
                  book.holding(key),
                  worst,
                  cashNeeded,
                  now));
      if (refusal == null && worst == null) {
        return refusal(RejectCode.NO_QUOTE_FOR_MARKET_ORDER);
      }
      return refusal;
    }

    private Refusal refusal(RejectCode code) {
      return new Refusal(code.number(), code.reason(), Map.of());
    }

    /** Lets the venue fill what the quote gives. */
    private boolean execute(Order order, HoldingKey key, Instrument instrument, Quote quote) {
      if (quote == null || !phase.continuous()) {
        return false;
      }
      PlaceOrder request = order.request();
      Instant seen = seen(quote);
      List<ExecutionVenue.VenueFill> fills =
          venue.match(
              request.side(), order.worstPrice(), order.leavesQuantity(), instrument, quote);
      for (ExecutionVenue.VenueFill fill : fills) {
        Report report = report(order, order.fill(fill.quantity(), fill.price(), seen, now));
        book.fill(
            new Fill(
                report.execId(),
                order.orderId(),
                key,
                request.side(),
                fill.quantity(),
                fill.price(),
                now));
      }
      return !fills.isEmpty();
    }

    private void cancel(Command.Cancel command) {
      CancelOrder cancel = command.cancel();
      OrderStore.Moved found = stored.get(cancel.orderId());
      if (found == null || !found.order().request().accountId().equals(cancel.accountId())) {
        command.prepare(new ProblemException(ProblemCode.ORDER_NOT_FOUND, "No such order"));
        return;
      }
      Order order = found.order();
      if (order.isWorking()) {
        int firstReport = reports.size();
        report(order, order.cancel("Canceled by the client", now));
        book.release(order.orderId());
        audit("order_canceled", cancel.user(), order, firstReport, null);
      } else if (order.status() != OrdStatus.CANCELED) {
        command.prepare(
            new ProblemException(
                ProblemCode.ORDER_NOT_CANCELABLE, "The order is " + order.status() + " already"));
        return;
      }
      command.prepare(order.view());
    }

    private boolean match(Command.Match command) {
      OrderStore.Moved found = stored.get(command.key().orderId());
      if (found == null || !found.order().isWorking()) {
        return false;
      }
      Order order = found.order();
      Quote quote = current(command.quote());
      if (quote == null || !seen(quote).isAfter(order.seenAt())) {
        // This quote, or a later one, has been taken already.
        return false;
      }
      int firstReport = reports.size();
      if (!execute(order, holding(order.request()), command.instrument(), quote)) {
        return false;
      }
      if (!order.isWorking()) {
        book.release(order.orderId());
      }
      audit("order_filled", OrderAudit.SYSTEM, order, firstReport, quote);
      return true;
    }

    private boolean expire(Command.Expire command) {
      OrderStore.Moved found = stored.get(command.key().orderId());
      if (found == null || !found.order().isWorking() || phase != SessionPhase.CLOSED) {
        return false;
      }
      Order order = found.order();
      int firstReport = reports.size();
      report(order, order.expire(now));
      book.release(order.orderId());
      audit("order_expired", OrderAudit.SYSTEM, order, firstReport, null);
      return true;
    }

    private void audit(String action, String actor, Order order, int firstReport, Quote quote) {
      audit.add(
          OrderAudit.moved(
              action, actor, order, reports.subList(firstReport, reports.size()), quote, now));
    }

    private Report report(Order order, Transition step) {
      Report report =
          new Report(Ids.next(), book.nextSequence(order.request().accountId()), order, step, now);
      reports.add(report);
      return report;
    }

    private void write() {
      if (reports.isEmpty()) {
        return;
      }
      List<OrderStore.Moved> moved = new ArrayList<>();
      for (OrderStore.Moved order : stored.values()) {
        if (order.order().version() != order.versionBefore()) {
          moved.add(order);
        }
      }
      List<OutboxMessage> messages = new ArrayList<>(reports.size());
      for (Report report : reports) {
        messages.add(
            new OutboxMessage(
                report.execId(),
                EXECUTIONS_TOPIC,
                report.order().request().accountId().toString(),
                report.sequence(),
                ExecutionJson.write(report.execution())));
      }
      book.flush();
      batchStore.write(placed, moved, reports, messages, now);
      auditTrail.append(audit);
    }

    /** The quote, unless it is too old to trade on. */
    private Quote current(Quote quote) {
      return quote == null || quote.receivedAt().isBefore(now.minus(maxQuoteAge)) ? null : quote;
    }

    private Instant seen(Quote quote) {
      // As it reads back from the database, or a quote would be newer than itself.
      return quote.receivedAt().truncatedTo(ChronoUnit.MICROS);
    }
  }

  private static HoldingKey holding(PlaceOrder request) {
    return new HoldingKey(request.accountId(), request.symbol(), request.product());
  }
}
