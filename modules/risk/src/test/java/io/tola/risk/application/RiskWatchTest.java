package io.tola.risk.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Page;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.portfolio.api.Charges;
import io.tola.portfolio.api.Pnl;
import io.tola.portfolio.api.PnlReport;
import io.tola.portfolio.api.PnlStatistics;
import io.tola.portfolio.api.PortfolioSummary;
import io.tola.portfolio.api.Portfolios;
import io.tola.portfolio.api.PositionView;
import io.tola.risk.api.RiskAnalysis;
import io.tola.risk.api.RiskMetrics;
import io.tola.risk.api.RiskMetrics.LimitUse;
import io.tola.risk.store.RiskStore;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.OrderFlow;
import io.tola.trading.api.OrderFlow.Working;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An account's figures, from positions and orders given by hand. */
class RiskWatchTest {

  private static final Instant NOW = Instant.parse("2026-11-21T04:00:00Z");

  private final AccountId account = new AccountId(Ids.next());
  private final List<PositionView> positions = new ArrayList<>();
  private final List<Working> working = new ArrayList<>();
  private ProblemCode problem = ProblemCode.RISK_INPUT;
  private String equity = "1000";
  private int days = 3;
  private TestDatabase database;
  private RiskWatch watch;

  @BeforeEach
  void fresh() {
    database = TestDatabase.create();
    database.execute(
        "UPDATE risk_limits SET max_open_order_value = 2000, max_position_quantity = 100,"
            + " max_position_value = 1000 WHERE account_id IS NULL");
    watch =
        new RiskWatch(
            stub(
                Portfolios.class,
                (method, a) -> method.equals("summary") ? summary() : page((String) a[3])),
            stub(Pnl.class, (method, a) -> report()),
            stub(
                RiskAnalysis.class,
                (method, a) -> {
                  throw new ProblemException(problem, "There are no bars of X");
                }),
            stub(OrderFlow.class, (method, a) -> List.copyOf(working)),
            new RiskStore(database.appDataSource()));
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void longAndShortOfASymbolAreSetOffWhateverTheirProduct() {
    position("A", Product.CNC, 10, "300");
    position("A", Product.MIS, -4, "-100");
    position("B", Product.MIS, -5, "-50");
    RiskMetrics metrics = watch.metrics(account);
    assertThat(metrics.grossExposure()).isEqualTo(Money.of("250"));
    assertThat(metrics.netExposure()).isEqualTo(Money.of("150"));
    assertThat(metrics.longExposure()).isEqualTo(Money.of("200"));
    assertThat(metrics.shortExposure()).isEqualTo(Money.of("50"));
    assertThat(metrics.leverage()).isEqualByComparingTo("0.25");
    assertThat(metrics.concentration().largestSymbol()).isEqualTo("A");
    assertThat(metrics.concentration().largestShare()).isEqualByComparingTo("0.8");
    assertThat(metrics.positions()).isEqualTo(3);
    assertThat(metrics.drawdown().now()).isEqualByComparingTo("0.1");
  }

  @Test
  void limitsAreUsedByWhatWorkingOrdersCouldMakeOfAPosition() {
    position("A", Product.CNC, 10, "300");
    working.add(new Working(new Symbol("A"), Product.CNC, Side.BUY, 1, 20, Money.of("600")));
    working.add(new Working(new Symbol("A"), Product.CNC, Side.SELL, 1, 5, Money.of("150")));
    working.add(new Working(new Symbol("B"), Product.MIS, Side.SELL, 2, 40, Money.of("400")));
    assertThat(watch.metrics(account).limitUse())
        .containsExactly(
            use("max_open_order_value", null, "1150.00", "2000.00", "57.50"),
            use("max_position_quantity", "B", "40", "100", "40.00"),
            use("max_position_value", "A", "900.00", "1000.00", "90.00"),
            use("cash", null, "25.00", "500.00", "5.00"));
  }

  @Test
  void anEmptyAccountHasNoConcentrationAndNoNumberThatIsNone() {
    equity = "0";
    days = 0;
    RiskMetrics metrics = watch.metrics(account);
    assertThat(metrics.grossExposure()).isEqualTo(Money.ZERO);
    assertThat(metrics.leverage()).isNull();
    assertThat(metrics.concentration()).isNull();
    assertThat(metrics.drawdown()).isNull();
    assertThat(metrics.limitUse())
        .filteredOn(use -> use.limit().startsWith("max"))
        .allSatisfy(use -> assertThat(use.usedPct()).isZero());
  }

  @Test
  void withoutBarsThereIsAReasonInsteadOfAFigureAndOtherFaultsAreNotHidden() {
    assertThat(watch.metrics(account).valueAtRisk().var()).isNull();
    assertThat(watch.metrics(account).valueAtRisk().notMeasured()).contains("no bars of X");
    problem = ProblemCode.DATABASE_UNAVAILABLE;
    assertThatThrownBy(() -> watch.metrics(account)).isInstanceOf(ProblemException.class);
  }

  private static LimitUse use(
      String limit, String symbol, String used, String maximum, String usedPct) {
    return new LimitUse(
        limit, symbol, new BigDecimal(used), new BigDecimal(maximum), new BigDecimal(usedPct));
  }

  private void position(String symbol, Product product, long quantity, String value) {
    positions.add(
        new PositionView(
            Ids.next(),
            account,
            new Symbol(symbol),
            product,
            quantity,
            0,
            null,
            Money.of(value),
            Money.ZERO,
            Price.of("1"),
            Money.of(value),
            Money.ZERO,
            NOW,
            NOW,
            List.of()));
  }

  /** One position a page, so that paging is followed. */
  private Page<PositionView> page(String cursor) {
    int at = cursor == null ? 0 : Integer.parseInt(cursor);
    return at >= positions.size()
        ? new Page<>(List.of(), null)
        : new Page<>(List.of(positions.get(at)), at + 1 < positions.size() ? "" + (at + 1) : null);
  }

  private PortfolioSummary summary() {
    Money zero = Money.ZERO;
    return new PortfolioSummary(
        account,
        "t",
        Money.of("500"),
        Money.of("25"),
        Money.of("475"),
        zero,
        zero,
        zero,
        zero,
        Money.of(equity),
        positions.size(),
        0,
        NOW);
  }

  private PnlReport report() {
    BigDecimal none = BigDecimal.ZERO;
    return new PnlReport(
        summary(),
        Money.ZERO,
        Money.ZERO,
        Charges.NONE,
        List.of(),
        new PnlStatistics(
            days,
            none,
            new BigDecimal("0.1"),
            LocalDate.EPOCH,
            new BigDecimal("0.2"),
            null,
            null,
            Money.ZERO,
            0,
            0,
            0,
            0,
            null,
            null,
            null,
            none),
        List.of());
  }

  private interface Answer {
    Object to(String method, Object[] arguments);
  }

  private static <T> T stub(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> answer.to(method.getName(), arguments)));
  }
}
