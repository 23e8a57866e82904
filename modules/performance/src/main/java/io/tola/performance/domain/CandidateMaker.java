package io.tola.performance.domain;

import io.tola.performance.api.IndexAdvice.KeyColumn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which indexes are worth trying for what statements want: columns compared for equality first, the
 * one with the most values leading, then a range or an order; the same under a condition that
 * leaves few rows; the same carrying the few other columns that are read. None that is there, none
 * of a table that fits a few pages.
 */
final class CandidateMaker {

  /** A scan of so few pages is as cheap as an index. */
  static final double SMALL_PAGES = 8;

  /** A partial index has to leave out most rows. */
  static final double FEW_ROWS = 0.2;

  private static final int MOST_EQUAL = 4;
  private static final int MOST_KEYS = 5;
  private static final int MOST_CARRIED = 4;
  private static final double WIDEST_CARRIED = 100;
  private static final int MOST_PER_NEED = 60;

  private CandidateMaker() {}

  /** Conditions of few rows of a table. */
  interface Fewness {
    boolean few(CandidateTable table, CandidatePredicate predicate);
  }

  /** Candidates for one table; {@code needs} are all statements' of it. */
  static Set<CandidateIndex> of(CandidateTable table, List<IndexNeed> needs, Fewness fewness) {
    Set<CandidateIndex> found = new LinkedHashSet<>();
    if (table.pages() < SMALL_PAGES) {
      return found;
    }
    for (IndexNeed need : needs) {
      Set<CandidateIndex> mine = new LinkedHashSet<>();
      Set<List<KeyColumn>> keys = keys(need);
      for (IndexNeed other : needs) {
        if (need.equal().containsAll(other.equal())
            && need.equal().size() > other.equal().size()
            && !other.equal().isEmpty()) {
          keys.addAll(behind(need, other));
        }
      }
      for (List<KeyColumn> key : keys) {
        add(mine, table, key, List.of(), null);
      }
      for (CandidatePredicate predicate : need.fixed().values()) {
        if (fewness.few(table, predicate)) {
          partial(mine, need, keys, predicate);
        }
      }
      for (List<KeyColumn> key : keys) {
        carrying(mine, need, key, null);
      }
      mine.stream().limit(MOST_PER_NEED).forEach(found::add);
    }
    return found;
  }

  private static Set<List<KeyColumn>> keys(IndexNeed need) {
    CandidateTable table = need.table();
    List<String> equal = bySelectivity(table, need.equal());
    List<String> joined = bySelectivity(table, need.joined());
    Set<List<KeyColumn>> keys = new LinkedHashSet<>();
    equal.forEach(c -> keys.add(asc(List.of(c))));
    joined.forEach(c -> keys.add(asc(List.of(c))));
    need.range().forEach(c -> keys.add(asc(List.of(c))));
    need.alone().stream().filter(c -> keyable(table, c)).forEach(c -> keys.add(asc(List.of(c))));

    Set<List<String>> fronts = new LinkedHashSet<>();
    fronts.add(equal);
    if (equal.size() > 2) {
      fronts.add(equal.subList(0, 2));
    }
    if (equal.size() > 1) {
      fronts.add(equal.subList(0, 1));
    }
    if (joined.size() > 1) {
      fronts.add(joined);
    }
    for (String j : joined) {
      fronts.add(with(equal, List.of(j)));
      fronts.add(with(List.of(j), equal));
    }
    for (List<String> front : fronts) {
      if (!front.isEmpty()) {
        keys.add(asc(front));
      }
      for (String r : need.range()) {
        keys.add(asc(with(front, List.of(r))));
      }
      for (List<KeyColumn> order : need.orders()) {
        keys.add(ordered(front, order));
      }
    }
    return keys;
  }

