package io.tola.performance.domain;

import io.tola.performance.api.Recommendation;
import io.tola.performance.api.RequestHabit;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What only this module does while it measures and plans: it stays in the figures, but nothing is
 * advised about it. Who looks at a platform would else be shown the looking.
 */
public final class OwnWork {

  private static final String SITE = "performance ";
  private static final String TRANSACTION = "transaction of " + SITE;
  private static final String DOOR = "/performance";

  private final Set<String> ids;

  private OwnWork(Set<String> ids) {
    this.ids = ids;
  }

  /** Among these statements: those that were seen to come from nowhere else. */
  public static OwnWork of(Collection<StatementStats> all) {
    return new OwnWork(
        all.stream()
            .filter(OwnWork::isOwn)
            .map(StatementStats::id)
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static boolean isOwn(StatementStats s) {
    return !s.callSites().isEmpty() && s.callSites().stream().allMatch(f -> f.startsWith(SITE));
  }

  /** Everybody else's statements. */
  public List<StatementStats> without(Collection<StatementStats> all) {
    return all.stream().filter(s -> !ids.contains(s.id())).toList();
  }

  /** Everybody else's habits. */
  public List<RequestHabit> withoutHabits(Collection<RequestHabit> all) {
    return all.stream().filter(h -> !isOwn(h)).toList();
  }

  private boolean isOwn(RequestHabit h) {
    // GET /api/v1/performance/pool
    return h.request().startsWith(TRANSACTION)
        || h.request().contains(DOOR + "/")
        || h.request().endsWith(DOOR)
        || (h.statementId() != null && ids.contains(h.statementId()));
  }

  /** Advice about anything but this module's statements. */
  public List<Recommendation> withoutAdvice(Collection<Recommendation> all) {
    return all.stream().filter(r -> !ids.contains(r.subject())).toList();
  }
}
