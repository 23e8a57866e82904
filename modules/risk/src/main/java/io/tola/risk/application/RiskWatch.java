package io.tola.risk.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Page;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.portfolio.api.Pnl;
import io.tola.portfolio.api.PnlStatistics;
import io.tola.portfolio.api.PortfolioSummary;
import io.tola.portfolio.api.Portfolios;
import io.tola.portfolio.api.PositionView;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.RiskAnalysis;
import io.tola.risk.api.RiskMetrics;
import io.tola.risk.api.RiskMetrics.Concentration;
import io.tola.risk.api.RiskMetrics.Drawdown;
import io.tola.risk.api.RiskMetrics.LimitUse;
import io.tola.risk.api.RiskMetrics.ValueAtRisk;
import io.tola.risk.api.RiskMonitor;
import io.tola.risk.api.Subject;
import io.tola.risk.api.VarReport;
import io.tola.risk.api.VarTerms;
import io.tola.risk.domain.Exposure;
import io.tola.risk.store.RiskStore;
import io.tola.trading.api.OrderFlow;
import io.tola.trading.api.OrderFlow.Working;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Works an account's risk figures out of its positions, working orders and limits. */
@Stateless
@Local(RiskMonitor.class)
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
public class RiskWatch implements RiskMonitor {

  private static final int PAGE = 500;
  private static final BigDecimal HUNDRED = new BigDecimal("100");

  @Inject private Portfolios portfolios;
  @Inject private Pnl pnl;
  @Inject private RiskAnalysis analysis;
  @Inject private OrderFlow flow;
  @Inject private RiskStore store;

  /** For the container. */
  public RiskWatch() {}

  RiskWatch(
      Portfolios portfolios, Pnl pnl, RiskAnalysis analysis, OrderFlow flow, RiskStore store) {
    this.portfolios = portfolios;
    this.pnl = pnl;
    this.analysis = analysis;
    this.flow = flow;
    this.store = store;
  }

  @Override
  public RiskMetrics metrics(AccountId account) {
    PortfolioSummary summary = portfolios.summary(account);
    List<PositionView> positions = positions(account);
    Map<String, BigDecimal> values = new HashMap<>();
    int withoutQuote = 0;
    for (PositionView position : positions) {
      withoutQuote += position.marketValue() == null ? 1 : 0;
      values.merge(position.symbol().value(), value(position), BigDecimal::add);
    }
    Exposure exposure = Exposure.of(values);
    BigDecimal equity = summary.equity().value();
    return new RiskMetrics(
        account,
        summary.timestamp(),
        summary.equity(),
        new Money(exposure.gross()),
        new Money(exposure.net()),
        new Money(exposure.longs()),
        new Money(exposure.shorts()),
        equity.signum() <= 0 ? null : exposure.gross().divide(equity, 4, RoundingMode.HALF_UP),
        exposure.largest() == null
            ? null
            : new Concentration(
                exposure.largest(),
                exposure.largestShare(),
                exposure.herfindahl(),
                exposure.effectiveSymbols()),
        drawdown(pnl.report(account).statistics()),
        valueAtRisk(account),
        positions.size(),
        withoutQuote,
        limitUse(summary, positions, flow.working(account), store.limits(account)));
  }

  private static Drawdown drawdown(PnlStatistics statistics) {
    return statistics.days() == 0
        ? null
        : new Drawdown(
            statistics.drawdown(), statistics.drawdownPeakDay(), statistics.maxDrawdown());
  }

  private ValueAtRisk valueAtRisk(AccountId account) {
    try {
      VarReport report =
          analysis.valueAtRisk(new Subject.Book(List.of(account)), VarTerms.DEFAULTS);
      return new ValueAtRisk(
          report.var(),
          report.es(),
          report.terms().method().code(),
          report.terms().confidence(),
          null);
    } catch (ProblemException e) {
      if (e.code() != ProblemCode.RISK_INPUT && e.code() != ProblemCode.UNKNOWN_SYMBOL) {
        throw e;
      }
      // A symbol without bars, most likely: the other figures are as good without it.
      return new ValueAtRisk(null, null, null, null, e.getMessage());
    }
  }

