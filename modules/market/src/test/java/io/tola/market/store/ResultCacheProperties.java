package io.tola.market.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.cache.CacheSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Random histories of two nodes over one tier, against an oracle that knows by heart what a read must not
 * be older than: the last value written before the last invalidation that the reading node must see, or
 * within the time to live.
 */
class ResultCacheProperties {

  private static final int SCOPES = 3;
  private static final int KEYS = 2;
  private static final Duration TTL = Duration.ofSeconds(60);
  private static final CacheSpec SPEC = new CacheSpec("things", TTL, 4, false);

  private final HandClock clock = new HandClock();
  private final MapTexts tier = new MapTexts();
  private final MapTexts.Door[] doors = {tier.door(), tier.door()};
  private final ResultCaches[] nodes = {node(0), node(1)};

  /** What the database holds of each scope: a number that only rises, and when it rose. */
  private final int[] database = new int[SCOPES];

  private final List<TreeMap<Long, Integer>> risen = new ArrayList<>();

  /** By node and scope: no read may find less. */
  private final int[][] least = new int[2][SCOPES];

  /** By node: invalidations of which the others can't know yet. */
  private final int[][] untold = new int[2][SCOPES];

  private ResultCaches node(int n) {
    return new ResultCaches(doors[n], clock, name -> Optional.empty(), null);
  }

  @Property(tries = 400)
  void noReadIsOlderThanTheLastInvalidationItMustSee(@ForAll long seed) {
    Random random = new Random(seed);
    begin();
    for (int step = 0; step < 300; step++) {
      int n = random.nextInt(2);
      int scope = random.nextInt(SCOPES);
      switch (random.nextInt(12)) {
        case 0, 1 -> write(scope);
        case 2 -> invalidate(n, scope, false);
        case 3 -> invalidate(n, scope, random.nextInt(4) == 0);
        case 4 -> clock.pass(Duration.ofMillis(random.nextInt(40_000)));
        case 5 -> doors[n].shut = random.nextInt(3) == 0;
        case 6 -> forget(random);
        case 7 -> readAcross(n, scope, random);
        default -> read(n, scope, random.nextInt(KEYS));
      }
    }
  }

  private void begin() {
    tier.spaces.values().forEach(Map::clear);
    for (int n = 0; n < 2; n++) {
      doors[n].shut = false;
      nodes[n] = node(n);
      least[n] = new int[SCOPES];
      untold[n] = new int[SCOPES];
    }
    risen.clear();
    for (int scope = 0; scope < SCOPES; scope++) {
      database[scope] = 0;
      risen.add(new TreeMap<>(Map.of(clock.millis(), 0)));
    }
  }

  private void write(int scope) {
    risen.get(scope).put(clock.millis(), ++database[scope]);
  }

  private void invalidate(int n, int scope, boolean whole) {
    nodes[n].invalidate("things", whole ? "" : "s" + scope);
    for (int s = 0; s < SCOPES; s++) {
      if (whole || s == scope) {
        least[n][s] = database[s];
        if (doors[n].shut) {
          untold[n][s] = database[s];
        } else {
          least[1 - n][s] = database[s];
        }
      }
    }
  }

  /** The tier may lose anything at any time. */
  private void forget(Random random) {
    for (Map<String, String> space : tier.spaces.values()) {
      space.keySet().removeIf(key -> random.nextInt(3) == 0);
    }
  }

  private void read(int n, int scope, int key) {
    settled(n);
    int found =
        nodes[n].cache(SPEC).get("s" + scope, List.of(key), Integer.class, () -> database[scope]);
    judge(n, scope, found);
  }

  /** A load during which the value changes and the other node invalidates it. */
  private void readAcross(int n, int scope, Random random) {
    settled(n);
    int bound = least[n][scope];
    int found =
        nodes[n]
            .cache(SPEC)
            .get(
                "s" + scope,
                List.of(random.nextInt(KEYS)),
                Integer.class,
                () -> {
                  int before = database[scope];
                  write(scope);
                  invalidate(random.nextInt(2), scope, false);
                  return before;
                });
    assertThat(found).isGreaterThanOrEqualTo(bound);
  }

  /** What the application does every second; then the other node must know too. */
  private void settled(int n) {
    nodes[n].settle();
    if (!doors[n].shut) {
      for (int s = 0; s < SCOPES; s++) {
        least[1 - n][s] = Math.max(least[1 - n][s], untold[n][s]);
        untold[n][s] = 0;
      }
    }
  }

  private void judge(int n, int scope, int found) {
    assertThat(found).isLessThanOrEqualTo(database[scope]);
    assertThat(found).as("node %s, scope %s", n, scope).isGreaterThanOrEqualTo(least[n][scope]);
    long oldest = clock.millis() - TTL.toMillis();
    var then = risen.get(scope).floorEntry(oldest);
    if (then != null) {
      assertThat(found).as("older than its time to live").isGreaterThanOrEqualTo(then.getValue());
    }
    if (doors[n].shut) {
      assertThat(found).as("without the tier the database is read").isEqualTo(database[scope]);
    }
  }
}
