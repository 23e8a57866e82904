package io.tola.performance.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.performance.api.IndexAdvice.KeyColumn;
import io.tola.performance.domain.CandidateTable.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StatementReaderTest {

  private static final CandidateTable T = table(1, "s", "t", "a", "b", "c", "flag", "id");
  private static final CandidateTable U = table(2, "s", "u", "id", "k", "ts", "t_id");
  private static final CandidateTable ODD = table(3, "s", "Odd", "Name");
  private static final CandidateTable VIEW =
      new CandidateTable(
          4,
          "s",
          "v",
          "s.v",
          'v',
          0,
          0,
          Map.of(),
          List.of(),
          List.of(),
          0,
          0,
          0,
          0,
          null,
          " SELECT t.a AS renamed,\n    u.k\n   FROM s.t\n     JOIN s.u ON u.t_id = t.id\n  WHERE t.b IS NULL;");

  static CandidateTable table(long oid, String schema, String name, String... columns) {
    Map<String, Column> all = new LinkedHashMap<>();
    for (String c : columns) {
      String quoted = c.matches("[a-z_]+") ? c : '"' + c + '"';
      all.put(
          c,
          new Column(c, quoted, all.size() + 1, "integer", true, c.equals("flag"), false, 4, 100));
    }
    return new CandidateTable(
        oid,
        schema,
        name,
        schema + "." + (name.matches("[a-z_]+") ? name : '"' + name + '"'),
        'r',
        10_000,
        200,
        all,
        List.of(),
        List.of(),
        0,
        0,
        0,
        0,
        null,
        null);
  }

  private static StatementReader.Read read(String sql) throws StatementReader.Unread {
    return StatementReader.read(
        sql,
        (schema, name) ->
            List.of(T, U, ODD, VIEW).stream()
                .filter(t -> t.name().equals(name) && (schema == null || schema.equals(t.schema())))
                .findFirst()
                .orElse(null));
  }

  private static IndexNeed only(String sql) throws StatementReader.Unread {
    List<IndexNeed> needs = read(sql).needs();
    assertThat(needs).hasSize(1);
    return needs.get(0);
  }

  @Test
  void equalitiesRangesAndOrdersAreToldApart() throws Exception {
    IndexNeed need =
        only(
            "SELECT id FROM t WHERE a = $1 AND b = ANY ($2) AND c BETWEEN $3 AND $4 AND $5 > id"
                + " ORDER BY b DESC, c LIMIT 5");
    assertThat(need.equal()).containsExactly("a", "b");
    assertThat(need.range()).containsExactlyInAnyOrder("c", "id");
    assertThat(need.orders())
        .containsExactly(List.of(new KeyColumn("b", true), new KeyColumn("c", false)));
    assertThat(need.read()).containsExactlyInAnyOrder("id", "a", "b", "c");
    assertThat(need.all()).isFalse();
  }

  @Test
  void conditionsThatNeverChangeAreKept() throws Exception {
    IndexNeed need =
        only("SELECT * FROM t WHERE a IS NULL AND b IS NOT NULL AND NOT flag AND c = 'NEW'");
    assertThat(need.fixed().keySet())
        .containsExactlyInAnyOrder("a IS NULL", "b IS NOT NULL", "NOT flag", "c = 'NEW'");
    assertThat(need.all()).isTrue();
  }

  @Test
  void countingAllIsNotReadingAll() throws Exception {
    IndexNeed need = only("SELECT count(*) FROM t WHERE a = $1");
    assertThat(need.all()).isFalse();
    assertThat(need.read()).containsExactly("a");
  }

  @Test
  void aJoinIsWantedOnBothSides() throws Exception {
    List<IndexNeed> needs =
        read("SELECT x.a FROM t x JOIN u y ON y.t_id = x.id WHERE y.k = $1").needs();
    assertThat(needs.get(0).joined()).containsExactly("id");
    assertThat(needs.get(1).joined()).containsExactly("t_id");
    assertThat(needs.get(1).equal()).containsExactly("k");
  }

  @Test
  void usingAndCommaJoinsAreJoins() throws Exception {
    assertThat(read("SELECT 1 FROM t JOIN u USING (id)").needs())
        .allSatisfy(n -> assertThat(n.joined()).containsExactly("id"));
    assertThat(read("SELECT 1 FROM t, u WHERE t.id = u.t_id").needs().get(1).joined())
        .containsExactly("t_id");
  }

  @Test
  void correlatedSelectsLookOutward() throws Exception {
    List<IndexNeed> needs =
        read("SELECT a FROM t WHERE EXISTS (SELECT FROM u WHERE u.t_id = t.id AND k = $1)").needs();
    assertThat(needs.get(1).joined()).containsExactly("t_id");
    assertThat(needs.get(1).equal()).containsExactly("k");
    needs = read("SELECT a FROM t WHERE id IN (SELECT t_id FROM u WHERE ts > $1)").needs();
    assertThat(needs.get(0).joined()).containsExactly("id");
    assertThat(needs.get(1).joined()).containsExactly("t_id");
  }

  @Test
  void ctesAndSubselectsLeadToTheirTables() throws Exception {
    IndexNeed need =
        only("WITH w AS (SELECT a AS x, b FROM t) SELECT * FROM w WHERE w.x = $1 AND b > $2");
    assertThat(need.equal()).containsExactly("a");
    assertThat(need.range()).containsExactly("b");
    assertThat(only("SELECT q.y FROM (SELECT c, id FROM t) q(y, z) WHERE z = $1").equal())
        .containsExactly("id");
  }

  @Test
  void viewsAreReadThrough() throws Exception {
    List<IndexNeed> needs = read("SELECT k FROM v WHERE renamed = $1").needs();
    assertThat(needs.get(0).equal()).contains("a");
    assertThat(needs.get(0).fixed()).containsKey("b IS NULL");
    assertThat(needs.get(1).joined()).containsExactly("t_id");
  }

  @Test
  void branchesOfAnOrStandAlone() throws Exception {
    IndexNeed need = only("SELECT id FROM t WHERE (a = $1 OR b > $2) AND c = $3");
    assertThat(need.alone()).containsExactlyInAnyOrder("a", "b");
    assertThat(need.equal()).containsExactly("c");
  }

  @Test
  void pagingByKeyWantsItsOrder() throws Exception {
    IndexNeed need = only("SELECT id FROM t WHERE (a, b) > ($1, $2)");
    assertThat(need.range()).containsExactly("a");
    assertThat(need.orders())
        .contains(List.of(new KeyColumn("a", false), new KeyColumn("b", false)));
  }

  @Test
  void whatIsComputedOrCastWantsNothing() throws Exception {
    IndexNeed need = only("SELECT id FROM t WHERE lower(a) = $1 AND b::text = $2 AND c + 1 = $3");
    assertThat(need.equal()).isEmpty();
    assertThat(need.read()).containsExactlyInAnyOrder("id", "a", "b", "c");
  }

  @Test
  void writesSayWhichColumnsTheyChange() throws Exception {
    StatementReader.Read read =
        read("UPDATE t SET (b, c) = ($2, $3) FROM u WHERE u.t_id = t.id AND u.k = $4");
    assertThat(read.sets()).containsEntry(1L, Set.of("b", "c"));
    assertThat(read("UPDATE t SET a = $1, c = b + 1 WHERE id = $2").sets())
        .containsEntry(1L, Set.of("a", "c"));
    assertThat(read.needs().get(1).equal()).containsExactly("k");
    assertThat(
            read("INSERT INTO t (id, a) SELECT x.id, x.k FROM u x LEFT JOIN u y ON y.id = x.id"
                    + " ON CONFLICT (id) DO UPDATE SET a = excluded.a, b = 1")
                .sets())
        .containsEntry(1L, Set.of("a", "b"));
    assertThat(read("DELETE FROM t WHERE a = $1").needs().get(0).equal()).containsExactly("a");
  }

  @Test
  void quotedNamesKeepTheirCase() throws Exception {
    assertThat(only("SELECT 1 FROM \"Odd\" WHERE \"Name\" = $1").equal()).containsExactly("Name");
  }

  @Test
  void groupsAndExtremesAreOrders() throws Exception {
    assertThat(only("SELECT a, count(*) FROM t GROUP BY a").orders())
        .containsExactly(List.of(new KeyColumn("a", false)));
    assertThat(only("SELECT max(c) FROM t WHERE a = $1").orders())
        .containsExactly(List.of(new KeyColumn("c", false)));
  }

  @Test
  void nullsElsewhereThanByDefaultAreNoOrderForAnIndex() throws Exception {
    assertThat(only("SELECT a FROM t ORDER BY a DESC NULLS LAST").orders()).isEmpty();
    assertThat(only("SELECT a FROM t ORDER BY a NULLS LAST").orders()).hasSize(1);
  }

  @Test
  void whatCannotBeReadIsSaidNotGuessed() {
    assertThatThrownBy(() -> read("SELECT FROM WHERE"))
        .isInstanceOf(StatementReader.Unread.class)
        .hasMessageContaining("parser");
    assertThatThrownBy(() -> read("VACUUM t")).isInstanceOf(StatementReader.Unread.class);
  }
}
