package io.tola.systemtests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.Books;
import io.tola.systemtests.platform.Load;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** After any load the books say exactly what the executions say. */
@ExtendWith(SharedPlatform.class)
class LedgerIT {

  @Test
  void cashSharesAndProfitAreExactAfterARandomConcurrentLoad(TestPlatform platform) {
    Load load = Load.on(List.of(platform.api()), List.of(15, 16, 17, 18), 20_261_121);

    load.run(Duration.ofSeconds(10), 16);

    assertThat(load.acknowledged()).hasSizeGreaterThan(200);
    assertThat(load.unexpected()).isEmpty();
    load.everyAcknowledgedOrderIsStored(platform.sql());
    Books books = new Books(platform.sql());
    books.balance();
    books.auditIsComplete(platform.api());
    for (int trader : List.of(15, 16, 17, 18)) {
      profitIsWhatThePositionsSay(platform, trader);
    }
  }

  /** Reckoned from the trades afterwards, by two methods: both must come to what the books have. */
  private static void profitIsWhatThePositionsSay(TestPlatform platform, int trader) {
    Caller caller = platform.api().trader(trader);
    JsonNode dashboard = caller.get("/api/v1/dashboard/summary").expect(200).json();
    JsonNode daily = caller.get("/api/v1/portfolio/pnl/daily").expect(200).json();
    JsonNode summary = dashboard.get("summary");
    UUID account = UUID.fromString(summary.get("account_id").asText());

    BigDecimal realised =
        platform
            .sql()
            .value("SELECT sum(realised_pnl) FROM positions WHERE account_id = ?", account);
    assertThat(summary.get("realised_pnl").decimalValue()).isEqualByComparingTo(realised);
    BigDecimal byDay = BigDecimal.ZERO;
    BigDecimal charges = BigDecimal.ZERO;
    long trades = 0;
    for (JsonNode day : daily.get("items")) {
      byDay = byDay.add(day.get("realised_pnl").decimalValue());
      charges = charges.add(day.at("/charges/total").decimalValue());
      trades += day.get("trades").asLong();
    }
    assertThat(byDay).isEqualByComparingTo(realised);
    assertThat(trades)
        .isPositive()
        .isEqualTo(
            platform.sql().count("SELECT count(*) FROM trades WHERE account_id = ?", account));
    assertThat(charges.signum()).isPositive();
    assertThat(summary.get("charges").decimalValue()).isEqualByComparingTo(charges);
    assertThat(
            platform
                .sql()
                .count(
                    "SELECT count(*) FROM positions p FULL JOIN pnl_books b USING (account_id, symbol,"
                        + " product) WHERE account_id = ? AND (coalesce(p.quantity, 0), p.cost) IS"
                        + " DISTINCT FROM (b.quantity, b.fifo_cost) AND p.quantity <> 0",
                    account))
        .isZero();
    assertThat(dashboard.at("/statistics/drawdown").decimalValue())
        .isBetween(BigDecimal.ZERO, BigDecimal.ONE);
    assertThat(daily.at("/statistics/win_rate").decimalValue())
        .isBetween(BigDecimal.ZERO, BigDecimal.ONE);
    assertThat(dashboard.at("/today/running").asBoolean()).isTrue();
    assertThat(dashboard.get("session").asText()).isEqualTo("OPEN");
    assertThat(
            caller
                .get("/api/v1/portfolio/pnl/daily?from=2026-02-30")
                .expect(400)
                .json()
                .at("/errors/0/field")
                .asText())
        .isEqualTo("from");
    caller.get("/api/v1/portfolio/pnl/daily?from=2026-02-03&to=2026-02-01").expect(400);
  }
}
