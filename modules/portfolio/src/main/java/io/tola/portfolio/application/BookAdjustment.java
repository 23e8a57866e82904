package io.tola.portfolio.application;

import io.tola.kernel.Ids;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.portfolio.api.BreakClass;
import io.tola.portfolio.api.BreakView;
import io.tola.portfolio.domain.recon.Correction;
import io.tola.portfolio.domain.recon.Figures;
import io.tola.portfolio.store.ReconciliationRows;
import io.tola.portfolio.store.ReconciliationRows.LockedPosition;
import io.tola.trading.api.Product;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Books what a break proposes, under the account's own lock, so that no order's batch sees half of it.
 *
 * <p>The difference is booked, not the statement's figure: what was traded since the statement stays. A
 * position that orders work on is refused, because they have set shares and cash of it aside.
 */
final class BookAdjustment {

  /** What was done, for people and for the audit trail. */
  record Done(String text, Map<String, Object> figures) {}

  private final ReconciliationRows rows;

  BookAdjustment(ReconciliationRows rows) {
    this.rows = rows;
  }

  /**
   * @throws ProblemException BREAK_NOT_BOOKABLE, before anything was written
   */
  Done book(BreakView found, Instant now) {
    Figures ours = Figures.read(found.ours());
    Figures theirs = Figures.read(found.theirs());
    if (Arrays.stream(Product.values()).noneMatch(p -> p.name().equals(found.product()))) {
      throw refused("the platform has no product " + found.product());
    }
    var known = rows.lockPosition(found.accountId(), found.symbol(), found.product());
    if (known.isPresent() && !known.get().idle()) {
      throw refused("orders work on the position; cancel them first");
    }
    if (known.isPresent() && known.get().quantity() < 0
        || ours.quantity() < 0
        || theirs.quantity() < 0) {
      throw refused("the position is short, and only orders change what is set aside for that");
    }
    List<Correction.OpenLot> lots = known.map(rows::lots).orElse(List.of());
    long nextLot = known.map(LockedPosition::nextLot).orElse(1L);
    Correction correction =
        switch (found.breakClass()) {
          case PRICE -> Correction.price(lots, nextLot, theirs.averagePrice(), found.breakId());
          case CORPORATE_ACTION ->
              Correction.ratio(lots, nextLot, ours.quantity(), theirs.quantity());
          default ->
              Correction.shares(
                  lots,
                  nextLot,
                  theirs.quantity() - ours.quantity(),
                  found.breakClass() == BreakClass.MISSING_HERE || isUntraded(lots, ours)
                      ? theirs.averagePrice()
                      : null,
                  found.breakId(),
                  now);
        };
    LockedPosition position =
        known.orElseGet(
            () ->
                rows.insertPosition(
                    Ids.next(), found.accountId(), found.symbol(), found.product(), now));
    rows.write(found.accountId(), position, correction, now);
    BigDecimal paid = correction.cost().subtract(position.cost());
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("position_id", position.positionId());
    figures.put("symbol", found.symbol());
    figures.put("product", found.product());
    figures.put("quantity_before", position.quantity());
    figures.put("quantity_after", correction.quantity());
    figures.put("cost_before", position.cost());
    figures.put("cost_after", correction.cost());
    figures.put("funded_cash_change", paid);
    return new Done(
        "%s %s: %d shares at a cost of %s became %d at %s"
            .formatted(
                found.symbol(),
                found.product(),
                position.quantity(),
                position.cost().toPlainString(),
                correction.quantity(),
                correction.cost().toPlainString()),
        figures);
  }

  /** Whether the books still hold what they held when they were compared. */
  private static boolean isUntraded(List<Correction.OpenLot> lots, Figures ours) {
    return lots.stream().mapToLong(Correction.OpenLot::quantity).sum() == ours.quantity();
  }

  private static ProblemException refused(String why) {
    return new ProblemException(
        ProblemCode.BREAK_NOT_BOOKABLE, "The books can't follow the statement: " + why);
  }
}
