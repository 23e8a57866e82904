package io.tola.portfolio.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.kernel.cache.QueryCaches;
import io.tola.portfolio.api.CorporateAction;
import io.tola.portfolio.api.CorporateAction.Kind;
import io.tola.portfolio.api.DailyPnl;
import io.tola.portfolio.api.PnlReport;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Every split and bonus of 50 NIFTY shares from 2000 to 2021, where the list is at hand: set {@code
 * TOLA_SHARED_DATA} to a folder with {@code nse/daily/corporate_action_jumps.csv}. Skipped with one
 * line otherwise.
 */
class RealSplitsTest {

  private static final String VARIABLE = "TOLA_SHARED_DATA";
  private static final String LIST = "nse/daily/corporate_action_jumps.csv";
  private static final int MOST_OLD_SHARES = 12;

  private static Path list() {
    String folder = System.getProperty(VARIABLE, System.getenv(VARIABLE));
    Path file = folder == null ? null : Path.of(folder).resolve(LIST);
    if (file == null || !Files.isReadable(file)) {
      System.err.println(
          "SKIPPED: " + LIST + " is not at hand; set " + VARIABLE + " to try real splits");
      Assumptions.abort(LIST + " is not at hand");
    }
    return file;
  }

  /** Old and new shares: 1.66667 is 3 and 5. */
  private static long[] ratio(BigDecimal factor) {
    for (long old = 1; old <= MOST_OLD_SHARES; old++) {
      BigDecimal shares = factor.multiply(BigDecimal.valueOf(old));
      BigDecimal whole = shares.setScale(0, RoundingMode.HALF_EVEN);
      if (shares.subtract(whole).abs().compareTo(new BigDecimal("0.005")) < 0) {
        return new long[] {old, whole.longValueExact()};
      }
    }
    throw new IllegalArgumentException("no ratio of small numbers: " + factor);
  }

  @Test
  void overEveryRealSplitOnlyTheDaysReturnIsLeft() throws IOException {
    Path list = list();
    int tried = 0;
    BigDecimal worstRaw = BigDecimal.ZERO;
    BigDecimal worst = BigDecimal.ZERO;
    String worstOf = "";
    try (TestDatabase database = TestDatabase.create();
        Trader trader = new Trader(database)) {
      CorporateDesk desk =
          new CorporateDesk(
              trader.transaction,
              new CorporateClerk(trader.transaction, trader.clock, trader, trader.audited::addAll),
              trader.market(),
              trader.clock);
      for (String line : Files.readAllLines(list)) {
        String[] f = line.split(",", -1);
        if (!f[2].equals("split_or_bonus") && !f[2].startsWith("suspected_split")) {
          continue;
        }
        LocalDate exDate = LocalDate.parse(f[1]);
        long[] ratio = ratio(new BigDecimal(f[3]));
        database.truncate();
        trader.trades.clear();
        trader.quotes.clear();
        trader.at(exDate.minusDays(1) + "T06:00:00Z");
        AccountId account = trader.account("t", "100000000");
        trader.trade(account, f[0], Product.CNC, Side.BUY, 101, f[4]);
        trader.trade(account, f[0], Product.CNC, Side.BUY, 36, f[5]);
        trader.quote(f[0], f[4]);
        trader.committed(
            () -> trader.clerk.snapshot(exDate.minusDays(1), false, Duration.ofSeconds(60)));
        Money equity = report(trader, account).summary().equity();

        trader.at(exDate + "T03:00:00Z");
        trader.quote(f[0], f[6]);
        CorporateAction action =
            new CorporateAction(
                null,
                new Symbol(f[0]),
                exDate,
                Kind.SPLIT,
                ratio[0],
                ratio[1],
                null,
                Money.of(f[6]),
                LIST,
                null,
                null);
        UUID id = trader.committed(() -> desk.record(action, "ops")).actionId();
        assertThat(trader.committed(() -> desk.apply(id, "admin")).effects()).hasSize(1);

        PnlReport report = report(trader, account);
        DailyPnl day = report.today();
        BigDecimal held = new BigDecimal(f[4]).multiply(BigDecimal.valueOf(137));
        BigDecimal returned =
            report.summary().equity().minus(equity).value().divide(held, 6, RoundingMode.HALF_EVEN);
        BigDecimal expected =
            new BigDecimal(f[6])
                .multiply(BigDecimal.valueOf(ratio[1]))
                .divide(
                    new BigDecimal(f[4]).multiply(BigDecimal.valueOf(ratio[0])),
                    10,
                    RoundingMode.HALF_EVEN)
                .subtract(BigDecimal.ONE);
        assertThat(returned).as(line).isCloseTo(expected, within());
        assertThat(day.pnl()).as(line).isEqualTo(report.summary().equity().minus(equity));
        assertThat(report.summary().investedCost())
            .as(line)
            .isEqualTo(
                new Money(
                    new BigDecimal(f[4])
                        .multiply(BigDecimal.valueOf(101))
                        .add(new BigDecimal(f[5]).multiply(BigDecimal.valueOf(36)))));
        tried++;
        worstRaw = worstRaw.min(new BigDecimal(f[7]));
        if (returned.abs().compareTo(worst.abs()) > 0) {
          worst = returned;
          worstOf = f[0] + " " + f[1];
        }
      }
    }
    assertThat(tried).isPositive();
    System.err.println(
        tried
            + " splits and bonuses; the steepest return as recorded "
            + worstRaw
            + ", after applying "
            + worst
            + " ("
            + worstOf
            + ")");
  }

  private static PnlReport report(Trader trader, AccountId account) {
    return trader.committed(() -> new PnlDesk(trader.clerk, QueryCaches.none()).report(account));
  }

  /** A paisa of rounding in the fraction's cash, by a position of thousands of rupees. */
  private static org.assertj.core.data.Offset<BigDecimal> within() {
    return org.assertj.core.data.Offset.offset(new BigDecimal("0.00001"));
  }
}
