package io.tola.risk.api;

import io.tola.kernel.Symbol;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** A shock to try on a portfolio. Changes are in per cent of a price; -20 is a fall by a fifth. */
public sealed interface StressScenario {

  /** What is tried when nothing is asked for. */
  List<StressScenario> USUAL =
      List.of(
          new MarketCrash(new BigDecimal("-20"), new BigDecimal("5")),
          new MarketCrash(new BigDecimal("-30"), new BigDecimal("10")),
          new MarketCrash(new BigDecimal("-50"), new BigDecimal("20")),
          new WorstDays(5));

  /**
   * Every price changes alike.
   *
   * @param volumeFactor the day's volume by the usual one: how fast positions can be sold
   */
  record MarketCrash(BigDecimal changePct, BigDecimal volumeFactor) implements StressScenario {}

  /**
   * Prices of an industry change alike, others stay.
   *
   * @param changesPct by NSE's industry, as instruments name it
   */
  record Sectors(Map<String, BigDecimal> changesPct) implements StressScenario {
    public Sectors {
      changesPct = Map.copyOf(changesPct);
    }
  }

  /**
   * Every price changes as it did on a stored day.
   *
   * @param session a day on which all symbols traded, and on the session before
   */
  record Replay(LocalDate session) implements StressScenario {}

  /**
   * The stored days on which this very portfolio would have lost most.
   *
   * @param count 1 to 20
   */
  record WorstDays(int count) implements StressScenario {}

  /**
   * Each price as told.
   *
   * @param changesPct by symbol
   * @param otherPct of all others
   */
  record Custom(Map<Symbol, BigDecimal> changesPct, BigDecimal otherPct) implements StressScenario {
    public Custom {
      changesPct = Map.copyOf(changesPct);
    }
  }
}
