package io.tola.performance.application;

import io.tola.performance.api.Recommendation;
import io.tola.performance.api.StatementPlan;
import io.tola.performance.domain.CacheAdvice;
import io.tola.performance.domain.Figures;
import io.tola.performance.domain.RewriteRules;
import io.tola.performance.domain.RewriteRules.Evidence;
import io.tola.performance.domain.RewriteRules.Finding;
import io.tola.performance.domain.SchemaFacts;
import io.tola.performance.domain.SqlParts;
import io.tola.performance.domain.SqlParts.Part;
import io.tola.performance.domain.StatementStats;
import io.tola.performance.store.PlanReader;
import io.tola.performance.store.PlanReader.Plan;
import io.tola.performance.store.ProbedStatements;
import io.tola.performance.store.SchemaCatalogue;
import io.tola.performance.store.SchemaCatalogue.Limits;
import io.tola.performance.store.SlowPlanLog;
import io.tola.probe.Profile;
import io.tola.probe.SentAs;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads the statements of this node again, with the catalogue and their plans beside them. A review
 * takes some hundred milliseconds and is kept for {@value #MINUTES} minutes; one is made at a time,
 * and who asks meanwhile gets the one before. Without the database there are the text's own findings
 * and no plans. Thread-safe.
 */
@ApplicationScoped
public class StatementReview {

  private static final int MINUTES = 5;

  /** So many of the dearest statements are planned, besides the slow ones. */
  static final int DEAREST = 40;

  private static final long LONGEST_MILLIS = 10_000;
  private static final int MOST_LOGGED = 50;
  private static final int ENOUGH = 20;
  private static final Duration KEPT = Duration.ofMinutes(MINUTES);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(20);

  private final ReentrantLock one = new ReentrantLock();
  private volatile Review last;
  private ProbedStatements statements;
  private SchemaCatalogue catalogue;
  private PlanReader plans;
  private SlowPlanLog log;
  private Clock clock;

  /** For the proxy. */
  protected StatementReview() {}

  @Inject
  StatementReview(
      ProbedStatements statements,
      SchemaCatalogue catalogue,
      PlanReader plans,
      SlowPlanLog log,
      Clock clock) {
    this.log = log;
    this.statements = statements;
    this.catalogue = catalogue;
    this.plans = plans;
    this.clock = clock;
  }

  /**
   * One review.
   *
   * @param limits null when the database didn't answer
   * @param missing why it has no plans, or null
   * @param plans by the statement's id, one a part, the slow ones first, then the dearest
   * @param advice the dearest statement's first
   * @param unread ids of statements that the parser doesn't understand
   */
  public record Review(
      Instant until,
      Limits limits,
      SchemaFacts schema,
      String missing,
      Map<String, List<Plan>> plans,
      List<Recommendation> advice,
      List<String> unread) {}

  private static final Review NONE =
      new Review(
          Instant.MIN,
          null,
          SchemaFacts.NONE,
          "The first review isn't made yet.",
          Map.of(),
          List.of(),
          List.of());

  /** The last one, or a new one when it has grown old. */
  public Review review() {
    Review now = last;
    if (now != null && clock.instant().isBefore(now.until())) {
      return now;
    }
    if (!one.tryLock()) {
      return now == null ? NONE : now;
    }
    try {
      last = make(now);
      return last;
    } finally {
      one.unlock();
    }
  }

  /** As the last review found them, without making one; null when none has. */
  public Limits limits() {
    Review now = last;
    return now == null ? null : now.limits();
  }

  private Review make(Review before) {
    List<StatementStats> all =
        statements.all().stream()
            .sorted(Comparator.comparingLong(StatementStats::nanos).reversed())
            .toList();
    Map<String, SentAs> sent = statements.sentAs();
    Map<String, List<Plan>> planned = new LinkedHashMap<>();
    SchemaFacts schema = before == null ? SchemaFacts.NONE : before.schema();
    Limits limits = before == null ? null : before.limits();
    Map<String, Long> written = Map.of();
    String missing = null;
    Duration kept = KEPT;
    try {
      SchemaCatalogue.Answer answer = catalogue.read();
      schema = answer.schema();
      limits = answer.limits();
      written = answer.written();
      plan(all, sent, planned);
    } catch (SQLException e) {
      missing = "The database doesn't answer (" + e.getSQLState() + ").";
      kept = AFTER_FAILURE;
    }
    List<Recommendation> advice = new ArrayList<>();
    List<String> unread = new ArrayList<>();
    Set<String> varying = statements.varying();
    for (StatementStats one : all) {
      SentAs as = sent.get(one.id());
      if (as != null) {
        judge(one, as, schema, planned.get(one.id()), advice, unread);
      } else if (isPlannable(one) && varying.contains(one.id()) && one.total() >= ENOUGH) {
        advice.add(literals(one));
      }
    }
    Map<String, String> texts = new HashMap<>();
    sent.forEach((id, as) -> texts.put(id, as.sql()));
    advice.addAll(CacheAdvice.ofStatements(all, texts, written, schema));
    return new Review(
        clock.instant().plus(kept), limits, schema, missing, planned, once(advice), unread);
  }

  /** Two parts of a statement, or two places in it, may give the same advice. */
  static List<Recommendation> once(List<Recommendation> advice) {
    Map<String, Recommendation> found = new LinkedHashMap<>();
    advice.forEach(r -> found.putIfAbsent(r.id(), r));
    return List.copyOf(found.values());
  }

  private void plan(
      List<StatementStats> all, Map<String, SentAs> sent, Map<String, List<Plan>> into)
      throws SQLException {
    List<StatementStats> wanted =
        new ArrayList<>(all.stream().filter(s -> s.slow() > 0).limit(DEAREST).toList());
    Set<String> kept = statements.keptIds();
    all.stream()
        .filter(s -> s.slow() == 0 && kept.contains(s.id()))
        .limit(DEAREST)
        .forEach(wanted::add);
    int slow = wanted.size();
    all.stream().filter(s -> !wanted.contains(s)).limit(DEAREST).toList().forEach(wanted::add);
    long end = System.nanoTime() + LONGEST_MILLIS * 1_000_000;
    for (int i = 0; i < wanted.size(); i++) {
      StatementStats one = wanted.get(i);
      SentAs as = sent.get(one.id());
      if (as == null) {
        if (i < slow) {
          into.put(one.id(), List.of(new Plan(null, whyNot(one))));
        }
        continue;
      }
      if (!isPlannable(one)) {
        if (i < slow) {
          into.put(one.id(), List.of(new Plan(null, PlanReader.NO_PLAN)));
        }
        continue;
      }
      if (System.nanoTime() - end > 0) {
        into.put(one.id(), List.of(new Plan(null, "The review's time was over before it.")));
        continue;
      }
      List<Part> parts = SqlParts.of(as.sql());
      into.put(one.id(), plans.read(parts, bound(parts, as)));
    }
  }

  private static String whyNot(StatementStats one) {
    return one.text().equals(Profile.OTHER)
        ? "These are many statements."
        : "Its literals differ from one execution to the next, or it is too long: there is no one"
            + " statement to plan.";
  }

  private static boolean isPlannable(StatementStats one) {
    return switch (one.type()) {
      case SELECT, INSERT, UPDATE, DELETE, MERGE, BATCH -> true;
      case COPY, OTHER -> false;
    };
  }

  /** What was bound to each part. */
  private static List<List<String>> bound(List<Part> parts, SentAs as) {
    List<List<String>> found = new ArrayList<>();
    for (Part part : parts) {
      int end = part.first() + part.parameters();
      found.add(
          end <= as.parameters().size() ? as.parameters().subList(part.first(), end) : List.of());
    }
    return found;
  }

  private static void judge(
      StatementStats one,
      SentAs as,
      SchemaFacts schema,
      List<Plan> plans,
      List<Recommendation> advice,
      List<String> unread) {
    if (!isPlannable(one)) {
      return;
    }
    List<Part> parts = SqlParts.of(as.sql());
    List<List<String>> bound = bound(parts, as);
    BigDecimal rows =
        parts.size() > 1 || one.rowsCounted() == 0
            ? null
            : BigDecimal.valueOf(one.rows())
                .divide(BigDecimal.valueOf(one.rowsCounted()), 1, RoundingMode.HALF_EVEN);
    for (int i = 0; i < parts.size(); i++) {
      boolean hasPlan = plans != null && plans.size() == parts.size();
      List<Finding> found =
          RewriteRules.of(
              parts.get(i).asked(),
              schema,
              new Evidence(rows, bound.get(i), hasPlan ? plans.get(i).facts() : null));
      if (found == null) {
        unread.add(one.id());
      } else {
        found.forEach(f -> advice.add(recommendation(one, f)));
      }
    }
  }

  private static Recommendation recommendation(StatementStats one, Finding f) {
    return new Recommendation(
        Recommendation.idOf(f.code(), one.id(), f.about()),
        f.code(),
        f.severity(),
        one.id(),
        f.reason() + ". " + executions(one),
        f.advice());
  }

  private static Recommendation literals(StatementStats one) {
    return new Recommendation(
        "literal_values",
        "warning",
        one.id(),
        "Its literals differ from one execution to the next: it is parsed and planned each time, no"
            + " statement cache can keep it, and what is put into a text can end the text. "
            + executions(one),
        "Write ? for each value and bind it.");
  }

  private static String executions(StatementStats one) {
    return one.total()
        + " executions took "
        + Figures.ofNanos(one.nanos())
        + " ms together"
        + (one.callSites().isEmpty() ? "" : "; from " + one.callSites().get(0));
  }

  /**
   * Plans as they are shown.
   *
   * @param missing why there are no logged ones, or none at all; null when they can be read
   */
  public record Shown(List<StatementPlan> plans, String missing) {}

  /** The plans of the statements {@code first}, as executed where that was logged, then of others. */
  public Shown plans(Collection<String> first) {
    Review review = review();
    List<StatementPlan> found = new ArrayList<>();
    String missing = review.missing();
    if (missing == null) {
      try {
        SlowPlanLog.Answer answer = log.read();
        missing = answer.missing();
        logged(answer.plans(), found);
      } catch (SQLException e) {
        missing = "The database doesn't answer (" + e.getSQLState() + ").";
      }
    }
    Map<String, List<Plan>> ordered = new LinkedHashMap<>();
    first.forEach(
        id -> {
          if (review.plans().containsKey(id)) {
            ordered.put(id, review.plans().get(id));
          }
        });
    review.plans().forEach(ordered::putIfAbsent);
    Map<String, Integer> numbers = new HashMap<>();
    ordered.forEach(
        (id, parts) ->
            parts.forEach(p -> found.add(shown(id, numbers.merge(id, 1, Integer::sum), p))));
    return new Shown(found, missing);
  }

  private record Place(String id, int part) {}

  /** Those of this node's statements; whose they are is told by the text alone. */
  private void logged(List<SlowPlanLog.Logged> plans, List<StatementPlan> into) {
    if (plans.isEmpty()) {
      return;
    }
    Map<String, Place> places = new HashMap<>();
    statements.all().forEach(s -> places.put(s.id(), new Place(s.id(), 1)));
    statements
        .sentAs()
        .forEach(
            (id, as) -> {
              List<Part> parts = SqlParts.of(as.sql());
              for (int i = 0; parts.size() > 1 && i < parts.size(); i++) {
                places.putIfAbsent(Profile.idOf(parts.get(i).asked()), new Place(id, i + 1));
              }
            });
    for (SlowPlanLog.Logged one : plans) {
      Place place =
          one.plan().queryText() == null ? null : places.get(Profile.idOf(one.plan().queryText()));
      if (place != null && into.size() < MOST_LOGGED) {
        into.add(
            new StatementPlan(
                place.id(),
                "logged",
                place.part(),
                one.at(),
                one.durationMs(),
                one.plan().root().cost(),
                one.plan().root().rows(),
                one.plan().lines(Profile::shown),
                null));
      }
    }
  }

  private static StatementPlan shown(String id, int part, Plan plan) {
    if (plan.facts() == null) {
      return new StatementPlan(
          id, "generic", part, null, null, null, null, List.of(), plan.missing());
    }
    return new StatementPlan(
        id,
        "generic",
        part,
        null,
        null,
        plan.facts().root().cost(),
        plan.facts().root().rows(),
        plan.facts().lines(Profile::shown),
        null);
  }
}
