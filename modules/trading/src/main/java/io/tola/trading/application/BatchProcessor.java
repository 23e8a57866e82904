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
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.kernel.sql.RoundTrip;
import io.tola.market.api.Instrument;
import io.tola.market.api.MarketData;
import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import io.tola.trading.api.CancelOrder;
import io.tola.trading.api.ExecType;
import io.tola.trading.api.Execution;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.PlaceOutcome;
import io.tola.trading.api.Product;
import io.tola.trading.api.RejectCode;
import io.tola.trading.api.ReplaceOrder;
import io.tola.trading.api.Side;
import io.tola.trading.api.TradingMode;
import io.tola.trading.api.Validity;
import io.tola.trading.api.spi.AccountBook;
import io.tola.trading.api.spi.AccountState;
import io.tola.trading.api.spi.BookSession;
import io.tola.trading.api.spi.ExecutionVenue;
import io.tola.trading.api.spi.Fill;
import io.tola.trading.api.spi.HoldingKey;
import io.tola.trading.api.spi.HoldingState;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.PreTradeControl;
import io.tola.trading.api.spi.Refusal;
import io.tola.trading.domain.Order;
import io.tola.trading.domain.Report;
import io.tola.trading.domain.Terms;
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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Does a batch of commands as one durable transaction: locks the accounts, answers duplicates, checks,
 * executes, books, writes and audits, a statement a table for the whole batch.
 *
 * <p>In this order, which is what makes it right on any number of nodes:
 *
 * <ol>
 *   <li>the accounts are locked, so that everything read after this can't change until the commit
 *   <li>stored orders are read: those that a repeated client_order_id means, and those to move; and
 *       the trading modes and halts
 *   <li>command by command, in memory: controls, state machine, venue, book
 *   <li>book, orders, executions and outbox are written; the audit trail last, because it holds a lock
 *       that batches of other accounts wait for
 *   <li>commit; only then may anybody be answered
 * </ol>
 *
 * <p>A batch that was rolled back, or whose commit's answer got lost, can be done again with the same
 * commands: an order that was stored after all is found by its client_order_id and known as the same
 * by its id, so is a replace; a cancel of a canceled order changes nothing, and a fill is never taken
 * twice from one quote.
 *
 * <p>An order reaches a venue only through {@link VenueGate}, by the mode of its account as it stands
 * under the account's lock.
 *
 * <p>Thread-safe: no state between batches.
 */
final class BatchProcessor {

  /** Where execution reports go. */
  static final String EXECUTIONS_TOPIC = "tola.executions";

  // Below 100 KiB, where the broker begins to write each message to a file of its own.
  private static final int REPORTS_A_MESSAGE = 50;

  // The platform's own orders name what sends them, as everybody's must.
  static final String SQUARE_OFF_TAG = "square-off";
  private static final String REHEARSAL_TAG = "rehearsal";

  private final Transactions transactions;
  private final DataSource dataSource;
  private final AccountBook accounts;
  private final PreTradeControl controls;
  private final AuditTrail auditTrail;
  private final MarketData market;
  private final VenueGate venues;
  private final OrderStore orderStore;
  private final SquareOffTime squareOffTime;
  private final Clock clock;
  private final Duration maxQuoteAge;

