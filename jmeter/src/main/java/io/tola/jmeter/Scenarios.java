package io.tola.jmeter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The scenarios of {@code scenarios.json}, in its order. A word that nobody knows is an error, because a threshold misspelt holds nothing. */
final class Scenarios {

  private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)(s|m|h)");
  private static final Set<String> WORDS =
      Set.of(
          "name",
          "about",
          "plan",
          "users",
          "rate",
          "ramp",
          "duration",
          "mix",
          "wave",
          "thresholds",
          "in_all");
  private static final Set<String> THRESHOLD_WORDS =
      Set.of(
          "min_requests_per_second",
          "p95_ms",
          "p99_ms",
          "max_error_pct",
          "min_cache_hit_pct",
          "min_users",
          "max_db_statement_ms",
          "recovery_seconds");

  private final Map<String, Scenario> byName = new LinkedHashMap<>();

  private Scenarios() {}

  static Scenarios read(Path file) {
    try {
      return parse(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws Refused when it isn't what a scenario file says
   */
  static Scenarios parse(String json) {
    Scenarios scenarios = new Scenarios();
    try {
      JsonNode root = new ObjectMapper().readTree(json);
      for (JsonNode node : root.path("scenarios")) {
        Scenario s = scenario(node, root.path("mixes"));
        if (scenarios.byName.put(s.name(), s) != null) {
          throw new Refused("Two scenarios are called " + s.name());
        }
      }
    } catch (IOException e) {
      throw new Refused("scenarios.json is no JSON: " + e.getMessage());
    }
    return scenarios;
  }

  /** The one of that name, or all that {@code all} runs. */
  List<Scenario> chosen(String names) {
    List<Scenario> chosen = new ArrayList<>();
    for (String name : names.split(",")) {
      if (name.strip().equals("all")) {
        byName.values().stream().filter(Scenario::inAll).forEach(chosen::add);
      } else {
        Scenario s = byName.get(name.strip());
        if (s == null) {
          throw new Refused("No scenario " + name.strip() + "; there are all, " + names());
        }
        chosen.add(s);
      }
    }
    return chosen;
  }

  String names() {
    return String.join(", ", byName.keySet());
  }

  List<Scenario> everyOne() {
    return List.copyOf(byName.values());
  }

  private static Scenario scenario(JsonNode node, JsonNode mixes) {
    only(WORDS, node, "a scenario");
    String name = text(node, "name");
    Map<String, Double> mix = new LinkedHashMap<>();
    JsonNode shares =
        node.path("mix").isTextual() ? mixes.path(node.path("mix").asText()) : node.path("mix");
    shares.fields().forEachRemaining(e -> mix.put(e.getKey(), e.getValue().asDouble()));
    if (mix.isEmpty() || mix.values().stream().anyMatch(share -> !(share > 0))) {
      throw new Refused(name + " needs a mix of positive shares");
    }
    String plan = node.path("plan").asText("users");
    int users = node.path("users").asInt();
    double rate = node.path("rate").asDouble();
    if (plan.equals("arrivals") ? !(rate > 0) || users != 0 : users < 1 || rate != 0) {
      throw new Refused(name + " needs users, or a rate when its plan is arrivals");
    }
    Optional<Scenario.Wave> wave = Optional.empty();
    if (node.has("wave")) {
      JsonNode w = node.get("wave");
      only(Set.of("users", "after", "ramp", "lasts"), w, "a wave");
      wave =
          Optional.of(
              new Scenario.Wave(
                  w.path("users").asInt(),
                  duration(text(w, "after")),
                  duration(text(w, "ramp")),
                  duration(text(w, "lasts"))));
    }
    Duration ramp = duration(text(node, "ramp"));
    Duration whole = duration(text(node, "duration"));
    if (ramp.compareTo(whole) >= 0 || wave.isPresent() && wave.get().end().compareTo(whole) > 0) {
      throw new Refused(name + ": ramp and wave must end before the run does");
    }
    return new Scenario(
        name,
        text(node, "about"),
        plan,
        users,
        rate,
        ramp,
        whole,
        mix,
        wave,
        thresholds(node.path("thresholds")),
        node.path("in_all").asBoolean(true));
  }

  private static Thresholds thresholds(JsonNode node) {
    only(THRESHOLD_WORDS, node, "thresholds");
    return new Thresholds(
        number(node, "min_requests_per_second"),
        number(node, "p95_ms"),
        number(node, "p99_ms"),
        number(node, "max_error_pct"),
        number(node, "min_cache_hit_pct"),
        number(node, "min_users"),
        number(node, "max_db_statement_ms"),
        number(node, "recovery_seconds"));
  }

  private static void only(Set<String> words, JsonNode node, String where) {
    node.fieldNames()
        .forEachRemaining(
            field -> {
              if (!words.contains(field)) {
                throw new Refused("Nobody knows " + field + " of " + where);
              }
            });
  }

  private static OptionalDouble number(JsonNode node, String field) {
    JsonNode value = node.get(field);
    if (value != null && !value.isNumber()) {
      throw new Refused(field + " is a number");
    }
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value.asDouble());
  }

  private static String text(JsonNode node, String field) {
    String text = node.path(field).asText("");
    if (text.isEmpty()) {
      throw new Refused(field + " is missing");
    }
    return text;
  }

  /** {@code 30s}, {@code 5m}, {@code 8h}. */
  static Duration duration(String text) {
    Matcher m = DURATION.matcher(text);
    if (!m.matches()) {
      throw new Refused("A duration is 30s, 5m or 8h; not " + text);
    }
    int seconds = m.group(2).equals("s") ? 1 : m.group(2).equals("m") ? 60 : 3600;
    return Duration.ofMillis(Math.round(Double.parseDouble(m.group(1)) * seconds * 1000));
  }
}
