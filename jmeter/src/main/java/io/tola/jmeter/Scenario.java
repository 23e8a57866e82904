package io.tola.jmeter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One load: who, how many, how long, and what must hold.
 *
 * @param about one sentence for the reader of the results
 * @param plan file of {@code plans} without its ending: users (closed model), arrivals (open model), historical
 * @param users of all classes together; 0 in an open model
 * @param rate arrivals a second of all kinds together; 0 in a closed model
 * @param ramp until all users are there, or the rate is reached
 * @param duration of the whole run, ramp included
 * @param mix shares of the classes (closed) or kinds of request (open); any positive numbers
 * @param wave more users for a while, in some scenarios
 * @param inAll whether {@code -Dscenario=all} runs it
 */
record Scenario(
    String name,
    String about,
    String plan,
    int users,
    double rate,
    Duration ramp,
    Duration duration,
    Map<String, Double> mix,
    Optional<Wave> wave,
    Thresholds thresholds,
    boolean inAll) {

  /** The shortest run that still says something. */
  private static final Duration SHORTEST = Duration.ofSeconds(20);

  /**
   * Users who come on top.
   *
   * @param after from the start of the run
   * @param ramp until all of them are there
   * @param lasts from their first to their last moment
   */
  record Wave(int users, Duration after, Duration ramp, Duration lasts) {

    Wave scaled(double scale) {
      return new Wave(users, times(after, scale), times(ramp, scale), times(lasts, scale));
    }

    Duration end() {
      return after.plus(lasts);
    }
  }

  boolean open() {
    return plan.equals("arrivals");
  }

  /** Whether somebody in it places orders all the time. */
  boolean sendsOrders() {
    return open()
        ? mix.containsKey("buy") || mix.containsKey("sell")
        : Scenario.split(users, mix).entrySet().stream()
            .anyMatch(of -> of.getValue() > 0 && Set.of("trading", "hft").contains(of.getKey()));
  }

  /** The same shape in less (or more) time: every duration times {@code scale}, the users as they are. */
  Scenario scaled(double scale) {
    if (!(scale > 0)) {
      throw new Refused("A scale is above 0, such as 0.1; not " + scale);
    }
    Duration scaled = times(duration, scale);
    return new Scenario(
        name,
        about,
        plan,
        users,
        rate,
        times(ramp, scale),
        scaled.compareTo(SHORTEST) < 0 ? SHORTEST : scaled,
        mix,
        wave.map(w -> w.scaled(scale)),
        thresholds,
        inAll);
  }

  /** With as many users in all; the wave grows in proportion. */
  Scenario withUsers(int wanted) {
    if (wanted < 1 || open()) {
      throw new Refused(
          open() ? "An open model has a rate, no users: -Drate=" : "At least one user.");
    }
    return new Scenario(
        name,
        about,
        plan,
        wanted,
        rate,
        ramp,
        duration,
        mix,
        wave.map(
            w ->
                new Wave(
                    Math.max(1, Math.round((float) w.users() * wanted / users)),
                    w.after(),
                    w.ramp(),
                    w.lasts())),
        thresholds,
        inAll);
  }

  /** The same without a class of users; the others take its place. */
  Scenario without(String kind) {
    if (!mix.containsKey(kind) || mix.size() == 1) {
      return this;
    }
    Map<String, Double> others = new LinkedHashMap<>(mix);
    others.remove(kind);
    return new Scenario(
        name, about, plan, users, rate, ramp, duration, others, wave, thresholds, inAll);
  }

  /** With so many arrivals a second in all. */
  Scenario withRate(double wanted) {
    if (!(wanted > 0) || !open()) {
      throw new Refused(open() ? "A rate is above 0." : "Only an open model has a rate: " + name);
    }
    return new Scenario(
        name, about, plan, users, wanted, ramp, duration, mix, wave, thresholds, inAll);
  }

  /** When the load is whole: what comes before doesn't count for the thresholds. */
  Duration steadyFrom() {
    return ramp;
  }

  /**
   * Users of each class so that they add up to {@code total} exactly; the largest remainders get what is left, and of two alike the one
   * that stands first.
   */
  static Map<String, Integer> split(int total, Map<String, Double> shares) {
    double sum = shares.values().stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Integer> parts = new LinkedHashMap<>();
    Map<String, Double> remainders = new LinkedHashMap<>();
    int given = 0;
    for (Map.Entry<String, Double> share : shares.entrySet()) {
      double exact = total * share.getValue() / sum;
      int whole = (int) Math.floor(exact + 1e-9);
      parts.put(share.getKey(), whole);
      remainders.put(share.getKey(), exact - whole);
      given += whole;
    }
    List<String> byRemainder = new ArrayList<>(parts.keySet());
    byRemainder.sort(Comparator.comparing((String k) -> -remainders.get(k)));
    for (int i = 0; i < total - given; i++) {
      parts.merge(byRemainder.get(i % byRemainder.size()), 1, Integer::sum);
    }
    return parts;
  }

  private static Duration times(Duration d, double scale) {
    return Duration.ofMillis(Math.round(d.toMillis() * scale));
  }
}