  /**
   * @param dataSource gives connections that take part in the transaction
   * @param maxQuoteAge a quote that came in longer ago than this is not traded on
   */
  BatchProcessor(
      Transactions transactions,
      DataSource dataSource,
      AccountBook accounts,
      PreTradeControl controls,
      AuditTrail auditTrail,
      MarketData market,
      VenueGate venues,
      OrderStore orderStore,
      SquareOffTime squareOffTime,
      Clock clock,
      Duration maxQuoteAge) {
    this.transactions = transactions;
    this.dataSource = dataSource;
    this.accounts = accounts;
    this.controls = controls;
    this.auditTrail = auditTrail;
    this.market = market;
    this.venues = venues;
    this.orderStore = orderStore;
    this.squareOffTime = squareOffTime;
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
      } else if (command instanceof Command.SquareOff squareOff) {
        symbols.add(squareOff.instrument().symbol());
      }
    }
    Map<Symbol, Quote> quotes = symbols.isEmpty() ? Map.of() : market.quotes(symbols);
    SessionPhase phase = market.phase();
    transactions.run(() -> new Batch(quotes, phase).run(commands));
  }

  /**
   * Does a batch that leaves nothing: an order's way for an account that doesn't exist, rolled back.
   * The first client's order then finds classes loaded and most statements known, instead of paying
   * for both within its time.
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
            REHEARSAL_TAG,
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
    private final Map<ClientKey, ReplaceOrder> replaced = new HashMap<>();
    private final Map<UUID, OrderStore.Moved> stored = new HashMap<>();
    private Map<AccountId, TradingMode> modes = Map.of();
    private Map<Symbol, String> halts = Map.of();

    private final List<Order> placed = new ArrayList<>();
    private final List<ReplaceOrder> replaces = new ArrayList<>();
    private final List<Report> reports = new ArrayList<>();
    private final List<AuditEntry> audit = new ArrayList<>();

    private BookSession book;
    private PreTradeControl.PreTradeSession checks;

    Batch(Map<Symbol, Quote> quotes, SessionPhase phase) {
      this.quotes = new HashMap<>(quotes);
      this.phase = phase;
    }

    void run(List<Command> commands) {
      lockAndRead(commands);
      for (Command command : commands) {
        if (command instanceof Command.Place place) {
          place.prepare(place(place));
        } else if (command instanceof Command.Cancel cancel) {
          cancel(cancel);
        } else if (command instanceof Command.Replace replace) {
          replace(replace);
        } else if (command instanceof Command.CancelMany many) {
          cancelMany(many);
        } else if (command instanceof Command.Match match) {
          match.prepare(match(match));
        } else if (command instanceof Command.Expire expire) {
          expire.prepare(expire(expire));
        } else if (command instanceof Command.FollowHalt follow) {
          follow.prepare(followHalt(follow));
        } else if (command instanceof Command.GiveWay giveWay) {
          giveWay.prepare(giveWay(giveWay));
        } else if (command instanceof Command.SquareOff squareOff) {
          squareOff.prepare(squareOff(squareOff));
        } else {
          throw new IllegalStateException("no way to do " + command);
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
      List<ReplaceOrder> asked = new ArrayList<>();
      Set<UUID> named = new LinkedHashSet<>();
      Set<UUID> toReplace = new HashSet<>();
      boolean checked = false;
      for (Command command : commands) {
        if (command instanceof Command.Place place) {
          toLock.add(place.account());
          holdings.add(holding(place.order()));
          requests.add(place.order());
          checked = true;
        } else if (command instanceof Command.Cancel cancel) {
          named.add(cancel.cancel().orderId());
        } else if (command instanceof Command.Replace replace) {
          named.add(replace.replace().orderId());
          toReplace.add(replace.replace().orderId());
          asked.add(replace.replace());
          // Also when there is no such order: the request's id may be known.
          toLock.add(replace.account());
          checked = true;
        } else if (command instanceof Command.CancelMany many) {
          for (OrderKey key : many.find(orderStore)) {
            toMove(key, toLock, holdings, resting);
          }
        } else if (command instanceof Command.Internal internal) {
          toMove(internal.key(), toLock, holdings, resting);
        } else if (command instanceof Command.SquareOff squareOff) {
          toLock.add(squareOff.account());
          holdings.add(squareOff.holding());
          checked = true;
        }
      }
      // A client names only the order: what it is kept by never changes, so it may be read
      // unlocked.
      Set<Symbol> symbols = new HashSet<>();
      for (OrderKey key : orderStore.keys(named)) {
        toMove(key, toLock, holdings, resting);
        if (toReplace.contains(key.orderId()) && !quotes.containsKey(key.symbol())) {
          symbols.add(key.symbol());
        }
      }
      if (toLock.isEmpty()) {
        return;
      }
      if (!symbols.isEmpty()) {
        quotes.putAll(market.quotes(symbols));
      }
      RoundTrip trip = new RoundTrip();
      Supplier<BookSession> locked = accounts.open(toLock, holdings, resting, trip);
      Supplier<OrderStore.Found> read =
          orderStore.read(new OrderStore.Wanted(toLock, requests, resting, asked), trip);
      Supplier<PreTradeControl.PreTradeSession> controlled =
          checked ? controls.open(toLock, trip) : () -> null;
      trip.send(dataSource);
      book = locked.get();
      OrderStore.Found found = read.get();
      modes = found.modes();
      halts = found.halts();
      for (Order order : found.resting()) {
        stored.put(order.orderId(), new OrderStore.Moved(order, order.version()));
      }
      for (Order order : found.byClientKey()) {
        // The same order must not be in hand twice.
        OrderStore.Moved inHand = stored.get(order.orderId());
        byClientKey.put(
            new ClientKey(order.request().accountId(), order.request().clOrdId()),
            inHand == null ? order : inHand.order());
      }
      for (ReplaceOrder done : found.replaced()) {
        replaced.put(new ClientKey(done.accountId(), done.clOrdId()), done);
      }
      checks = controlled.get();
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
      Instrument instrument = command.instrument();
      Quote quote = current(quotes.get(request.symbol()));
      HoldingKey key = holding(request);
      VenueGate.Route route = route(request.accountId());
      Price worst =
          route instanceof VenueGate.Paper paper
              ? paper
                  .venue()
                  .worstPrice(
                      request.side(),
                      request.ordType(),
                      request.price(),
                      request.triggerPrice(),
                      instrument,
                      quote)
              : null;
      Refusal refusal = notTaken(request, route);
      if (refusal == null) {
        refusal = check(request, request.quantity(), instrument, key, quote, worst, true);
      }
      return new PlaceOutcome.Placed(
          enter(command.orderId(), request, instrument, quote, worst, refusal).view());
    }

    /** Begins an order, or stores its refusal. */
    private Order enter(
        UUID orderId,
        PlaceOrder request,
        Instrument instrument,
        Quote quote,
        Price worst,
        Refusal refusal) {
      int firstReport = reports.size();
      Order order;
      if (refusal != null) {
        order = Order.rejected(orderId, request, worst, refusal.code(), refusal.reason(), now);
        report(order, order.opening());
      } else {
        order = Order.accepted(orderId, request, worst, now);
        report(order, order.opening());
        // Set aside at the worst price before anything trades: a short sale that fills better than
        // that would else find less cash than its check did.
        book.reserve(
            order.orderId(),
            holding(request),
            request.side(),
            request.quantity(),
            order.worstPrice());
        execute(order, instrument, quote);
        settle(order);
      }
      placed.add(order);
      byClientKey.put(new ClientKey(request.accountId(), request.clOrdId()), order);
      audit.add(
          OrderAudit.placed(
              order,
              reports.subList(firstReport, reports.size()),
              quote,
              refusal == null ? null : refusal.detail(),
              now));
      return order;
    }

    private VenueGate.Route route(AccountId account) {
      return venues.route(modes.getOrDefault(account, TradingMode.PAPER));
    }

    /** Why nothing may be entered for this account, symbol and product now, or null. */
    private Refusal notTaken(PlaceOrder request, VenueGate.Route route) {
      if (route instanceof VenueGate.Closed closed) {
        return refusal(closed.why());
      }
      String halted = halts.get(request.symbol());
      if (halted != null) {
        return new Refusal(
            RejectCode.SYMBOL_HALTED.number(),
            RejectCode.SYMBOL_HALTED.reason(),
            Map.of("halted_for", halted));
      }
      return request.product() == Product.MIS && squareOffTime.reached(now)
          ? refusal(RejectCode.MIS_SQUARED_OFF)
          : null;
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

    /**
     * Why an order with these terms may not trade, or null.
     *
     * @param open what it could still trade
     * @param larger whether it is new, or larger than it was
     */
    private Refusal check(
        PlaceOrder terms,
        Quantity open,
        Instrument instrument,
        HoldingKey key,
        Quote quote,
        Price worst,
        boolean larger) {
      Money cashNeeded =
          worst == null ? Money.ZERO : book.cashNeeded(key, terms.side(), open, worst);
      OrderUnderCheck order =
          new OrderUnderCheck(
              terms,
              open,
              instrument,
              quote,
              phase,
              book.account(terms.accountId()).orElseThrow(),
              book.holding(key),
              worst,
              cashNeeded,
              now);
      // Cash set aside is pooled: a smaller order may take less of it with it than a larger one
      // had.
      boolean cashGoes = cashNeeded.compareTo(order.account().availableCash()) > 0;
      Refusal refusal = larger || cashGoes ? checks.check(order) : checks.checkReduced(order);
      if (refusal == null && worst == null) {
        return refusal(RejectCode.NO_QUOTE_FOR_MARKET_ORDER);
      }
      return refusal;
    }

    private Refusal refusal(RejectCode code) {
      return new Refusal(code.number(), code.reason(), Map.of());
    }

    /** Lets a quote trigger the order and the venue fill what it gives; says whether it did. */
    private boolean execute(Order order, Instrument instrument, Quote quote) {
      PlaceOrder request = order.request();
      if (quote == null
          || !phase.continuous()
          || order.status() == OrdStatus.SUSPENDED
          || halts.containsKey(request.symbol())
          || !(route(request.accountId()) instanceof VenueGate.Paper paper)) {
        return false;
      }
      Instant seen = seen(quote);
      boolean triggered = false;
      if (order.awaitsTrigger()) {
        if (!order.isReachedBy(quote.last())) {
          return false;
        }
        report(order, order.trigger(seen, now));
        triggered = true;
      }
      List<ExecutionVenue.VenueFill> fills =
          paper
              .venue()
              .match(request.side(), order.worstPrice(), order.leavesQuantity(), instrument, quote);
      for (ExecutionVenue.VenueFill fill : fills) {
        Report report = report(order, order.fill(fill.quantity(), fill.price(), seen, now));
        book.fill(
            new Fill(
                report.execId(),
                order.orderId(),
                holding(request),
                request.side(),
                fill.quantity(),
                fill.price(),
                now));
      }
      return triggered || !fills.isEmpty();
    }

    /**
     * Ends an IOC order that had its chance; a stop order has it when its trigger is reached. What an
     * ended order has set aside is freed.
     */
    private void settle(Order order) {
      if (order.isWorking()
          && order.request().validity() == Validity.IOC
          && !order.awaitsTrigger()) {
        report(order, order.cancel("IOC: nothing more trades at once", now));
      }
      if (!order.isWorking()) {
        book.release(order.orderId());
      }
    }

    /** The stored order in hand, if it belongs to the account. */
    private Order find(UUID orderId, AccountId account) {
      OrderStore.Moved found = stored.get(orderId);
      return found == null || !found.order().request().accountId().equals(account)
          ? null
          : found.order();
    }

    private void cancel(Command.Cancel command) {
      CancelOrder cancel = command.cancel();
      Order order = find(cancel.orderId(), cancel.accountId());
      if (order == null) {
        command.prepareRefusal(new ProblemException(ProblemCode.ORDER_NOT_FOUND, "No such order"));
        return;
      }
      if (order.isWorking()) {
        end(order, "Canceled by the client", cancel.user());
      } else if (order.status() != OrdStatus.CANCELED) {
        command.prepareRefusal(
            new ProblemException(
                ProblemCode.ORDER_NOT_CANCELABLE, "The order is " + order.status() + " already"));
        return;
      }
      command.prepare(order.view());
    }

    private void cancelMany(Command.CancelMany command) {
      List<UUID> canceled = new ArrayList<>();
      for (OrderKey key : command.found()) {
        Order order = find(key.orderId(), command.account());
        if (order == null) {
          continue;
        }
        if (order.isWorking()) {
          end(order, "Canceled by the client, with others", command.cancel().user());
          canceled.add(order.orderId());
        } else if (order.status() == OrdStatus.CANCELED && command.wasTriedOn(key)) {
          // By an earlier attempt, whose commit went through unheard.
          canceled.add(order.orderId());
        }
      }
      command.prepare(canceled);
    }

    private void end(Order order, String reason, String actor) {
      int firstReport = reports.size();
      report(order, order.cancel(reason, now));
      book.release(order.orderId());
      audit("order_canceled", actor, order, firstReport, null);
    }

    private void replace(Command.Replace command) {
      ReplaceOrder asked = command.replace();
      Order order = find(asked.orderId(), asked.accountId());
      if (order == null) {
        command.prepareRefusal(new ProblemException(ProblemCode.ORDER_NOT_FOUND, "No such order"));
        return;
      }
      ReplaceOrder known = replaced.get(new ClientKey(asked.accountId(), asked.clOrdId()));
      if (known != null) {
        if (isSame(known, asked)) {
          command.prepare(order.view());
        } else {
          command.prepareRefusal(
              new ProblemException(
                  ProblemCode.CLORDID_REUSED,
                  "client_order_id "
                      + asked.clOrdId()
                      + " belongs to a different replace of this account"));
        }
        return;
      }
      if (!order.isWorking()) {
        command.prepareRefusal(
            new ProblemException(
                ProblemCode.ORDER_NOT_REPLACEABLE, "The order is " + order.status() + " already"));
        return;
      }
      List<FieldError> errors = Malformed.errors(asked, order);
      if (!errors.isEmpty()) {
        command.prepareRefusal(
            new ProblemException(
                ProblemCode.INVALID_FIELD, "The order can't have these terms", errors));
        return;
      }
      Optional<Instrument> instrument = market.instrument(order.request().symbol());
      if (instrument.isEmpty()) {
        command.prepareRefusal(
            new ProblemException(
                ProblemCode.UNKNOWN_SYMBOL, "There is no symbol " + order.request().symbol()));
        return;
      }
      Refusal refusal = replace(order, asked, instrument.get());
      if (refusal != null) {
        command.prepareRefusal(
            new ProblemException(
                ProblemCode.REPLACE_REFUSED, refusal.reason() + " (" + refusal.code() + ")"));
        return;
      }
      command.prepare(order.view());
    }

    private static boolean isSame(ReplaceOrder one, ReplaceOrder other) {
      return one.orderId().equals(other.orderId())
          && Objects.equals(one.quantity(), other.quantity())
          && Objects.equals(one.price(), other.price())
          && Objects.equals(one.triggerPrice(), other.triggerPrice());
    }

    /** Gives a working order other terms; says why not, or null. */
    private Refusal replace(Order order, ReplaceOrder asked, Instrument instrument) {
      PlaceOrder request = order.request();
      Terms before = order.terms();
      Quote quote = current(quotes.get(request.symbol()));
      int firstReport = reports.size();
      Quantity quantity = asked.quantity() == null ? before.quantity() : asked.quantity();
      Refusal refusal = null;
      if (quantity.compareTo(order.cumQuantity()) <= 0) {
        // Asks for the rest to be canceled: nothing can stand against that.
        report(order, order.replace(with(asked, before, before.worstPrice()), now));
        book.release(order.orderId());
      } else {
        refusal = replaceAndTrade(order, asked, instrument, quote);
      }
      if (refusal == null) {
        replaced.put(new ClientKey(asked.accountId(), asked.clOrdId()), asked);
        replaces.add(asked);
      }
      audit.add(
          OrderAudit.replaced(
              asked,
              order,
              before,
              reports.subList(firstReport, reports.size()),
              quote,
              refusal,
              now));
      return refusal;
    }

    private static Terms with(ReplaceOrder asked, Terms before, Price worst) {
      return new Terms(
          asked.quantity() == null ? before.quantity() : asked.quantity(),
          asked.price() == null ? before.price() : asked.price(),
          asked.triggerPrice() == null ? before.triggerPrice() : asked.triggerPrice(),
          worst);
    }

    private Refusal replaceAndTrade(
        Order order, ReplaceOrder asked, Instrument instrument, Quote quote) {
      PlaceOrder request = order.request();
      Terms before = order.terms();
      VenueGate.Route route = route(request.accountId());
      book.countOrder(request.accountId(), now);
      Refusal refusal = notTaken(request, route);
      if (refusal != null) {
        return refusal;
      }
      Price worst = before.worstPrice();
      if ((asked.price() != null || asked.triggerPrice() != null)
          && route instanceof VenueGate.Paper paper) {
        Terms wanted = with(asked, before, before.worstPrice());
        worst =
            paper
                .venue()
                .worstPrice(
                    request.side(),
                    request.ordType(),
                    wanted.price(),
                    wanted.triggerPrice(),
                    instrument,
                    quote);
      }
      Terms wanted = with(asked, before, worst);
      Quantity open = wanted.quantity().minus(order.cumQuantity());
      HoldingKey key = holding(request);
      boolean larger =
          open.compareTo(order.leavesQuantity()) > 0
              || worst.times(open).compareTo(before.worstPrice().times(order.leavesQuantity())) > 0;
      book.lift(order.orderId());
      refusal =
          check(as(request, wanted, asked.user()), open, instrument, key, quote, worst, larger);
      if (refusal != null) {
        book.putBack(order.orderId());
        return refusal;
      }
      book.reserve(order.orderId(), key, request.side(), open, worst);
      report(order, order.replace(wanted, now));
      // Once filled, an order trades only on quotes it hasn't seen; before, the current one is as
      // good as to a new order.
      if (quote != null && (order.cumQuantity().isZero() || seen(quote).isAfter(order.seenAt()))) {
        execute(order, instrument, quote);
      }
      settle(order);
      return null;
    }

    private static PlaceOrder as(PlaceOrder request, Terms terms, String user) {
      return new PlaceOrder(
          request.clOrdId(),
          request.accountId(),
          request.symbol(),
          request.side(),
          request.ordType(),
          terms.quantity(),
          terms.price(),
          terms.triggerPrice(),
          request.product(),
          request.validity(),
          request.tag(),
          user);
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
      if (!execute(order, command.instrument(), quote)) {
        return false;
      }
      boolean filled = reports.get(reports.size() - 1).step().execType() == ExecType.TRADE;
      settle(order);
      audit(
          filled ? "order_filled" : "order_triggered",
          OrderAudit.SYSTEM,
          order,
          firstReport,
          quote);
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

    private boolean followHalt(Command.FollowHalt command) {
      OrderStore.Moved found = stored.get(command.key().orderId());
      if (found == null) {
        return false;
      }
      Order order = found.order();
      String halted = halts.get(order.request().symbol());
      int firstReport = reports.size();
      if (halted != null
          && (order.status() == OrdStatus.NEW || order.status() == OrdStatus.PARTIALLY_FILLED)) {
        report(order, order.suspend("Halted: " + halted, now));
        audit("order_suspended", OrderAudit.SYSTEM, order, firstReport, null);
        return true;
      }
      if (halted == null && order.status() == OrdStatus.SUSPENDED) {
        report(order, order.resume("The halt is over", now));
        audit("order_resumed", OrderAudit.SYSTEM, order, firstReport, null);
        return true;
      }
      return false;
    }

    private boolean giveWay(Command.GiveWay command) {
      OrderStore.Moved found = stored.get(command.key().orderId());
      if (found == null
          || !found.order().isWorking()
          || found.order().request().product() != Product.MIS
          || !squareOffTime.reached(now)) {
        return false;
      }
      end(found.order(), "MIS is squared off", OrderAudit.SYSTEM);
      return true;
    }

    /**
     * Closes what working orders don't close already, with an order that never rests: what the market
     * doesn't take now is tried again at its next prices.
     */
    private boolean squareOff(Command.SquareOff command) {
      HoldingKey key = command.holding();
      Instrument instrument = command.instrument();
      Optional<AccountState> account = book.account(key.accountId());
      Quote quote = current(quotes.get(key.symbol()));
      if (account.isEmpty()
          || !account.get().open()
          || quote == null
          || !phase.continuous()
          || halts.containsKey(key.symbol())
          || key.product() != Product.MIS
          || !squareOffTime.reached(now)
          || !(route(key.accountId()) instanceof VenueGate.Paper paper)) {
        return false;
      }
      HoldingState held = book.holding(key);
      Side side = held.quantity() > 0 ? Side.SELL : Side.BUY;
      long shares =
          held.quantity() > 0
              ? held.quantity() - held.openSellQuantity()
              : -held.quantity() - held.openBuyQuantity();
      if (instrument.freezeQuantity() != null) {
        shares = Math.min(shares, instrument.freezeQuantity().value());
      }
      if (shares <= 0) {
        return false;
      }
      Price worst = paper.venue().worstPrice(side, OrdType.MARKET, null, null, instrument, quote);
      // A short position's loss may be more than the account has: nothing is bought with cash that
      // isn't there.
      while (shares > 0
          && book.cashNeeded(key, side, Quantity.of(shares), worst)
                  .compareTo(account.get().availableCash())
              > 0) {
        shares /= 2;
      }
      if (shares == 0) {
        return false;
      }
      PlaceOrder request =
          new PlaceOrder(
              new ClOrdID("square-off-" + command.orderId()),
              key.accountId(),
              key.symbol(),
              side,
              OrdType.MARKET,
              Quantity.of(shares),
              null,
              null,
              Product.MIS,
              Validity.IOC,
              SQUARE_OFF_TAG,
              OrderAudit.SYSTEM);
      // Nothing is stored of what the market or the controls don't let through: it is tried again.
      if (paper.venue().match(side, worst, request.quantity(), instrument, quote).isEmpty()
          || check(request, request.quantity(), instrument, key, quote, worst, false) != null) {
        return false;
      }
      enter(command.orderId(), request, instrument, quote, worst, null);
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
      if (reports.isEmpty() && audit.isEmpty()) {
        return;
      }
      List<OrderStore.Moved> moved = new ArrayList<>();
      for (OrderStore.Moved order : stored.values()) {
        if (order.order().version() != order.versionBefore()) {
          moved.add(order);
        }
      }
      RoundTrip trip = new RoundTrip();
      book.flush(trip);
      BatchStore.write(
          new BatchStore.Written(placed, moved, replaces, reports, messages(), now), trip);
      auditTrail.append(audit, trip);
      trip.send(dataSource);
    }

    /** What the batch did to an account goes out together: a message costs the broker more than its length. */
    private List<OutboxMessage> messages() {
      Map<AccountId, List<Execution>> ofAccounts = new LinkedHashMap<>();
      for (Report report : reports) {
        Execution execution = report.execution();
        ofAccounts.computeIfAbsent(execution.accountId(), a -> new ArrayList<>(2)).add(execution);
      }
      List<OutboxMessage> messages = new ArrayList<>(ofAccounts.size());
      ofAccounts.forEach(
          (account, all) -> {
            for (int from = 0; from < all.size(); from += REPORTS_A_MESSAGE) {
              List<Execution> together =
                  all.subList(from, Math.min(all.size(), from + REPORTS_A_MESSAGE));
              Execution first = together.get(0);
              messages.add(
                  new OutboxMessage(
                      first.execId(),
                      EXECUTIONS_TOPIC,
                      account.toString(),
                      first.sequence(),
                      ExecutionJson.write(together)));
            }
          });
      return messages;
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
