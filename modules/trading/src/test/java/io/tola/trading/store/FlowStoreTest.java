package io.tola.trading.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.OrderFlow.Counts;
import io.tola.trading.api.OrderFlow.Refused;
import io.tola.trading.api.OrderFlow.Span;
import io.tola.trading.api.OrderFlow.Working;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders added up, on real PostgreSQL. */
class FlowStoreTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  /** Midnight in India between the 20th and the 21st. */
  private static final Instant MIDNIGHT = Instant.parse("2026-11-20T18:30:00Z");

  private static final LocalDate BEFORE = LocalDate.of(2026, 11, 20);
  private static final LocalDate AFTER = LocalDate.of(2026, 11, 21);

  private final FlowStore store = new FlowStore(DATABASE.appDataSource());
  private final AccountId one = new AccountId(Ids.next());
  private final AccountId two = new AccountId(Ids.next());

  @BeforeEach
  void emptyTables() {
    DATABASE.truncate();
  }

  @Test
  void everyAccountWithReportsIsFoundWithItsNewest() {
    assertThat(store.newest()).isEmpty();
    UUID order = order(one, "NEW", null, "tag", 0);
    report(one, 1, order, "NEW", MIDNIGHT);
    report(one, 9, order, "TRADE", MIDNIGHT);
    report(two, 4, order, "NEW", MIDNIGHT);
    assertThat(store.newest()).isEqualTo(Map.of(one, 9L, two, 4L));
  }

  @Test
  void reportsAreCountedByAccountDayAndKind() {
    UUID tagged = order(one, "NEW", null, "algo-7", 0);
    UUID untagged = order(one, "REJECTED", 2060, null, 0);
    report(one, 1, tagged, "NEW", MIDNIGHT.minusMillis(1));
    report(one, 2, untagged, "REJECTED", MIDNIGHT.minusMillis(1));
    report(one, 3, tagged, "TRADE", MIDNIGHT);
    report(one, 4, tagged, "TRADE", MIDNIGHT);
    report(one, 5, tagged, "REPLACED", MIDNIGHT);
    report(one, 6, tagged, "CANCELED", MIDNIGHT);
    report(one, 7, tagged, "SUSPENDED", MIDNIGHT);
    report(two, 1, untagged, "NEW", MIDNIGHT);

    assertThat(store.counts(List.of(new Span(one, 0, 7), new Span(two, 0, 1))))
        .containsExactlyInAnyOrder(
            new Counts(one, BEFORE, 1, 1, 1, 0, 0, 0),
            new Counts(one, AFTER, 0, 0, 0, 1, 1, 2),
            new Counts(two, AFTER, 1, 1, 0, 0, 0, 0));
    assertThat(store.counts(List.of(new Span(one, 2, 3))))
        .containsExactly(new Counts(one, AFTER, 0, 0, 0, 0, 0, 1));
    assertThat(store.counts(List.of(new Span(one, 7, 7)))).isEmpty();
  }

  @Test
  void refusalsAreGroupedByReasonWithTheLastOfThem() {
    UUID first = order(one, "REJECTED", 2060, "algo-7", 0);
    UUID last = order(one, "REJECTED", 2060, "algo-8", 0);
    UUID closed = order(one, "REJECTED", 2020, null, 0);
    report(one, 1, first, "REJECTED", MIDNIGHT);
    report(one, 2, closed, "REJECTED", MIDNIGHT);
    report(one, 3, last, "REJECTED", MIDNIGHT.plusSeconds(1));
    assertThat(store.refused(List.of(new Span(one, 0, 3))))
        .containsExactly(
            new Refused(one, AFTER, 2020, 1, closed, new Symbol("ITC"), null, "because", MIDNIGHT),
            new Refused(
                one,
                AFTER,
                2060,
                2,
                last,
                new Symbol("ITC"),
                "algo-8",
                "because",
                MIDNIGHT.plusSeconds(1)));
  }

  @Test
  void workingOrdersAddUpAtTheirWorstPrice() {
    order(one, "NEW", null, null, 7);
    order(one, "NEW", null, null, 3);
    order(one, "CANCELED", null, null, 0);
    order(two, "NEW", null, null, 5);
    assertThat(store.working(one))
        .containsExactly(
            new Working(new Symbol("ITC"), Product.MIS, Side.SELL, 2, 10, Money.of("905")));
    assertThat(store.working(new AccountId(Ids.next()))).isEmpty();
  }

  private static UUID order(
      AccountId account, String status, Integer rejectCode, String tag, int leaves) {
    UUID order = Ids.next();
    int quantity = Math.max(leaves, 1);
    DATABASE.execute(
        "INSERT INTO trading.orders (order_id, account_id, seen_at, created_at, updated_at, quantity,"
            + " cum_qty, leaves_qty, version, client_order_id, symbol, side, order_type, product,"
            + " validity, status, entered_by, worst_price, cum_value, reject_code, reject_reason, tag)"
            + " SELECT '%s', '%s', now(), now(), now(), %d, 0, %d, 3, '%s', 'ITC', 'SELL', 'MARKET',"
                .formatted(
                    order,
                    account,
                    status.equals("NEW") ? Math.max(quantity, 1) : quantity,
                    status.equals("NEW") ? Math.max(quantity, 1) : 0,
                    order)
            + " 'MIS', 'DAY', '%s', 't', 90.5, 0, %s, 'because', %s"
                .formatted(status, rejectCode, tag == null ? "NULL" : "'" + tag + "'"));
    return order;
  }

  private static void report(AccountId account, int sequence, UUID order, String type, Instant at) {
    boolean trade = type.equals("TRADE");
    DATABASE.execute(
        "INSERT INTO trading.executions (account_id, sequence, exec_id, order_id, transact_time,"
            + " last_qty, cum_qty, leaves_qty, symbol, side, exec_type, ord_status, last_px, cum_value)"
            + " VALUES ('%s', %d, '%s', '%s', '%s', %d, %d, 3, 'ITC', 'SELL', '%s', 'NEW', %s, %d)"
                .formatted(
                    account,
                    sequence,
                    Ids.next(),
                    order,
                    at,
                    trade ? 1 : 0,
                    trade ? 1 : 0,
                    type,
                    trade ? "90" : "NULL",
                    trade ? 90 : 0));
  }
}