  /** Keys that serve both: the other's columns lead, what only this one wants follows. */
  private static Set<List<KeyColumn>> behind(IndexNeed need, IndexNeed other) {
    List<String> lead = bySelectivity(need.table(), other.equal());
    List<String> rest =
        bySelectivity(need.table(), need.equal()).stream().filter(c -> !lead.contains(c)).toList();
    Set<List<KeyColumn>> keys = new LinkedHashSet<>();
    List<String> both = with(lead, rest);
    keys.add(asc(both));
    need.range().forEach(r -> keys.add(asc(with(both, List.of(r)))));
    need.orders().forEach(o -> keys.add(ordered(both, o)));
    return keys;
  }

  private static void partial(
      Set<CandidateIndex> found,
      IndexNeed need,
      Set<List<KeyColumn>> keys,
      CandidatePredicate predicate) {
    CandidateTable table = need.table();
    boolean any = false;
    for (List<KeyColumn> key : keys) {
      List<KeyColumn> rest =
          predicate.settles()
              ? key.stream().filter(k -> !k.column().equals(predicate.column())).toList()
              : key;
      if (!rest.isEmpty()) {
        any |= add(found, table, rest, List.of(), predicate);
        carrying(found, need, rest, predicate);
      }
    }
    if (!any) {
      List<KeyColumn> itself = asc(List.of(predicate.column()));
      add(found, table, itself, List.of(), predicate);
      carrying(found, need, itself, predicate);
    }
  }

  private static void carrying(
      Set<CandidateIndex> found,
      IndexNeed need,
      List<KeyColumn> key,
      CandidatePredicate predicate) {
    if (need.all()) {
      return;
    }
    Set<String> keyed = new LinkedHashSet<>();
    key.forEach(k -> keyed.add(k.column()));
    if (predicate != null && predicate.settles()) {
      keyed.add(predicate.column());
    }
    List<String> carried = need.read().stream().filter(c -> !keyed.contains(c)).sorted().toList();
    double width = carried.stream().mapToDouble(c -> need.table().columns().get(c).width()).sum();
    if (!carried.isEmpty() && carried.size() <= MOST_CARRIED && width <= WIDEST_CARRIED) {
      add(found, need.table(), key, carried, predicate);
    }
  }

  private static boolean add(
      Set<CandidateIndex> found,
      CandidateTable table,
      List<KeyColumn> keys,
      List<String> include,
      CandidatePredicate predicate) {
    if (keys.size() > MOST_KEYS
        || !keys.stream().allMatch(k -> table.columns().get(k.column()).indexable())) {
      return false;
    }
    CandidateIndex candidate = new CandidateIndex(table, keys, include, predicate);
    return !candidate.isThere() && found.add(candidate);
  }

  private static List<String> bySelectivity(CandidateTable table, Collection<String> columns) {
    return columns.stream()
        .filter(c -> keyable(table, c))
        .sorted(
            Comparator.comparingDouble((String c) -> -table.columns().get(c).distinct())
                .thenComparing(c -> c))
        .limit(MOST_EQUAL)
        .toList();
  }

  /** A flag tells few rows from others only as a condition. */
  private static boolean keyable(CandidateTable table, String column) {
    return table.columns().get(column).indexable() && !table.columns().get(column).bool();
  }

  private static List<String> with(List<String> first, List<String> then) {
    Set<String> all = new LinkedHashSet<>(first);
    all.addAll(then);
    return new ArrayList<>(all);
  }

  private static List<KeyColumn> asc(List<String> columns) {
    return columns.stream().map(c -> new KeyColumn(c, false)).toList();
  }

  /** A B-tree is read both ways: an order that is descending throughout needs no other index. */
  private static List<KeyColumn> ordered(List<String> front, List<KeyColumn> order) {
    List<KeyColumn> rest = order.stream().filter(k -> !front.contains(k.column())).toList();
    boolean turned = !rest.isEmpty() && rest.get(0).descending();
    List<KeyColumn> keys = new ArrayList<>(asc(front));
    rest.forEach(k -> keys.add(new KeyColumn(k.column(), k.descending() != turned)));
    return keys;
  }
}
