package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.risk.api.GuardStatus;
import io.tola.risk.api.GuardView;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What the guards see.
 *
 * @param watching whether some node looks now
 * @param accounts drawdowns, the deepest first
 * @param guards those of the market, and those of symbols that aren't normal or have acted
 */
public record GuardStatusShape(
    Instant timestamp,
    boolean watching,
    String node,
    List<DrawdownShape> accounts,
    List<GuardShape> guards)
    implements Shape {

  public static GuardStatusShape of(GuardStatus status) {
    return new GuardStatusShape(
        status.timestamp(),
        status.watching(),
        status.node(),
        status.accounts().stream().map(DrawdownShape::of).toList(),
        status.guards().stream().map(GuardShape::of).toList());
  }

  /** An account's drawdown. */
  public record DrawdownShape(
      UUID accountId,
      BigDecimal equity,
      BigDecimal peakEquity,
      Instant peakAt,
      Instant measuredAt,
      GuardShape guard) {

    static DrawdownShape of(GuardStatus.Drawdown drawdown) {
      return new DrawdownShape(
          drawdown.accountId().value(),
          Amounts.of(drawdown.equity()),
          Amounts.of(drawdown.peakEquity()),
          drawdown.peakAt(),
          drawdown.measuredAt(),
          GuardShape.of(drawdown.guard()));
    }
  }

  /**
   * A guard over one scope.
   *
   * @param scope an account's id, a symbol, or {@code market}
   */
  public record GuardShape(
      String guard,
      String scope,
      String level,
      BigDecimal valuePct,
      BigDecimal warningPct,
      BigDecimal criticalPct,
      int stagePct,
      String action,
      boolean tripped,
      Instant since,
      Instant trippedAt,
      String rearmedBy,
      Instant rearmedAt)
      implements Shape {

    public static GuardShape of(GuardView view) {
      return new GuardShape(
          view.guard().code(),
          view.scope(),
          view.level().code(),
          Amounts.of(view.value()),
          Amounts.of(view.warning()),
          Amounts.of(view.critical()),
          view.stage(),
          view.action().code(),
          view.tripped(),
          view.since(),
          view.trippedAt(),
          view.rearmedBy(),
          view.rearmedAt());
    }
  }
}
