package io.tola.portfolio.domain;

import io.tola.kernel.Money;
import io.tola.portfolio.api.Charges;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What trading in NSE's cash market costs on a date: brokerage, taxes and fees as shares of a
 * trade's value. Immutable; thread-safe.
 *
 * <p>Conventions. Every charge is {@code rate × value} of the single trade, exact, not rounded: a
 * broker's contract note rounds STT and stamp duty to the rupee once a day and client, which can't
 * be told of one trade. Brokerage that is capped by order is worked out of the order's value so far,
 * so that it is the same however the order was filled. GST is on brokerage, exchange fee and SEBI
 * fee, not on the investor protection fund, as a broker's own contract notes have it
 * (site/reference/charges.md). Without a rate that holds on the date nothing is charged.
 */
public final class FeeSchedule {

  /** What is charged. */
  public enum Component {
    BROKERAGE,
    STT,
    EXCHANGE,
    IPFT,
    SEBI,
    STAMP,
    GST
  }

  /** Whether shares are delivered or bought and sold within the day. */
  public enum Segment {
    DELIVERY,
    INTRADAY;

    /** MIS is squared off within the day; the others may stay. */
    public static Segment ofProduct(String product) {
      return product.equals("MIS") ? INTRADAY : DELIVERY;
    }
  }

  /**
   * A rate and since when it holds.
   *
   * @param rate share of the trade's value, 0 to 1
   * @param capPerOrder the most of it for one order in rupees, or null
   */
  public record Rate(
      Component component,
      Segment segment,
      boolean buy,
      LocalDate validFrom,
      BigDecimal rate,
      BigDecimal capPerOrder) {}

  private record Key(Segment segment, boolean buy) {}

  private final Map<Component, Map<Key, TreeMap<LocalDate, Rate>>> rates =
      new EnumMap<>(Component.class);

  public FeeSchedule(Collection<Rate> rates) {
    for (Rate rate : rates) {
      this.rates
          .computeIfAbsent(rate.component, c -> new HashMap<>())
          .computeIfAbsent(new Key(rate.segment, rate.buy), k -> new TreeMap<>())
          .put(rate.validFrom, rate);
    }
  }

  /**
   * The charges of one trade.
   *
   * @param day the trade's date in India
   * @param value quantity times price
   * @param orderValue value of all the order's trades up to this one, this one included
   */
  public Charges of(Segment segment, boolean buy, LocalDate day, Money value, Money orderValue) {
    Key key = new Key(segment, buy);
    BigDecimal worth = value.value();
    Rate plan = rate(Component.BROKERAGE, key, day);
    BigDecimal brokerage =
        plan == null
            ? BigDecimal.ZERO
            : capped(plan, orderValue.value())
                .subtract(capped(plan, orderValue.value().subtract(worth)));
    BigDecimal exchange = share(Component.EXCHANGE, key, day, worth);
    BigDecimal sebi = share(Component.SEBI, key, day, worth);
    return new Charges(
        brokerage,
        share(Component.STT, key, day, worth),
        exchange,
        share(Component.IPFT, key, day, worth),
        sebi,
        share(Component.STAMP, key, day, worth),
        share(Component.GST, key, day, brokerage.add(exchange).add(sebi)));
  }

  private static BigDecimal capped(Rate rate, BigDecimal value) {
    BigDecimal due = value.multiply(rate.rate);
    return rate.capPerOrder == null ? due : due.min(rate.capPerOrder);
  }

  private BigDecimal share(Component component, Key key, LocalDate day, BigDecimal of) {
    Rate rate = rate(component, key, day);
    return rate == null ? BigDecimal.ZERO : of.multiply(rate.rate);
  }

  private Rate rate(Component component, Key key, LocalDate day) {
    TreeMap<LocalDate, Rate> dated = rates.getOrDefault(component, Map.of()).get(key);
    Map.Entry<LocalDate, Rate> entry = dated == null ? null : dated.floorEntry(day);
    return entry == null ? null : entry.getValue();
  }
}
