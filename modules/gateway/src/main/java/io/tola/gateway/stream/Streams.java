package io.tola.gateway.stream;

import io.tola.gateway.json.Json;
import io.tola.gateway.rest.body.ExecutionShape;
import io.tola.gateway.rest.body.QuoteShape;
import io.tola.gateway.security.Caller;
import io.tola.gateway.security.RateBucket;
import io.tola.kernel.AccountId;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.MarketData;
import io.tola.market.api.Quote;
import io.tola.trading.api.Execution;
import io.tola.trading.api.ExecutionFeed;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * All connections of this node. What a client says is done at once, except for what needs the database:
 * that, and all that is sent without being asked for, is done by {@link #round}, which one thread calls
 * again and again. Thread-safe.
 */
final class Streams {

  /**
   * What a node allows; times in nanoseconds.
   *
   * @param held characters that may wait for all connections together
   */
  record Limits(
      int connections,
      int connectionsPerUser,
      int strangers,
      int messagesPerSecond,
      long held,
      long authenticateWithin,
      long slowAfter,
      long heartbeatEvery) {}

  /** Hears what is counted. */
  interface Meter {
    void sent(String type, int messages);

    void closed(Goodbye why);
  }

  private static final int ONE_SECOND = 1_000_000_000;

  /** So many places are read together: all reports of one reading are in memory at once. */
  private static final int TOGETHER = 64;

  private final ExecutionFeed feed;
  private final MarketData market;
  private final Function<String, Caller> authenticator;
  private final Clock clock;
  private final Limits limits;
  private final Meter meter;
  private final Map<Wire, Subscriber> subscribers = new ConcurrentHashMap<>();
  private final LongAdder held = new LongAdder();
  private long checkedAt;
  private long beatenAt;

  /**
   * @param authenticator the caller of a token; throws a ProblemException for one that isn't good
   */
  Streams(
      ExecutionFeed feed,
      MarketData market,
      Function<String, Caller> authenticator,
      Clock clock,
      Limits limits,
      Meter meter,
      long now) {
    this.feed = feed;
    this.market = market;
    this.authenticator = authenticator;
    this.clock = clock;
    this.limits = limits;
    this.meter = meter;
    this.checkedAt = now;
    this.beatenAt = now;
  }

  int connections() {
    return subscribers.size();
  }

  /** Characters that wait to be written, for all connections. */
  long held() {
    return held.sum();
  }

  void opened(Wire wire, long now) {
    Subscriber subscriber =
        new Subscriber(
            wire,
            new RateBucket(limits.messagesPerSecond, ONE_SECOND, now),
            now,
            meter::closed,
            held);
    long strangers = subscribers.values().stream().filter(s -> s.caller() == null).count();
    if (subscribers.size() >= limits.connections || strangers >= limits.strangers) {
      subscriber.close(Goodbye.TRY_LATER, "too many connections, try another node or later");
      return;
    }
    subscribers.put(wire, subscriber);
  }

  void closed(Wire wire) {
    Subscriber subscriber = subscribers.remove(wire);
    if (subscriber != null) {
      subscriber.gone();
    }
  }

  /** Says goodbye to one. */
  void dismiss(Wire wire, Goodbye why, String reason) {
    Subscriber subscriber = subscribers.get(wire);
    if (subscriber != null) {
      close(wire, subscriber, why, reason);
    }
  }

  /** Says goodbye to all. */
  void closeAll() {
    subscribers.forEach(
        (wire, s) -> close(wire, s, Goodbye.GOING_AWAY, "the server ends, connect again"));
  }

  private void close(Wire wire, Subscriber subscriber, Goodbye why, String reason) {
    subscribers.remove(wire);
    subscriber.close(why, reason);
  }

  /** A client said something. */
  void received(Wire wire, String text, long now) {
    Subscriber subscriber = subscribers.get(wire);
    if (subscriber == null || subscriber.isClosed()) {
      return;
    }
    if (!subscriber.mayAsk(now)) {
      close(
          wire,
          subscriber,
          Goodbye.FLOOD,
          "more than " + limits.messagesPerSecond + " messages a second");
      return;
    }
    if (text.length() > StreamEndpoint.MAX_MESSAGE) {
      close(wire, subscriber, Goodbye.TOO_BIG, "more than " + StreamEndpoint.MAX_MESSAGE);
      return;
    }
    StreamRequest request;
    try {
      request = StreamRequest.read(text);
    } catch (ProblemException e) {
      String where =
          e.errors().isEmpty()
              ? e.getMessage()
              : e.errors().get(0).field() + ' ' + e.errors().get(0).message();
      close(wire, subscriber, Goodbye.MALFORMED, where);
      return;
    }
    if (request instanceof StreamRequest.Authenticate authenticate) {
      authenticate(wire, subscriber, authenticate.token());
    } else if (subscriber.caller() == null) {
      close(wire, subscriber, Goodbye.UNAUTHENTICATED, "authenticate first");
    } else {
      serve(wire, subscriber, request);
    }
  }

  private void authenticate(Wire wire, Subscriber subscriber, String token) {
    Caller caller;
    try {
      caller = authenticator.apply(token);
    } catch (ProblemException e) {
      Goodbye goodbye =
          isNoToken(e)
              ? Goodbye.UNAUTHENTICATED
              : e.code() == ProblemCode.ADDRESS_REFUSED ? Goodbye.FORBIDDEN : Goodbye.TRY_LATER;
      close(wire, subscriber, goodbye, why(e));
      return;
    }
    Caller before = subscriber.caller();
    if (before != null && !before.getName().equals(caller.getName())) {
      close(wire, subscriber, Goodbye.UNAUTHENTICATED, "the token is somebody else's");
      return;
    }
    if (before == null) {
      String name = caller.getName();
      long others =
          subscribers.values().stream()
              .map(Subscriber::caller)
              .filter(c -> c != null && c.getName().equals(name))
              .count();
      if (others >= limits.connectionsPerUser) {
        close(
            wire,
            subscriber,
            Goodbye.FLOOD,
            "you have " + limits.connectionsPerUser + " connections already");
        return;
      }
    }
    subscriber.authenticated(token, caller);
    Map<String, Object> welcome = message("welcome");
    welcome.put("user", caller.getName());
    welcome.put(
        "accounts", caller.accounts().stream().map(a -> a.value().toString()).sorted().toList());
    welcome.put("heartbeat_seconds", limits.heartbeatEvery / ONE_SECOND);
    welcome.put("timestamp", clock.instant());
    say(subscriber, "welcome", welcome);
  }

  private static String why(ProblemException e) {
    return e.code() == ProblemCode.TOKEN_EXPIRED ? "the token has expired" : e.getMessage();
  }

  private static boolean isNoToken(ProblemException e) {
    return e.code() == ProblemCode.UNAUTHENTICATED || e.code() == ProblemCode.TOKEN_EXPIRED;
  }

  private void serve(Wire wire, Subscriber subscriber, StreamRequest request) {
    if (request instanceof StreamRequest.SubscribeOrders orders) {
      Set<AccountId> accounts = accounts(wire, subscriber, orders.account());
      if (accounts == null) {
        return;
      }
      if (orders.resumeFrom() != null && accounts.size() != 1) {
        close(wire, subscriber, Goodbye.MALFORMED, "account_id is required with resume_from");
        return;
      }
      accounts.forEach(account -> subscriber.follow(account, orders.resumeFrom()));
    } else if (request instanceof StreamRequest.UnsubscribeOrders orders) {
      if (orders.account() == null) {
        subscriber.leaveAll();
      } else {
        subscriber.leave(orders.account());
      }
      Map<String, Object> answer = message("unsubscribed");
      answer.put("channel", "orders");
      say(subscriber, "unsubscribed", answer);
    } else if (request instanceof StreamRequest.SubscribeQuotes quotes) {
      for (Symbol symbol : quotes.symbols()) {
        if (market.instrument(symbol).isEmpty()) {
          close(wire, subscriber, Goodbye.UNKNOWN_SUBSCRIPTION, "unknown symbol " + symbol.value());
          return;
        }
      }
      Map<String, Object> answer = message("subscribed");
      answer.put("channel", "quotes");
      answer.put("symbols", quotes.symbols().stream().map(Symbol::value).toList());
      say(subscriber, "subscribed", answer);
      subscriber.watch(quotes.symbols());
    } else if (request instanceof StreamRequest.UnsubscribeQuotes quotes) {
      subscriber.unwatch(quotes.symbols());
      Map<String, Object> answer = message("unsubscribed");
      answer.put("channel", "quotes");
      answer.put("symbols", quotes.symbols().stream().map(Symbol::value).toList());
      say(subscriber, "unsubscribed", answer);
    } else if (request instanceof StreamRequest.UnknownChannel) {
      close(
          wire,
          subscriber,
          Goodbye.UNKNOWN_SUBSCRIPTION,
          "unknown channel, there are orders and quotes");
    } else {
      Map<String, Object> answer = message("pong");
      answer.put("timestamp", clock.instant());
      say(subscriber, "pong", answer);
    }
  }

  /** Null when the connection had to be closed. */
  private Set<AccountId> accounts(Wire wire, Subscriber subscriber, AccountId asked) {
    Set<AccountId> own = subscriber.caller().accounts();
    if (own.isEmpty() || (asked != null && !own.contains(asked))) {
      close(wire, subscriber, Goodbye.FORBIDDEN, "there is no such account among yours");
      return null;
    }
    return asked == null ? own : Set.of(asked);
  }

  private static Map<String, Object> message(String type) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("type", type);
    return message;
  }

  private void say(Subscriber subscriber, String type, Map<String, Object> message) {
    subscriber.say(text(message));
    meter.sent(type, 1);
  }

  private static String text(Object value) {
    return new String(Json.bytes(value), StandardCharsets.UTF_8);
  }

  /** The body with its type before it. */
  private static String typed(String type, Object shape) {
    return "{\"type\":\"" + type + "\"," + text(shape).substring(1);
  }

  /**
   * One round: tokens and slow readers once a second, heartbeats when they are due, quotes, order
   * updates.
   *
   * @param readable whether the database is to be asked
   * @return whether there is more to read at once
   * @throws RuntimeException when order updates can't be read; nothing is lost, the next round reads them
   */
  boolean round(long now, boolean readable) {
    if (now - checkedAt >= ONE_SECOND) {
      checkedAt = now;
      subscribers.forEach((wire, subscriber) -> check(wire, subscriber, now));
    }
    if (now - beatenAt >= limits.heartbeatEvery) {
      beatenAt = now;
      Map<String, Object> heartbeat = message("heartbeat");
      heartbeat.put("timestamp", clock.instant());
      String beat = text(heartbeat);
      subscribers.values().stream().filter(s -> s.caller() != null).forEach(s -> s.say(beat));
    }
    quotes();
    if (!readable) {
      return false;
    }
    begin();
    return updates();
  }

  private void check(Wire wire, Subscriber subscriber, long now) {
    if (subscriber.isClosed()) {
      subscribers.remove(wire);
    } else if (subscriber.stuckNanos(now) > limits.slowAfter) {
      close(
          wire,
          subscriber,
          Goodbye.TOO_SLOW,
          "you read too slowly; resume from your last sequence");
    } else if (subscriber.caller() == null) {
      if (now - subscriber.openedAt() > limits.authenticateWithin) {
        close(wire, subscriber, Goodbye.UNAUTHENTICATED, "no token came");
      }
    } else {
      try {
        String token = subscriber.token();
        Caller caller = authenticator.apply(token);
        subscriber.stillIs(token, caller);
        if (subscriber.followsOthersThan(caller.accounts())) {
          close(wire, subscriber, Goodbye.FORBIDDEN, "an account is no longer yours");
        }
      } catch (ProblemException e) {
        if (isNoToken(e)) {
          close(wire, subscriber, Goodbye.UNAUTHENTICATED, why(e));
        }
      }
    }
  }

  private void quotes() {
    Set<Symbol> watched = new HashSet<>();
    subscribers.values().forEach(subscriber -> subscriber.watched(watched));
    if (watched.isEmpty()) {
      return;
    }
    Map<Symbol, Subscriber.Ticker> tickers = new HashMap<>();
    for (Map.Entry<Symbol, Quote> quote : market.quotes(watched).entrySet()) {
      tickers.put(
          quote.getKey(),
          new Subscriber.Ticker(
              quote.getValue().sequence(), typed("quote", QuoteShape.of(quote.getValue()))));
    }
    int sent = 0;
    for (Subscriber subscriber : subscribers.values()) {
      sent += subscriber.takeQuotes(tickers);
    }
    meter.sent("quote", sent);
  }

  /** Who has just subscribed gets a place in each account. */
  private void begin() {
    Set<AccountId> placeless = new HashSet<>();
    subscribers.values().forEach(subscriber -> subscriber.placeless(placeless));
    if (placeless.isEmpty()) {
      return;
    }
    Map<AccountId, Long> newest = feed.newest(placeless);
    subscribers.forEach(
        (wire, subscriber) ->
            subscriber
                .place(newest)
                .forEach(
                    (account, from) -> {
                      if (from < 0) {
                        close(
                            wire,
                            subscriber,
                            Goodbye.AHEAD,
                            "resume_from is above the newest sequence, " + newest.get(account));
                        return;
                      }
                      Map<String, Object> answer = message("subscribed");
                      answer.put("channel", "orders");
                      answer.put("account_id", account.value().toString());
                      answer.put("sequence", from);
                      answer.put("newest_sequence", newest.get(account));
                      say(subscriber, "subscribed", answer);
                    }));
  }

  private boolean updates() {
    Set<ExecutionFeed.Position> positions = new HashSet<>();
    subscribers.values().forEach(subscriber -> subscriber.positions(positions));
    if (positions.isEmpty()) {
      return false;
    }
    List<ExecutionFeed.Position> all = List.copyOf(positions);
    boolean more = false;
    for (int i = 0; i < all.size(); i += TOGETHER) {
      more |= updates(all.subList(i, Math.min(all.size(), i + TOGETHER)));
      makeRoom();
    }
    return more;
  }

  private boolean updates(List<ExecutionFeed.Position> positions) {
    Map<ExecutionFeed.Position, List<Execution>> found = feed.after(positions);
    if (found.isEmpty()) {
      return false;
    }
    Map<ExecutionFeed.Position, List<Subscriber.Report>> reports = new HashMap<>();
    found.forEach(
        (position, executions) ->
            reports.put(
                position,
                executions.stream()
                    .map(
                        e ->
                            new Subscriber.Report(
                                e.sequence(), typed("order_update", ExecutionShape.of(e))))
                    .toList()));
    int sent = 0;
    for (Subscriber subscriber : subscribers.values()) {
      for (ExecutionFeed.Position position : subscriber.standing()) {
        List<Subscriber.Report> next = reports.get(position);
        if (next != null) {
          sent += subscriber.take(position, next);
        }
      }
    }
    meter.sent("order_update", sent);
    return sent > 0 && found.values().stream().anyMatch(e -> e.size() >= ExecutionFeed.MOST);
  }

  /** When too much waits for all together, those go for whom most of it waits. */
  private void makeRoom() {
    if (held() <= limits.held) {
      return;
    }
    Map<Wire, Long> holders = new HashMap<>();
    subscribers.forEach((wire, subscriber) -> holders.put(wire, subscriber.holds()));
    holders.entrySet().stream()
        .sorted(Map.Entry.<Wire, Long>comparingByValue().reversed())
        .takeWhile(holder -> held() > limits.held / 2)
        .forEach(
            holder ->
                dismiss(
                    holder.getKey(),
                    Goodbye.TOO_SLOW,
                    "you read too slowly for what the server can hold; resume from your last sequence"));
  }
}
