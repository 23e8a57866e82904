package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.market.api.SessionPhase;
import io.tola.portfolio.api.DailyPnl;
import io.tola.portfolio.api.PnlReport;
import java.util.List;

/**
 * What a dashboard shows.
 *
 * @param feed what drives the quotes: simulated, replay
 * @param curve the last 30 days
 * @param positions the largest, by market value
 */
public record DashboardShape(
    SummaryShape summary,
    String feed,
    SessionPhase session,
    DailyPnlShape.DayShape today,
    List<DailyPnlShape.DayShape> curve,
    PnlStatisticsShape statistics,
    List<PositionShape> positions)
    implements Shape {

  private static final int CURVE = 30;

  public static DashboardShape of(PnlReport report, String feed, SessionPhase session) {
    List<DailyPnl> days = report.days();
    return new DashboardShape(
        SummaryShape.of(report),
        feed,
        session,
        DailyPnlShape.DayShape.of(report.today()),
        days.subList(Math.max(0, days.size() - CURVE), days.size()).stream()
            .map(DailyPnlShape.DayShape::of)
            .toList(),
        PnlStatisticsShape.of(report.statistics()),
        report.largest().stream().map(PositionShape::of).toList());
  }
}
