package io.tola.gateway.rest.body;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Fields;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.risk.api.StressReport.Kind;
import io.tola.risk.api.StressScenario;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Shocks as a client writes them. Form only: ranges are the risk module's word. */
public final class StressForm {

  private static final Codes<Kind> KINDS = Codes.of(Kind.values(), Enum::name);
  private static final int MAX_SCENARIOS = 20;
  private static final int MAX_CHANGES = 200;
  private static final int MAX_DAY = 10;
  private static final long MAX_COUNT = 1_000;

  private StressForm() {}

  /** The scenarios asked for; empty when there are none. What is wrong goes to the form's errors. */
  public static List<StressScenario> scenarios(Fields form) {
    List<JsonNode> nodes = form.array("scenarios", MAX_SCENARIOS);
    List<StressScenario> scenarios = new ArrayList<>(nodes.size());
    for (int i = 0; i < nodes.size(); i++) {
      Fields scenario = Fields.nested(nodes.get(i), "scenarios[" + i + "].", form.errors());
      if (scenario == null) {
        continue;
      }
      Kind kind = scenario.requiredCode("kind", KINDS);
      StressScenario read = kind == null ? null : scenario(kind, scenario);
      if (kind != null) {
        scenario.done();
      }
      if (read != null) {
        scenarios.add(read);
      }
    }
    return scenarios;
  }

  private static StressScenario scenario(Kind kind, Fields form) {
    return switch (kind) {
      case MARKET_CRASH -> {
        BigDecimal change = required(form, "change_pct");
        BigDecimal factor = form.decimal("volume_factor", value -> value);
        yield change == null
            ? null
            : new StressScenario.MarketCrash(change, factor == null ? BigDecimal.ONE : factor);
      }
      case SECTORS -> new StressScenario.Sectors(changes(form));
      case REPLAY -> {
        LocalDate session = form.requiredValue("session", MAX_DAY, StressForm::day);
        yield session == null ? null : new StressScenario.Replay(session);
      }
      case WORST_DAYS -> {
        Long count = form.requiredWhole("count", -MAX_COUNT, MAX_COUNT);
        yield count == null ? null : new StressScenario.WorstDays(count.intValue());
      }
      case CUSTOM -> {
        Map<Symbol, BigDecimal> changes = new HashMap<>();
        changes(form)
            .forEach(
                (name, change) -> {
                  Symbol symbol = form.errors().make("changes_pct." + name, () -> new Symbol(name));
                  if (symbol != null) {
                    changes.put(symbol, change);
                  }
                });
        BigDecimal other = form.decimal("other_pct", value -> value);
        yield new StressScenario.Custom(changes, other == null ? BigDecimal.ZERO : other);
      }
    };
  }

  private static BigDecimal required(Fields form, String name) {
    if (!form.present(name)) {
      form.reject(name, "is required");
    }
    return form.decimal(name, value -> value);
  }

  private static Map<String, BigDecimal> changes(Fields form) {
    if (!form.present("changes_pct")) {
      form.reject("changes_pct", "is required");
    }
    Fields object = form.object("changes_pct");
    Map<String, BigDecimal> changes = new HashMap<>();
    if (object != null) {
      object
          .scalars(MAX_CHANGES)
          .forEach(
              (name, value) -> {
                if (value instanceof BigDecimal change) {
                  changes.put(name, change);
                } else {
                  object.reject(name, "must be a number");
                }
              });
    }
    return changes;
  }

  private static LocalDate day(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw new InvalidValueException("session", "must be a day such as 2020-03-23");
    }
  }
}
