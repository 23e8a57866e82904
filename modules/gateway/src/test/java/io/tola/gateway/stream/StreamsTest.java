package io.tola.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.gateway.json.Json;
import io.tola.gateway.security.Caller;
import io.tola.gateway.security.RateBucket;
import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Role;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.MarketData;
import io.tola.market.api.Quote;
import io.tola.trading.api.ExecType;
import io.tola.trading.api.Execution;
import io.tola.trading.api.ExecutionFeed;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.Side;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StreamsTest {

  private static final AccountId MINE = AccountId.parse("01900000-0000-7000-8000-000000000001");
  private static final AccountId OTHER = AccountId.parse("01900000-0000-7000-8000-000000000002");
  private static final long SECOND = 1_000_000_000L;

  /** Room for two queues full of reports, not for three. */
  private static final long HELD = 2 * 512 * 500L;

  private final Map<AccountId, List<Execution>> table = new HashMap<>();
  private final Map<Symbol, Quote> quotes = new HashMap<>();
  private final Map<String, Caller> tokens = new HashMap<>();
  private final EnumMap<Goodbye, Integer> closed = new EnumMap<>(Goodbye.class);
  private boolean databaseAway;
  private long now = 0;

  private final ExecutionFeed feed =
      new ExecutionFeed() {
        @Override
        public Map<AccountId, Long> newest(Set<AccountId> accounts) {
          check();
          Map<AccountId, Long> newest = new HashMap<>();
          accounts.forEach(a -> newest.put(a, (long) table.getOrDefault(a, List.of()).size()));
          return newest;
        }

        @Override
        public Map<Position, List<Execution>> after(Collection<Position> positions) {
          check();
          Map<Position, List<Execution>> found = new LinkedHashMap<>();
          for (Position position : positions) {
            List<Execution> next =
                table.getOrDefault(position.accountId(), List.of()).stream()
                    .filter(e -> e.sequence() > position.after())
                    .limit(MOST)
                    .toList();
            if (!next.isEmpty()) {
              found.put(position, next);
            }
          }
          return found;
        }

        private void check() {
          if (databaseAway) {
            throw new ProblemException(ProblemCode.DATABASE_UNAVAILABLE, "away");
          }
        }
      };

  private final MarketData market =
      (MarketData)
          Proxy.newProxyInstance(
              MarketData.class.getClassLoader(),
              new Class<?>[] {MarketData.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "quotes" -> Map.copyOf(quotes);
                    case "instrument" ->
                        arguments[0].equals(new Symbol("ITC"))
                            ? Optional.of(instrument())
                            : Optional.empty();
                    default -> throw new UnsupportedOperationException(method.getName());
                  });

  private static Object instrument() {
    // What it says doesn't matter here, only that it is there.
    return new Object();
  }

  private final Streams streams =
      new Streams(
          feed,
          market,
          token -> {
            Caller caller = tokens.get(token);
            if (caller == null) {
              throw new ProblemException(ProblemCode.TOKEN_EXPIRED, "Ask for a new token.");
            }
            return caller;
          },
          Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
          new Streams.Limits(10, 3, 5, 50, HELD, 5 * SECOND, 10 * SECOND, 15 * SECOND),
          new Streams.Meter() {
            @Override
            public void sent(String type, int messages) {}

            @Override
            public void closed(Goodbye why) {
              closed.merge(why, 1, Integer::sum);
            }
          },
          0);

  /** A client that reads, or doesn't. */
  private final class Client implements Wire {
    private final List<JsonNode> heard = new ArrayList<>();
    private final ArrayDeque<Consumer<Boolean>> unread = new ArrayDeque<>();
    private boolean reads = true;
    private int code;
    private String reason;

    Client() {
      streams.opened(this, now);
    }

    Client as(String token) {
      return say("{\"type\":\"authenticate\",\"token\":\"" + token + "\"}");
    }

    Client say(String text) {
      streams.received(this, text, now);
      return this;
    }

    @Override
    public void send(String text, Consumer<Boolean> done) {
      heard.add(Json.parse(text.getBytes(StandardCharsets.UTF_8)));
      if (reads) {
        done.accept(true);
      } else {
        unread.add(done);
      }
    }

    @Override
    public void close(int with, String because) {
      code = with;
      reason = because;
    }

    List<String> types() {
      return heard.stream().map(m -> m.get("type").asText()).toList();
    }

    List<Long> sequences() {
      return heard.stream()
          .filter(m -> m.get("type").asText().equals("order_update"))
          .map(m -> m.get("sequence").asLong())
          .toList();
    }
  }

  private Client trader() {
    tokens.put(
        "good", new Caller("trader1", Set.of(Role.TRADER), Set.of(MINE), new RateBucket(1, 1, 0)));
    return new Client().as("good");
  }

  private void report(AccountId account) {
    report(account, ExecType.NEW);
  }

  private void report(AccountId account, ExecType type) {
    List<Execution> reports = table.computeIfAbsent(account, a -> new ArrayList<>());
    reports.add(
        new Execution(
            UUID.randomUUID(),
            UUID.randomUUID(),
            new ClOrdID("c"),
            account,
            reports.size() + 1,
            new Symbol("ITC"),
            Side.BUY,
            type,
            OrdStatus.NEW,
            Quantity.of(0),
            null,
            Quantity.of(0),
            Quantity.of(1),
            null,
            null,
            Instant.EPOCH));
  }

  private void quote(long sequence) {
    Price price = Price.of("100");
    quotes.put(
        new Symbol("ITC"),
        new Quote(
            new Symbol("ITC"),
            price,
            Quantity.of(1),
            price,
            Quantity.of(1),
            price,
            price,
            price,
            price,
            price,
            sequence,
            Instant.EPOCH,
            Instant.EPOCH,
            sequence,
            Quote.Source.SIMULATED));
  }

  private boolean round() {
    return streams.round(now, true);
  }

  @Test
  void aSubscriberHearsOnlyItsOwnAccountsAndOnlyWhatComesAfterwards() {
    report(MINE);
    Client client = trader().say("{\"type\":\"subscribe\",\"channel\":\"orders\"}");
    round();
    report(MINE);
    report(OTHER);
    report(MINE);
    round();

    assertThat(client.types())
        .containsExactly("welcome", "subscribed", "order_update", "order_update");
    assertThat(client.heard.get(1).get("sequence").asLong()).isEqualTo(1);
    assertThat(client.sequences()).containsExactly(2L, 3L);
  }

  @Test
  void everyKindOfReportGoesOut() {
    for (ExecType type : ExecType.values()) {
      report(MINE, type);
    }
    Client client =
        trader().say("{\"type\":\"subscribe\",\"channel\":\"orders\",\"resume_from\":0}");
    round();

    assertThat(client.heard.stream().map(m -> m.path("exec_type").asText()).skip(2))
        .containsExactly(Stream.of(ExecType.values()).map(ExecType::name).toArray(String[]::new));
  }

  @Test
  void aMessageThatIsTooLongEndsTheStream() {
    assertThat(trader().say(" ".repeat(17_000)).code).isEqualTo(1009);
  }

  @Test
  void resumingGivesEachReportOnceInOrderHoweverManyThereAre() {
    for (int i = 0; i < 2_000; i++) {
      report(MINE);
    }
    Client client =
        trader().say("{\"type\":\"subscribe\",\"channel\":\"orders\",\"resume_from\":700}");
    while (round()) {
      // More is there.
    }

    assertThat(client.sequences()).hasSize(1_300).isSorted().doesNotHaveDuplicates();
    assertThat(client.sequences()).startsWith(701L).endsWith(2_000L);
  }

  @Test
  void aDatabaseThatWasAwayCostsNoReport() {
    Client client = trader().say("{\"type\":\"subscribe\",\"channel\":\"orders\"}");
    round();
    databaseAway = true;
    report(MINE);
    try {
      round();
    } catch (ProblemException expected) {
      assertThat(expected.code()).isEqualTo(ProblemCode.DATABASE_UNAVAILABLE);
    }
    databaseAway = false;
    round();

    assertThat(client.sequences()).containsExactly(1L);
  }

  @Test
  void whoDoesntReadIsDroppedAndNeverHasMoreWaitingThanIsAllowed() {
    for (int i = 0; i < 5_000; i++) {
      report(MINE);
    }
    Client slow =
        trader().say("{\"type\":\"subscribe\",\"channel\":\"quotes\",\"symbols\":[\"ITC\"]}");
    slow.say("{\"type\":\"subscribe\",\"channel\":\"orders\",\"resume_from\":0}");
    Client quick =
        trader().say("{\"type\":\"subscribe\",\"channel\":\"orders\",\"resume_from\":0}");
    slow.reads = false;
    for (int i = 0; i < 100; i++) {
      quote(i);
      round();
    }

    // One in flight; then a full queue and one quote, the newest.
    assertThat(slow.heard.size()).isLessThanOrEqualTo(4);
    assertThat(quick.sequences()).hasSize(5_000);
    now = System.nanoTime() + 11 * SECOND;
    round();
    assertThat(slow.code).isEqualTo(4408);
    assertThat(quick.code).isZero();
    assertThat(closed).containsEntry(Goodbye.TOO_SLOW, 1);
    assertThat(streams.connections()).isEqualTo(1);
  }

  @Test
  void whenAllTogetherHoldTooMuchThoseGoWhoHoldMostAndNothingIsKeptForThem() {
    for (int i = 0; i < 5_000; i++) {
      report(MINE);
    }
    List<Client> slow = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      tokens.put(
          "t" + i, new Caller("u" + i, Set.of(Role.TRADER), Set.of(MINE), new RateBucket(1, 1, 0)));
      Client client = new Client().as("t" + i);
      client.reads = false;
      slow.add(client.say("{\"type\":\"subscribe\",\"channel\":\"orders\",\"resume_from\":0}"));
    }
    Client quick =
        trader().say("{\"type\":\"subscribe\",\"channel\":\"orders\",\"resume_from\":0}");
    while (round()) {
      assertThat(streams.held()).isLessThanOrEqualTo(HELD);
    }

    assertThat(quick.sequences()).hasSize(5_000);
    assertThat(slow).anyMatch(c -> c.code == 4408);
    slow.forEach(c -> streams.closed(c));
    assertThat(streams.held()).isZero();
    assertThat(streams.connections()).isEqualTo(1);
  }

  @Test
  void anAccountThatIsNoLongerTheCallersEndsTheStream() {
    Client client = trader().say("{\"type\":\"subscribe\",\"channel\":\"orders\"}");
    tokens.put("good", new Caller("trader1", Set.of(), Set.of(OTHER), new RateBucket(1, 1, 0)));
    now += 2 * SECOND;
    round();
    assertThat(client.code).isEqualTo(4403);
  }

  @Test
  void ofASymbolsQuotesOnlyTheNewestWaits() {
    Client client =
        trader().say("{\"type\":\"subscribe\",\"channel\":\"quotes\",\"symbols\":[\"ITC\"]}");
    client.reads = false;
    for (int i = 1; i <= 50; i++) {
      quote(i);
      round();
    }
    client.reads = true;
    client.unread.poll().accept(true);

    List<Long> volumes =
        client.heard.stream()
            .filter(m -> m.get("type").asText().equals("quote"))
            .map(m -> m.get("volume").asLong())
            .toList();
    assertThat(volumes).containsExactly(1L, 50L);
  }

  @Test
  void eachRefusalHasItsCloseCode() {
    assertThat(new Client().say("{\"type\":\"ping\"}").code).isEqualTo(4401);
    assertThat(new Client().as("bad").code).isEqualTo(4401);
    assertThat(trader().say("not JSON").code).isEqualTo(4400);
    assertThat(trader().say("{\"type\":\"dance\"}").code).isEqualTo(4400);
    assertThat(trader().say("{\"type\":\"ping\",\"more\":1}").code).isEqualTo(4400);
    Client unknown = trader().say("{\"type\":\"subscribe\",\"channel\":\"news\"}");
    assertThat(unknown.code).isEqualTo(4404);
    assertThat(unknown.reason).contains("orders and quotes");
    assertThat(
            trader()
                .say("{\"type\":\"subscribe\",\"channel\":\"quotes\",\"symbols\":[\"NOSUCH\"]}")
                .code)
        .isEqualTo(4404);
    assertThat(
            trader()
                .say(
                    "{\"type\":\"subscribe\",\"channel\":\"orders\",\"account_id\":\""
                        + OTHER.value()
                        + "\"}")
                .code)
        .isEqualTo(4403);
    Client ahead =
        trader().say("{\"type\":\"subscribe\",\"channel\":\"orders\",\"resume_from\":9}");
    round();
    assertThat(ahead.code).isEqualTo(4409);
    assertThat(streams.connections()).isZero();
  }

  @Test
  void aFloodIsClosed() {
    Client client = trader();
    for (int i = 0; i < 60 && client.code == 0; i++) {
      client.say("{\"type\":\"ping\"}");
    }
    assertThat(client.code).isEqualTo(4429);
    assertThat(client.types().stream().filter("pong"::equals).count()).isBetween(40L, 50L);
  }

  @Test
  void anExpiredTokenEndsTheStreamAndANewOneInTimeDoesNot() {
    Client client = trader();
    tokens.put("newer", tokens.get("good"));
    client.as("newer");
    Client other = trader();
    tokens.remove("good");
    now += 2 * SECOND;
    round();

    assertThat(other.code).isEqualTo(4401);
    assertThat(client.code).isZero();
    tokens.put("stranger", new Caller("x", Set.of(Role.TRADER), Set.of(), new RateBucket(1, 1, 0)));
    assertThat(client.as("stranger").code).isEqualTo(4401);
  }

  @Test
  void whoNeverSaysWhoItIsIsClosedAndStrangersAreFew() {
    List<Client> strangers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      strangers.add(new Client());
    }
    assertThat(strangers.get(5).code).isEqualTo(1013);
    now += 6 * SECOND;
    round();
    assertThat(strangers.subList(0, 5)).allMatch(c -> c.code == 4401);
    assertThat(streams.connections()).isZero();
  }

  @Test
  void aUserHasSoManyConnectionsAndNoMore() {
    for (int i = 0; i < 3; i++) {
      assertThat(trader().code).isZero();
    }
    assertThat(trader().code).isEqualTo(4429);
  }

  @Test
  void aHeartbeatComesWhenItIsDue() {
    Client client = trader();
    now += 16 * SECOND;
    round();
    now += SECOND;
    round();
    assertThat(client.types()).containsExactly("welcome", "heartbeat");
  }

  @Test
  void theEndOfTheServerIsSaidToAll() {
    Client client = trader();
    streams.closeAll();
    assertThat(client.code).isEqualTo(1001);
  }
}
