package io.tola.performance.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.domain.TrialParameters.Slot;
import io.tola.performance.domain.TrialParameters.Source;
import io.tola.performance.domain.TrialParameters.Use;
import org.junit.jupiter.api.Test;

class TrialParametersTest {

  @Test
  void comparisonsSayWhichColumnAParameterIsFor() {
    var slots =
        TrialParameters.slots(
            "SELECT o.id, coalesce(o.note, $1) FROM trading.orders o JOIN accounts AS a ON a.id = o.account_id"
                + " WHERE o.account_id = $2 AND status = ANY ($3::text[]) AND created_at >= $4"
                + " AND $5 > o.\"createdAt\" AND (o.created_at, o.id) < ($6, $7)"
                + " AND o.symbol IN ($8, $9) AND price BETWEEN $10 AND $11"
                + " ORDER BY o.id LIMIT $12 OFFSET $13");
    assertThat(slots.values())
        .containsExactly(
            new Slot(1, Use.SHOWN, null, null),
            new Slot(2, Use.EQUAL, "o", "account_id"),
            new Slot(3, Use.EQUAL, null, "status"),
            new Slot(4, Use.LOWER, null, "created_at"),
            new Slot(5, Use.UPPER, "o", "createdAt"),
            new Slot(6, Use.UPPER, "o", "created_at"),
            new Slot(7, Use.UPPER, "o", "id"),
            new Slot(8, Use.EQUAL, "o", "symbol"),
            new Slot(9, Use.EQUAL, "o", "symbol"),
            new Slot(10, Use.LOWER, null, "price"),
            new Slot(11, Use.UPPER, null, "price"),
            new Slot(12, Use.LIMIT, null, null),
            new Slot(13, Use.OFFSET, null, null));
  }

  @Test
  void aTableIsKnownByItsAliasAndAWordOfTheLanguageIsNone() {
    assertThat(
            TrialParameters.sources("SELECT 1 FROM trading.orders o LEFT JOIN accounts WHERE 1 = 1")
                .values())
        .containsExactlyInAnyOrder(
            new Source("trading", "orders", "o"), new Source(null, "accounts", "accounts"));
  }

  @Test
  void aParameterInsideAFunctionIsNotGuessedAt() {
    String text = "SELECT 1 FROM orders WHERE abs(quantity - $1) = 3 AND lower(symbol) = $2";
    assertThat(TrialParameters.unknown(text, TrialParameters.slots(text))).containsExactly(1, 2);
  }

  @Test
  void noParametersIsFine() {
    assertThat(TrialParameters.numbers("SELECT 1 FROM orders")).isEmpty();
  }
}
