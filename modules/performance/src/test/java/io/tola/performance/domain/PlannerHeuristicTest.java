package io.tola.performance.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlannerHeuristicTest {

  private static final IndexedStatement STATEMENT =
      new IndexedStatement("1", "", null, 1, 1, 1, 1, List.of(), Map.of());

  @Test
  void aStatementWithoutAPlanIsNotFree() {
    PlannerHeuristic heuristic = new PlannerHeuristic(null, s -> List.of(), lines -> 0);
    assertThat(heuristic.plan(STATEMENT)).isEmpty();
  }

  @Test
  void aPlanAsItIsCostsWhatThePlannerSays() {
    PlannerHeuristic heuristic = new PlannerHeuristic(null, s -> List.of("Result"), lines -> 7);
    assertThat(heuristic.plan(STATEMENT))
        .hasValueSatisfying(plan -> assertThat(plan.cost()).isEqualTo(7));
  }
}
