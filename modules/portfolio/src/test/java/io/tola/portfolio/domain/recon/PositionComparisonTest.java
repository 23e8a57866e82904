package io.tola.portfolio.domain.recon;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.portfolio.domain.recon.PositionComparison.Held;
import io.tola.portfolio.domain.recon.PositionComparison.Key;
import io.tola.portfolio.domain.recon.PositionComparison.Moved;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionComparisonTest {

  private static final Instant AS_OF = Instant.parse("2026-11-20T10:00:00Z");
  private static final Map<String, String> ISINS =
      Map.of("SBIN", "INE062A01020", "TCS", "INE467B01029", "ITC", "INE154A01025");

  private final Map<Key, Held> books = new HashMap<>();
  private final List<Moved> moves = new ArrayList<>();
  private final List<PositionComparison.Split> splits = new ArrayList<>();
  private final List<StatementLine> lines = new ArrayList<>();

  @Test
  void sameSharesAtTheSameCostAreNoDifference() {
    held("SBIN", 10, "4206.50");
    there("SBIN", 10, "420.65");
    assertThat(compare()).isEmpty();
  }

  @Test
  void costWithinTheToleranceIsTheSameAndBeyondItIsNot() {
    held("SBIN", 100, "10000");
    there("SBIN", 100, "100.01");
    assertThat(compare()).isEmpty();
    lines.clear();
    there("SBIN", 100, "100.02");
    assertThat(compare()).containsExactly("PRICE SBIN|CNC");
  }

  @Test
  void statementWithoutCostsIsComparedByShares() {
    held("SBIN", 10, "4206.50");
    there("SBIN", 10, null);
    assertThat(compare()).isEmpty();
  }

  @Test
  void eachSideMayLackWhatTheOtherHas() {
    held("SBIN", 10, "100");
    there("TCS", 5, "20");
    there("ITC", 0, null);
    assertThat(compare()).containsExactly("MISSING_HERE TCS|CNC", "MISSING_THERE SBIN|CNC");
  }

  @Test
  void differentSharesAreAQuantityAndOppositeOnesASide() {
    held("SBIN", 10, "100");
    there("SBIN", 13, "10");
    assertThat(compare()).containsExactly("QUANTITY SBIN|CNC");
    lines.clear();
    there("SBIN", -10, "10");
    assertThat(compare()).containsExactly("SIDE SBIN|CNC");
  }

  @Test
  void simpleRatioAtTheSameCostIsACorporateActionAndAtAnotherAQuantity() {
    held("SBIN", 10, "1000");
    there("SBIN", 50, "20");
    assertThat(compare()).containsExactly("CORPORATE_ACTION SBIN|CNC");
    lines.clear();
    there("SBIN", 15, "66.67");
    assertThat(compare()).containsExactly("CORPORATE_ACTION SBIN|CNC");
    lines.clear();
    there("SBIN", 50, "100");
    assertThat(compare()).containsExactly("QUANTITY SBIN|CNC");
    lines.clear();
    there("SBIN", 50, null);
    assertThat(compare()).containsExactly("QUANTITY SBIN|CNC");
  }

  @Test
  void tradesAfterTheStatementsMomentAreTakenAwayFirst() {
    held("SBIN", 17, "1000");
    moved("SBIN", 7, AS_OF.plus(Duration.ofHours(3)));
    there("SBIN", 10, "1");
    assertThat(compare()).isEmpty();
  }

  @Test
  void splitsAfterTheStatementsMomentAreTakenAwayFirst() {
    held("SBIN", 527, "1000");
    splits.add(new PositionComparison.Split(new Key("SBIN", "CNC"), 400, true));
    moved("SBIN", 27, AS_OF.plus(Duration.ofHours(30)));
    there("SBIN", 100, "10");
    assertThat(compare()).isEmpty();
    lines.clear();
    there("SBIN", 500, "2");
    assertThat(compare()).containsExactly("QUANTITY SBIN|CNC");
  }

  @Test
  void aStatementOfTheExDateMayHaveASplitOrNot() {
    held("SBIN", 500, "1000");
    splits.add(new PositionComparison.Split(new Key("SBIN", "CNC"), 400, false));
    for (long either : new long[] {100, 500}) {
      lines.clear();
      there("SBIN", either, null);
      assertThat(compare()).isEmpty();
    }
    lines.clear();
    there("SBIN", 510, null);
    assertThat(compare()).containsExactly("QUANTITY SBIN|CNC");
  }

  @Test
  void youngTradesThatOneSideLacksAreInFlight() {
    held("SBIN", 17, "1700");
    moved("SBIN", 3, AS_OF.minus(Duration.ofHours(30)));
    moved("SBIN", 5, AS_OF.minus(Duration.ofHours(3)));
    moved("SBIN", 2, AS_OF.minus(Duration.ofHours(2)));
    there("SBIN", 15, "100");
    assertThat(compare()).as("the last").containsExactly("TIMING SBIN|CNC");
    lines.clear();
    there("SBIN", 10, "100");
    assertThat(compare()).as("the last two").containsExactly("TIMING SBIN|CNC");
    lines.clear();
    there("SBIN", 12, "100");
    assertThat(compare()).as("not the last but one alone").containsExactly("QUANTITY SBIN|CNC");
    lines.clear();
    there("SBIN", 7, "100");
    assertThat(compare()).as("one that is too old").containsExactly("QUANTITY SBIN|CNC");
  }

  @Test
  void sharesAllBoughtTodayMayBeMissingThere() {
    held("SBIN", 5, "500");
    moved("SBIN", 5, AS_OF.minus(Duration.ofHours(3)));
    assertThat(compare()).containsExactly("TIMING SBIN|CNC");
  }

  @Test
  void sharesSoldTodayMayStillBeThere() {
    moved("SBIN", -5, AS_OF.minus(Duration.ofHours(3)));
    there("SBIN", 5, "100");
    assertThat(compare()).containsExactly("TIMING SBIN|CNC");
  }

  @Test
  void renamedSharesAreFoundByTheirIsin() {
    held("SBIN", 10, "1000");
    lines.add(line(1, "STATEBANK", "NSE", "INE062A01020", 10, "100"));
    assertThat(compare()).containsExactly("SYMBOL SBIN|CNC");
    lines.clear();
    lines.add(line(1, "STATEBANK", "NSE", "INE062A01020", 12, "100"));
    assertThat(compare()).containsExactly("SYMBOL SBIN|CNC", "QUANTITY SBIN|CNC");
  }

  @Test
  void anotherIsinUnderTheSameSymbolIsAChange() {
    held("SBIN", 10, "1000");
    lines.add(line(1, "SBIN", "NSE", "INE062A01012", 10, "100"));
    assertThat(compare()).containsExactly("SYMBOL SBIN|CNC");
  }

  @Test
  void secondLineOfAnExchangeIsADuplicateAndAnotherExchangesIsNot() {
    held("SBIN", 30, "3000");
    lines.add(line(1, "SBIN", "NSE", null, 10, "100"));
    lines.add(line(2, "SBIN", "BSE", null, 20, "100"));
    lines.add(line(3, "SBIN", "NSE", null, 10, "100"));
    assertThat(compare()).containsExactly("DUPLICATE SBIN|CNC|NSE#1");
  }

  @Test
  void productsTheStatementIsNotAboutAreNotMissing() {
    books.put(new Key("SBIN", "MIS"), new Held(-5, new BigDecimal("-100")));
    assertThat(compare()).isEmpty();
  }

  /** Breaks of every class, planted at random among many positions, against the naive way to look. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void plantedBreaksAreFoundExactly(long seed) {
    Random random = new Random(seed);
    Map<String, String> isins = new HashMap<>();
    Set<String> planted = new HashSet<>();
    int line = 0;
    for (int i = 0; i < 500; i++) {
      String symbol = "S" + i;
      String isin = "ISIN" + i;
      isins.put(symbol, isin);
      // A prime number of shares: no simple ratio comes about by chance.
      long shares = 101;
      BigDecimal price = new BigDecimal(100 + random.nextInt(1_000));
      BigDecimal cost = price.multiply(BigDecimal.valueOf(shares));
      Key key = new Key(symbol, "CNC");
      String subject = symbol + "|CNC";
      line++;
      switch (random.nextInt(20)) {
        case 0 -> {
          lines.add(line(line, symbol, null, isin, shares, price.toString()));
          planted.add("MISSING_HERE " + subject);
        }
        case 1 -> {
          books.put(key, new Held(shares, cost));
          planted.add("MISSING_THERE " + subject);
        }
        case 2 -> {
          books.put(key, new Held(shares, cost));
          lines.add(
              line(line, symbol, null, isin, shares + 1 + random.nextInt(50), price.toString()));
          planted.add("QUANTITY " + subject);
        }
        case 3 -> {
          books.put(key, new Held(shares, cost));
          lines.add(line(line, symbol, null, isin, shares, price.add(BigDecimal.ONE).toString()));
          planted.add("PRICE " + subject);
        }
        case 4 -> {
          books.put(key, new Held(shares, cost));
          lines.add(line(line, symbol, null, isin, -shares, price.toString()));
          planted.add("SIDE " + subject);
        }
        case 5 -> {
          books.put(key, new Held(shares, cost));
          lines.add(line(line, "NEW" + i, null, isin, shares, price.toString()));
          planted.add("SYMBOL " + subject);
        }
        case 6 -> {
          books.put(key, new Held(shares, cost));
          lines.add(line(line, symbol, null, isin, shares, price.toString()));
          lines.add(line(++line, symbol, null, isin, shares, price.toString()));
          planted.add("DUPLICATE " + subject + "|#1");
        }
        case 7 -> {
          books.put(key, new Held(shares, cost));
          long young = 1L + random.nextInt(100);
          moves.add(new Moved(key, young, AS_OF.minusSeconds(1 + random.nextInt(80_000))));
          lines.add(line(line, symbol, null, isin, shares - young, price.toString()));
          planted.add("TIMING " + subject);
        }
        case 8 -> {
          books.put(key, new Held(shares, cost));
          lines.add(
              line(
                  line,
                  symbol,
                  null,
                  isin,
                  shares * 5,
                  price.divide(BigDecimal.valueOf(5)).toPlainString()));
          planted.add("CORPORATE_ACTION " + subject);
        }
        default -> {
          books.put(key, new Held(shares, cost));
          lines.add(line(line, symbol, null, isin, shares, price.toString()));
        }
      }
    }
    moves.sort(java.util.Comparator.comparing(Moved::at));
    assertThat(new HashSet<>(compare(isins))).isEqualTo(planted);
  }

  private List<String> compare() {
    return compare(ISINS);
  }

  private List<String> compare(Map<String, String> isins) {
    return new PositionComparison(Tolerances.usual())
            .compare(
                lines,
                new PositionComparison.Books(books, moves, splits, isins, Set.of("CNC"), AS_OF))
            .differences()
            .stream()
            .map(d -> d.kind() + " " + d.subject())
            .toList();
  }

  private void held(String symbol, long quantity, String cost) {
    books.put(new Key(symbol, "CNC"), new Held(quantity, new BigDecimal(cost)));
  }

  private void moved(String symbol, long quantity, Instant at) {
    moves.add(new Moved(new Key(symbol, "CNC"), quantity, at));
  }

  private void there(String symbol, long quantity, String price) {
    lines.add(line(lines.size() + 1, symbol, null, null, quantity, price));
  }

  private static StatementLine line(
      int line, String symbol, String exchange, String isin, long quantity, String price) {
    return new StatementLine(
        line,
        symbol,
        exchange,
        isin,
        "CNC",
        null,
        quantity,
        price == null ? null : new BigDecimal(price),
        null,
        null,
        null);
  }
}
