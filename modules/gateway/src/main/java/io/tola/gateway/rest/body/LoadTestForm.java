package io.tola.gateway.rest.body;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Fields;
import io.tola.kernel.json.CanonicalJson;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemException;
import io.tola.performance.api.LoadTest;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads what a load test found from a body and judges its shape. */
public final class LoadTestForm {

  private static final Pattern RUN = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern SCENARIO = Pattern.compile("[a-z][a-z0-9-]{0,31}");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,47}");
  private static final Codes<Better> BETTER = Codes.of(Better.values(), better -> better.code);
  private static final int MAX_METRICS = 40;
  private static final int MAX_VERDICTS = 40;
  private static final int MAX_CONDITIONS = 40;
  private static final int MAX_TEXT = 200;
  private static final int MAX_SHORT = 64;
  private static final BigDecimal LARGEST = new BigDecimal("1e15");
  private static final Instant EARLIEST = Instant.parse("2020-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

  private enum Better {
    LOWER("lower"),
    HIGHER("higher");

    private final String code;

    Better(String code) {
      this.code = code;
    }
  }

  private LoadTestForm() {}

  /**
   * What a run found.
   *
   * @throws ProblemException naming every wrong field
   */
  public static LoadTest read(Fields form) {
    String runId =
        form.requiredValue(
            "run_id",
            MAX_SHORT,
            text -> matching(text, RUN, "run_id", "letters, digits, dot, dash and underscore"));
    String scenario = form.requiredValue("scenario", MAX_SHORT, LoadTestForm::scenario);
    Instant startedAt = form.requiredValue("started_at", MAX_SHORT, LoadTestForm::time);
    String commit = form.requiredText("commit", MAX_SHORT);
    Boolean passed = form.requiredTruth("passed");
    Map<String, Object> conditions = conditions(form);
    List<LoadTest.Metric> metrics = metrics(form);
    List<Map<String, Object>> verdicts = verdicts(form);
    form.done();
    form.errors().throwIfAny();
    String all = CanonicalJson.write(Map.of("v", verdicts));
    return new LoadTest(
        runId,
        scenario,
        startedAt,
        commit,
        passed,
        CanonicalJson.write(conditions),
        all.substring("{\"v\":".length(), all.length() - 1),
        metrics);
  }

  /**
   * A scenario's name.
   *
   * @throws InvalidValueException when it is none
   */
  public static String scenario(String text) {
    return matching(text, SCENARIO, "scenario", "small letters, digits and dashes, 32 at most");
  }

  private static Map<String, Object> conditions(Fields form) {
    if (!form.present("conditions")) {
      form.reject("conditions", "is required");
      return Map.of();
    }
    Fields object = form.object("conditions");
    Map<String, Object> conditions =
        object == null ? Map.of() : new LinkedHashMap<>(object.scalars(MAX_CONDITIONS));
    if (conditions.keySet().stream().anyMatch(name -> !NAME.matcher(name).matches())) {
      form.reject("conditions", "must have names of small letters, digits and underscores");
      return Map.of();
    }
    return conditions;
  }

  private static List<LoadTest.Metric> metrics(Fields form) {
    List<LoadTest.Metric> metrics = new ArrayList<>();
    Set<String> names = new HashSet<>();
    List<JsonNode> nodes = form.requiredArray("metrics", 1, MAX_METRICS);
    for (int i = 0; i < nodes.size(); i++) {
      Fields one = Fields.nested(nodes.get(i), "metrics[" + i + "].", form.errors());
      if (one == null) {
        continue;
      }
      String name =
          one.requiredValue(
              "name",
              MAX_SHORT,
              text -> matching(text, NAME, "name", "small letters, digits and underscores"));
      if (name != null && !names.add(name)) {
        one.reject("name", "must not be there twice");
      }
      if (!one.present("value")) {
        one.reject("value", "is required");
      }
      BigDecimal value = one.decimal("value", LoadTestForm::figure);
      Better better = one.requiredCode("better", BETTER);
      one.done();
      if (name != null && value != null && better != null) {
        metrics.add(new LoadTest.Metric(name, value.doubleValue(), better == Better.LOWER));
      }
    }
    return metrics;
  }

  private static List<Map<String, Object>> verdicts(Fields form) {
    List<Map<String, Object>> verdicts = new ArrayList<>();
    List<JsonNode> nodes = form.array("verdicts", MAX_VERDICTS);
    for (int i = 0; i < nodes.size(); i++) {
      Fields one = Fields.nested(nodes.get(i), "verdicts[" + i + "].", form.errors());
      if (one == null) {
        continue;
      }
      Map<String, Object> verdict = new LinkedHashMap<>();
      verdict.put("what", one.requiredText("what", MAX_TEXT));
      verdict.put("wanted", one.requiredText("wanted", MAX_TEXT));
      verdict.put("got", one.requiredText("got", MAX_TEXT));
      verdict.put("passed", one.requiredTruth("passed"));
      one.done();
      verdicts.add(verdict);
    }
    return verdicts;
  }

  private static BigDecimal figure(BigDecimal value) {
    if (value.abs().compareTo(LARGEST) > 0) {
      throw new InvalidValueException("value", "must be within 1e15 of 0");
    }
    return value;
  }

  private static String matching(String text, Pattern pattern, String field, String what) {
    if (!pattern.matcher(text).matches()) {
      throw new InvalidValueException(field, "must be of " + what);
    }
    return text;
  }

  private static Instant time(String text) {
    try {
      Instant time = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
      if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
        throw new InvalidValueException("started_at", "must be from 2020 to 2200");
      }
      return time;
    } catch (DateTimeException e) {
      throw new InvalidValueException(
          "started_at", "must be an RFC 3339 time such as 2026-11-21T09:15:00Z");
    }
  }
}
