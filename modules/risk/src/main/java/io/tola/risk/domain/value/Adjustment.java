package io.tola.risk.domain.value;

import io.tola.portfolio.api.CorporateAction;
import io.tola.portfolio.api.PriceFactors;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;

/**
 * Makes prices and volumes of different days comparable: as they would have been with the shares of
 * today. Only recorded corporate actions count; nothing is guessed. Stateless.
 *
 * <p>A price is multiplied with the product of old by new shares of every split and bonus whose ex-date
 * comes after its day ({@link PriceFactors}), a volume divided by it. A dividend changes no price: it
 * is return of its ex-date, per share as shares were the day before. Nothing is rounded.
 */
public final class Adjustment {

  private Adjustment() {}

  /**
   * @param traded as it traded
   * @param actions of this asset, in any order; those with an ex-date after {@code today} don't count
   */
  public static PriceSeries of(PriceSeries traded, List<CorporateAction> actions, LocalDate today) {
    List<CorporateAction> known = PriceFactors.asOf(actions, today).actions();
    if (known.isEmpty() || traded.size() == 0) {
      return traded;
    }
    PriceFactors factors = new PriceFactors(known);
    int size = traded.size();
    double[] opens = new double[size];
    double[] closes = new double[size];
    double[] volumes = new double[size];
    double[] ratios = new double[size];
    double[] dividends = new double[size];
    double factor = 1;
    int next = known.size();
    for (int i = size - 1; i >= 0; i--) {
      int day = traded.days()[i];
      boolean stepped = false;
      while (next > 0 && known.get(next - 1).exDate().toEpochDay() > day) {
        next--;
        stepped = true;
      }
      double before = stepped ? factors.factor(LocalDate.ofEpochDay(day)).doubleValue() : factor;
      if (i < size - 1) {
        ratios[i + 1] = factor / before;
      }
      factor = before;
      opens[i] = traded.opens()[i] * factor;
      closes[i] = traded.closes()[i] * factor;
      volumes[i] = traded.volumes()[i] / factor;
    }
    ratios[0] = 1;
    for (CorporateAction action : known) {
      if (action.kind() == CorporateAction.Kind.DIVIDEND) {
        int day = (int) action.exDate().toEpochDay();
        int found = Arrays.binarySearch(traded.days(), day);
        // Without a bar of that day it is return of the next.
        int at = found < 0 ? -found - 1 : found;
        if (at < size) {
          dividends[at] +=
              action.perShare().value().doubleValue()
                  * factors.factor(action.exDate().minusDays(1)).doubleValue();
        }
      }
    }
    return new PriceSeries(traded.days(), opens, closes, volumes, ratios, dividends);
  }
}