  private List<PositionView> positions(AccountId account) {
    List<PositionView> positions = new ArrayList<>();
    String cursor = null;
    do {
      Page<PositionView> page = portfolios.active(Set.of(account), null, PAGE, cursor);
      positions.addAll(page.items());
      cursor = page.nextCursor();
    } while (cursor != null);
    return positions;
  }

  private static BigDecimal value(PositionView position) {
    return position.marketValue() == null
        ? position.cost().value()
        : position.marketValue().value();
  }

  private record Line(String symbol, Product product) {}

  /** What a line could become if all buys, or all sells, that work were filled. */
  private static final class Reach {
    private long shares;
    private long buys;
    private long sells;
    private BigDecimal value = BigDecimal.ZERO;
    private BigDecimal buyValue = BigDecimal.ZERO;
    private BigDecimal sellValue = BigDecimal.ZERO;

    BigDecimal quantity() {
      long most =
          Math.max(Math.abs(shares), Math.max(Math.abs(shares + buys), Math.abs(shares - sells)));
      return BigDecimal.valueOf(most);
    }

    BigDecimal rupees() {
      return value.abs().max(value.add(buyValue).abs()).max(value.subtract(sellValue).abs());
    }
  }

  private static List<LimitUse> limitUse(
      PortfolioSummary summary,
      List<PositionView> positions,
      List<Working> working,
      AccountLimits limits) {
    Map<Line, Reach> lines =
        new TreeMap<>(java.util.Comparator.comparing(Line::symbol).thenComparing(Line::product));
    for (PositionView position : positions) {
      Reach reach = reach(lines, position.symbol().value(), position.product());
      reach.shares = position.quantity();
      reach.value = value(position);
    }
    BigDecimal open = BigDecimal.ZERO;
    for (Working orders : working) {
      open = open.add(orders.value().value());
      Reach reach = reach(lines, orders.symbol().value(), orders.product());
      if (orders.side() == Side.BUY) {
        reach.buys += orders.leaves();
        reach.buyValue = reach.buyValue.add(orders.value().value());
      } else {
        reach.sells += orders.leaves();
        reach.sellValue = reach.sellValue.add(orders.value().value());
      }
    }
    List<LimitUse> use = new ArrayList<>();
    if (limits.maxOpenOrderValue() != null) {
      use.add(use("max_open_order_value", null, open, limits.maxOpenOrderValue().value()));
    }
    if (limits.maxPositionQuantity() != null) {
      use.add(
          most(
              "max_position_quantity",
              lines,
              Reach::quantity,
              BigDecimal.valueOf(limits.maxPositionQuantity())));
    }
    if (limits.maxPositionValue() != null) {
      use.add(most("max_position_value", lines, Reach::rupees, limits.maxPositionValue().value()));
    }
    use.add(use("cash", null, summary.blockedCash().value(), summary.settledCash().value()));
    return use;
  }

  private static Reach reach(Map<Line, Reach> lines, String symbol, Product product) {
    return lines.computeIfAbsent(new Line(symbol, product), line -> new Reach());
  }

  private static LimitUse most(
      String limit,
      Map<Line, Reach> lines,
      java.util.function.Function<Reach, BigDecimal> measure,
      BigDecimal maximum) {
    String symbol = null;
    BigDecimal most = BigDecimal.ZERO;
    for (Map.Entry<Line, Reach> line : lines.entrySet()) {
      BigDecimal used = measure.apply(line.getValue());
      if (used.compareTo(most) > 0) {
        most = used;
        symbol = line.getKey().symbol();
      }
    }
    return use(limit, symbol, most, maximum);
  }

  private static LimitUse use(String limit, String symbol, BigDecimal used, BigDecimal maximum) {
    return new LimitUse(
        limit,
        symbol,
        used,
        maximum,
        maximum.signum() == 0
            ? null
            : used.multiply(HUNDRED).divide(maximum, 2, RoundingMode.HALF_UP));
  }
}
