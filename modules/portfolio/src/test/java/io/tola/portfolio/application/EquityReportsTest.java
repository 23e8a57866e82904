package io.tola.portfolio.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.portfolio.api.AccountEquity;
import io.tola.portfolio.api.AccountEquity.Pending;
import io.tola.portfolio.api.CorporateAction;
import io.tola.portfolio.store.EquityRows;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What accounts have, and which actions they still wait for, on real PostgreSQL. */
class EquityReportsTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Symbol ITC = new Symbol("ITC");
  private static final LocalDate EX_DATE = LocalDate.of(2026, 11, 20);

  private final Trader trader = new Trader(DATABASE);
  private final CorporateDesk desk =
      new CorporateDesk(
          trader.transaction,
          new CorporateClerk(trader.transaction, trader.clock, trader, trader.audited::addAll),
          trader.market(),
          trader.clock);

  @BeforeEach
  void emptyTables() {
    DATABASE.truncate();
    trader.quote("ITC", "100");
    trader.at("2026-11-18T05:00:00Z");
  }

  @AfterEach
  void close() {
    trader.close();
  }

  @Test
  void actionIsPendingFromItsExDateUntilItIsAppliedForSharesHeldBefore() {
    AccountId holder = trader.account("holder", "100000");
    AccountId later = trader.account("later", "100000");
    trader.trade(holder, "ITC", Product.CNC, Side.BUY, 10, "500");
    trader.trade(holder, "ITC", Product.MIS, Side.SELL, 4, "500");
    trader.at("2026-11-20T04:00:00Z");
    trader.trade(holder, "ITC", Product.NRML, Side.BUY, 7, "100");
    trader.trade(later, "ITC", Product.CNC, Side.BUY, 7, "100");
    UUID split =
        trader
            .committed(
                () ->
                    desk.record(
                        new CorporateAction(
                            null,
                            ITC,
                            EX_DATE,
                            CorporateAction.Kind.SPLIT,
                            1,
                            5,
                            null,
                            null,
                            "test",
                            null,
                            null),
                        "ops"))
            .actionId();
    assertThat(equity(holder, EX_DATE.minusDays(1)).pending()).as("before its ex-date").isEmpty();
    AccountEquity waiting = equity(holder, EX_DATE);
    assertThat(waiting.shares()).isEqualTo(Map.of("ITC", 13L));
    assertThat(waiting.pending()).containsExactly(new Pending("ITC", split, 6));
    assertThat(equity(later, EX_DATE).pending()).as("bought after it").isEmpty();

    trader.committed(() -> desk.apply(split, "admin"));
    AccountEquity applied = equity(holder, EX_DATE);
    assertThat(applied.pending()).isEmpty();
    assertThat(applied.shares()).isEqualTo(Map.of("ITC", 37L));
  }

  @Test
  void dividendIsPendingForSharesAsTheyWereBeforeALaterSplitWhateverWasTradedInBetween() {
    AccountId holder = trader.account("holder", "100000");
    trader.trade(holder, "ITC", Product.CNC, Side.BUY, 100, "50");
    trader.at("2026-11-20T04:00:00Z");
    UUID dividend = recorded(EX_DATE, CorporateAction.Kind.DIVIDEND, 0, 0, "4");
    UUID sameDay = recorded(EX_DATE, CorporateAction.Kind.BONUS, 1, 2, null);
    trader.committed(() -> desk.apply(sameDay, "admin"));
    assertThat(equity(holder, EX_DATE).shares()).isEqualTo(Map.of("ITC", 200L));
    assertThat(equity(holder, EX_DATE).pending())
        .containsExactly(new Pending("ITC", dividend, 100));

    trader.trade(holder, "ITC", Product.CNC, Side.BUY, 50, "25");
    trader.at("2026-11-23T04:00:00Z");
    LocalDate later = EX_DATE.plusDays(3);
    UUID split = recorded(later, CorporateAction.Kind.SPLIT, 1, 5, null);
    trader.committed(() -> desk.apply(split, "admin"));
    assertThat(equity(holder, later).shares()).isEqualTo(Map.of("ITC", 1250L));
    assertThat(equity(holder, later).pending()).containsExactly(new Pending("ITC", dividend, 100));

    trader.trade(holder, "ITC", Product.CNC, Side.SELL, 900, "5");
    assertThat(equity(holder, later).pending())
        .as("of the hundred, ten are still there")
        .containsExactly(new Pending("ITC", dividend, 10));
  }

  private UUID recorded(
      LocalDate exDate, CorporateAction.Kind kind, long oldShares, long newShares, String each) {
    CorporateAction action =
        new CorporateAction(
            null,
            ITC,
            exDate,
            kind,
            oldShares,
            newShares,
            each == null ? null : Money.of(each),
            null,
            "test",
            null,
            null);
    return trader.committed(() -> desk.record(action, "ops")).actionId();
  }

  private static AccountEquity equity(AccountId account, LocalDate day) {
    List<AccountEquity> all = new EquityRows(DATABASE.appDataSource()).equities(day);
    return all.stream().filter(e -> e.accountId().equals(account)).findFirst().orElseThrow();
  }
}
