package io.tola.portfolio.domain.recon;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.portfolio.domain.recon.TradeComparison.Booked;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TradeComparisonTest {

  private static final Instant DAY = Instant.parse("2026-11-20T04:00:00Z");
  private static final Instant AS_OF = Instant.parse("2026-11-20T12:00:00Z");
  private static final Map<String, String> ISINS = Map.of("SBIN", "INE062A01020");

  private final List<StatementLine> lines = new ArrayList<>();
  private final List<Booked> booked = new ArrayList<>();

  @Test
  void alikeTradesArePairedWithoutAnId() {
    booked("a", "SBIN", "BUY", 10, "420.65", 0);
    booked("b", "SBIN", "BUY", 10, "420.65", 60);
    there(null, "SBIN", "BUY", 10, "420.650", 65);
    there(null, "SBIN", "BUY", 10, "420.65", 5);
    assertThat(compare()).isEmpty();
  }

  @Test
  void sameIdIsTheSameTradeWhateverElseDiffers() {
    booked("a", "SBIN", "BUY", 10, "420.65", 0);
    there("a", "SBIN", "SELL", 11, "420.65", 20_000);
    assertThat(compare()).containsExactly("SIDE a", "QUANTITY a");
  }

  @Test
  void onlyOneThingMayDifferBetweenTradesWithoutAnId() {
    booked("p", "SBIN", "BUY", 10, "420.65", 0);
    there(null, "SBIN", "BUY", 10, "421", 5);
    booked("q", "SBIN", "BUY", 7, "400", 1_000);
    there(null, "SBIN", "BUY", 8, "400", 1_005);
    booked("s", "SBIN", "BUY", 3, "300", 2_000);
    there(null, "SBIN", "SELL", 3, "300", 2_005);
    booked("t", "SBIN", "BUY", 5, "500", 3_000);
    there(null, "SBIN", "BUY", 5, "500", 9_000);
    booked("n", "SBIN", "BUY", 6, "600", 4_000);
    lines.add(
        new StatementLine(
            99,
            "STATE",
            null,
            "INE062A01020",
            null,
            "BUY",
            6,
            new BigDecimal("600"),
            null,
            null,
            DAY.plusSeconds(4_000)));
    assertThat(compare())
        .containsExactly("PRICE p", "QUANTITY q", "SIDE s", "SYMBOL n", "TIMING t");
  }

  @Test
  void whatOneSideLacksIsMissingOrInFlightWhenYoung() {
    long now = AS_OF.getEpochSecond() - DAY.getEpochSecond();
    booked("old", "SBIN", "BUY", 1, "1", 0);
    booked("young", "SBIN", "BUY", 2, "2", now - 60);
    there("x-old", "SBIN", "BUY", 3, "3", 0);
    there("x-young", "SBIN", "BUY", 4, "4", now - 60);
    assertThat(compare())
        .containsExactlyInAnyOrder(
            "MISSING_THERE old", "TIMING young", "MISSING_HERE x-old", "TIMING x-young");
  }

  @Test
  void feesAreComparedWhereBothAreKnown() {
    booked.add(new Booked("a", "SBIN", "BUY", "CNC", 1, BigDecimal.TEN, new BigDecimal("20"), DAY));
    lines.add(
        new StatementLine(
            1,
            "SBIN",
            null,
            null,
            null,
            "BUY",
            1,
            BigDecimal.TEN,
            new BigDecimal("21.01"),
            "a",
            DAY));
    assertThat(compare()).containsExactly("FEES a");
  }

  @Test
  void aSecondLineOfAnIdIsADuplicate() {
    booked("a", "SBIN", "BUY", 10, "420.65", 0);
    there("a", "SBIN", "BUY", 10, "420.65", 0);
    there("a", "SBIN", "BUY", 10, "420.65", 0);
    assertThat(compare()).containsExactly("DUPLICATE a#1");
  }

  @Test
  void linesThatSayTheSameKeepSubjectsOfTheirOwn() {
    there(null, "SBIN", "BUY", 10, "1", 0);
    there(null, "SBIN", "BUY", 10, "1.0", 0);
    assertThat(compare())
        .containsExactly(
            "MISSING_HERE SBIN|BUY|10|1|2026-11-20T04:00:00Z#1",
            "MISSING_HERE SBIN|BUY|10|1|2026-11-20T04:00:00Z#2");
  }

  /**
   * Every class planted at random, with ids and without. The oracle is the naive one: each trade has a
   * price of its own, so that what was planted is the only thing that can be found.
   */
  @ParameterizedTest
  @CsvSource({"1,true", "2,true", "3,true", "4,false", "5,false", "6,false"})
  void plantedBreaksAreFoundExactly(long seed, boolean withIds) {
    Random random = new Random(seed);
    TreeSet<String> planted = new TreeSet<>();
    Map<String, String> isins = new HashMap<>();
    for (int i = 0; i < 3_000; i++) {
      String id = "t" + i;
      String symbol = "S" + random.nextInt(20);
      isins.put(symbol, "ISIN" + symbol);
      String side = random.nextBoolean() ? "BUY" : "SELL";
      long quantity = 1 + 2L * i;
      BigDecimal price = new BigDecimal(1_000 + 10 * i);
      Instant at = DAY.plusSeconds(random.nextInt(20_000));
      Booked ours = new Booked(id, symbol, side, "CNC", quantity, price, BigDecimal.TEN, at);
      StatementLine theirs =
          new StatementLine(
              i + 1,
              symbol,
              null,
              "ISIN" + symbol,
              "CNC",
              side,
              quantity,
              price,
              new BigDecimal("10.5"),
              withIds ? id : null,
              at.plusSeconds(random.nextInt(100)));
      booked.add(ours);
      lines.add(theirs);
      int last = lines.size() - 1;
      switch (random.nextInt(40)) {
        case 0 -> {
          booked.remove(booked.size() - 1);
          planted.add("MISSING_HERE " + subject(theirs));
        }
        case 1 -> {
          lines.remove(last);
          planted.add("MISSING_THERE " + id);
        }
        case 2 -> {
          lines.set(last, changed(theirs, side, quantity + 1, price, theirs.fees(), symbol));
          planted.add("QUANTITY " + id);
        }
        case 3 -> {
          lines.set(
              last,
              changed(
                  theirs,
                  side,
                  quantity,
                  price.add(price.movePointLeft(2)),
                  theirs.fees(),
                  symbol));
          planted.add("PRICE " + id);
        }
        case 4 -> {
          String other = side.equals("BUY") ? "SELL" : "BUY";
          lines.set(last, changed(theirs, other, quantity, price, theirs.fees(), symbol));
          planted.add("SIDE " + id);
        }
        case 5 -> {
          lines.set(last, changed(theirs, side, quantity, price, theirs.fees(), "NEW"));
          planted.add("SYMBOL " + id);
        }
        case 6 -> {
          lines.set(last, changed(theirs, side, quantity, price, new BigDecimal("12"), symbol));
          planted.add("FEES " + id);
        }
        case 7 -> {
          if (withIds) {
            lines.add(theirs);
            planted.add("DUPLICATE " + id + "#1");
          }
        }
        case 8 -> {
          if (withIds) {
            // Ten for one, the value the same.
            lines.set(
                last,
                changed(
                    theirs, side, quantity * 10, price.movePointLeft(1), theirs.fees(), symbol));
            planted.add("CORPORATE_ACTION " + id);
          }
        }
        case 9 -> {
          Booked young =
              new Booked(
                  id, symbol, side, "CNC", quantity, price, BigDecimal.TEN, AS_OF.minusSeconds(30));
          booked.set(booked.size() - 1, young);
          lines.remove(last);
          planted.add("TIMING " + id);
        }
        default -> {
          // The same on both sides.
        }
      }
    }
    Collections.shuffle(booked, random);
    Collections.shuffle(lines, random);
    assertThat(new TreeSet<>(compare(isins))).isEqualTo(planted);
  }

  private static String subject(StatementLine line) {
    return line.tradeId() != null
        ? line.tradeId()
        : line.symbol()
            + '|'
            + line.side()
            + '|'
            + line.quantity()
            + '|'
            + line.price().stripTrailingZeros().toPlainString()
            + '|'
            + line.at()
            + "#1";
  }

  private static StatementLine changed(
      StatementLine line,
      String side,
      long quantity,
      BigDecimal price,
      BigDecimal fees,
      String symbol) {
    return new StatementLine(
        line.line(),
        symbol,
        null,
        line.isin(),
        line.product(),
        side,
        quantity,
        price,
        fees,
        line.tradeId(),
        line.at());
  }

  private List<String> compare() {
    return compare(ISINS);
  }

  private List<String> compare(Map<String, String> isins) {
    return new TradeComparison(Tolerances.usual())
        .compare(lines, booked, isins, AS_OF).differences().stream()
            .map(d -> d.kind() + " " + d.subject())
            .toList();
  }

  private void booked(
      String id, String symbol, String side, long quantity, String price, long second) {
    booked.add(
        new Booked(
            id,
            symbol,
            side,
            "CNC",
            quantity,
            new BigDecimal(price),
            null,
            DAY.plusSeconds(second)));
  }

  private void there(
      String id, String symbol, String side, long quantity, String price, long second) {
    lines.add(
        new StatementLine(
            lines.size() + 1,
            symbol,
            null,
            null,
            null,
            side,
            quantity,
            new BigDecimal(price),
            null,
            id,
            DAY.plusSeconds(second)));
  }
}
