package io.tola.portfolio.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.portfolio.api.CorporateAction;
import io.tola.portfolio.api.CorporateActions.Effect;
import io.tola.portfolio.api.CorporateActions.Reason;
import io.tola.portfolio.api.CorporateActions.Skipped;
import io.tola.portfolio.domain.Lot;
import io.tola.portfolio.domain.LotSplit;
import io.tola.portfolio.domain.PnlBook;
import io.tola.portfolio.store.CorporateActionStore;
import io.tola.portfolio.store.CorporateActionStore.Cash;
import io.tola.portfolio.store.CorporateActionStore.Holding;
import io.tola.portfolio.store.PnlStore;
import io.tola.portfolio.store.PositionKey;
import io.tola.trading.api.Product;
import io.tola.trading.api.TradeFeed;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Records corporate actions and applies them, an account a transaction.
 *
 * <p>Locks in this order: the account's reckoning, then the account. The reckoning first, because who
 * reckons may come to lock the account; the order pipeline locks accounts only.
 */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class CorporateClerk {

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Inject private Clock clock;

  @Inject private TradeFeed trades;

  @Inject private AuditTrail auditTrail;

  private CorporateActionStore store;
  private PnlStore books;
  private Reckoning reckoning;

  /** For the container. */
  public CorporateClerk() {}

  CorporateClerk(DataSource dataSource, Clock clock, TradeFeed trades, AuditTrail auditTrail) {
    this.dataSource = dataSource;
    this.clock = clock;
    this.trades = trades;
    this.auditTrail = auditTrail;
    start();
  }

  @PostConstruct
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  void start() {
    store = new CorporateActionStore(dataSource);
    books = new PnlStore(dataSource);
    reckoning = new Reckoning(books, trades, clock);
  }

  /**
   * Records the action once.
   *
   * @throws ProblemException CORPORATE_ACTION_CONFLICT when there is another one in its place
   */
  public CorporateAction record(CorporateAction action, String actor) {
    CorporateAction named =
        new CorporateAction(
            Ids.next(),
            action.symbol(),
            action.exDate(),
            action.kind(),
            action.oldShares(),
            action.newShares(),
            action.perShare(),
            action.cashForFraction(),
            action.source(),
            actor,
            clock.instant());
    if (!store.insert(named)) {
      CorporateAction there = store.same(named).orElseThrow();
      if (there.saysTheSameAs(named)) {
        return there;
      }
      throw new ProblemException(
          ProblemCode.CORPORATE_ACTION_CONFLICT,
          "There is another "
              + named.kind()
              + " of "
              + named.symbol()
              + " on "
              + named.exDate()
              + ": "
              + there.actionId());
    }
    auditTrail.append(
        List.of(
            new AuditEntry(
                Ids.next(),
                named.recordedAt(),
                actor,
                "corporate_action_recorded",
                "corporate_action",
                named.actionId().toString(),
                null,
                detail(named))));
    return named;
  }

  private static Map<String, Object> detail(CorporateAction action) {
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("symbol", action.symbol().value());
    detail.put("ex_date", action.exDate().toString());
    detail.put("kind", action.kind().name());
    if (action.kind() == CorporateAction.Kind.DIVIDEND) {
      detail.put("per_share", action.perShare().value());
    } else {
      detail.put("old_shares", action.oldShares());
      detail.put("new_shares", action.newShares());
      if (action.cashForFraction() != null) {
        detail.put("cash_for_fraction", action.cashForFraction().value());
      }
    }
    detail.put("source", action.source());
    return detail;
  }

  /** What came of one account; empty lists when nothing in it is concerned. */
  public record Outcome(List<Effect> effects, List<Skipped> skipped) {}

  /**
   * Applies the action to the account's positions that it wasn't applied to.
   *
   * @return empty when trades are still to be reckoned: to be called again
   */
  public Optional<Outcome> apply(CorporateAction action, AccountId account, String actor) {
    PnlStore.Version seen = books.version(account).orElseThrow();
    if (!reckoning.advance(account, seen.sequence())) {
      return Optional.empty();
    }
    Cash cash = store.lockAccount(account);
    // Nobody trades on it now: what came in since is little, and the last.
    while (!reckoning.advance(account, books.version(account).orElseThrow().sequence())) {}
    List<Effect> effects = new ArrayList<>();
    List<Skipped> skipped = new ArrayList<>();
    List<AuditEntry> entries = new ArrayList<>();
    Instant now = clock.instant();
    Money settled = cash.settled();
    for (Holding holding : store.holdings(action, account)) {
      boolean isDividend = action.kind() == CorporateAction.Kind.DIVIDEND;
      if ((isDividend ? holding.held() : holding.concerned()) == 0) {
        continue;
      }
      Change change = isDividend ? dividend(action, holding) : split(action, holding);
      Money after = change.reason == null ? settled.plus(change.cash) : settled;
      Reason reason =
          change.reason == null && after.compareTo(cash.blocked()) < 0
              ? Reason.CASH
              : change.reason;
      if (reason != null) {
        skipped.add(new Skipped(account.value(), holding.positionId(), reason));
        continue;
      }
      settled = after;
      long quantity = write(action, account, holding, change, now);
      store.pay(account, holding.positionId(), change.cash, now);
      store.effect(
          action.actionId(),
          account,
          holding.positionId(),
          PnlClerk.day(now),
          holding.quantity(),
          quantity,
          change.cash,
          actor,
          now);
      effects.add(
          new Effect(
              account.value(),
              holding.positionId(),
              Product.valueOf(holding.product()),
              holding.quantity(),
              quantity,
              change.cash));
      entries.add(entry(action, account, holding, quantity, change.cash, actor, now));
    }
    if (!entries.isEmpty()) {
      auditTrail.append(entries);
    }
    return Optional.of(new Outcome(effects, skipped));
  }

  /**
   * What is to become of a position.
   *
   * @param lots the lots after a split; null for a dividend
   */
  private record Change(Reason reason, List<Lot> before, LotSplit.Result lots, Money cash) {
    static Change not(Reason reason) {
      return new Change(reason, null, null, null);
    }
  }

  private static Change dividend(CorporateAction action, Holding holding) {
    return new Change(
        null,
        null,
        null,
        new Money(action.perShare().value().multiply(BigDecimal.valueOf(holding.held()))));
  }

  private Change split(CorporateAction action, Holding holding) {
    boolean isLong = holding.concerned() > 0;
    if (holding.openQuantity() != 0) {
      return Change.not(Reason.WORKING_ORDERS);
    }
    if ((isLong ? holding.soldSince() : holding.boughtSince()) > 0) {
      return Change.not(Reason.CLOSED_SINCE);
    }
    if (holding.laterSplit() && (isLong ? holding.boughtSince() : holding.soldSince()) > 0) {
      return Change.not(Reason.SPLIT_SINCE);
    }
    List<Lot> lots = store.lots(holding.positionId());
    LotSplit.Result result =
        LotSplit.of(
            lots.stream().map(l -> new PnlBook.OpenLot(l.quantity(), l.price())).toList(),
            Math.abs(holding.concerned()),
            action.oldShares(),
            action.newShares());
    if (result == null || (!isLong && result.left() > 0)) {
      return Change.not(Reason.FRACTION);
    }
    Money cash =
        action.cashForFraction() == null
            ? Money.ZERO
            : new Money(
                action
                    .cashForFraction()
                    .value()
                    .multiply(BigDecimal.valueOf(result.left()))
                    .divide(BigDecimal.valueOf(action.oldShares()), 2, RoundingMode.HALF_UP));
    return new Change(null, lots, result, cash);
  }

  /** Writes the lots of position and book; returns the shares there are then. */
  private long write(
      CorporateAction action, AccountId account, Holding holding, Change change, Instant now) {
    if (change.lots == null) {
      return holding.quantity();
    }
    List<Lot> lots = new ArrayList<>(change.lots.pieces().size());
    long number = holding.nextLot();
    for (LotSplit.Piece piece : change.lots.pieces()) {
      Lot source = change.before.get(piece.source());
      lots.add(
          new Lot(number++, source.lotId(), piece.quantity(), piece.price(), source.openedAt()));
    }
    store.replaceLots(holding.positionId(), lots, change.lots.quantity(), now);
    List<PnlBook> book =
        books.books(account, List.of(new PositionKey(account, action.symbol(), holding.product())));
    book.get(0).split(Math.abs(holding.concerned()), action.oldShares(), action.newShares());
    books.writeBooks(account, book);
    return change.lots.quantity();
  }

  private static AuditEntry entry(
      CorporateAction action,
      AccountId account,
      Holding holding,
      long quantity,
      Money cash,
      String actor,
      Instant now) {
    Map<String, Object> detail = detail(action);
    detail.put("action_id", action.actionId().toString());
    detail.put("product", holding.product());
    detail.put("recorded_by", action.recordedBy());
    detail.put("held", holding.held());
    detail.put("quantity_before", holding.quantity());
    detail.put("quantity_after", quantity);
    detail.put("cash", cash.value());
    return new AuditEntry(
        Ids.next(),
        now,
        actor,
        "corporate_action_applied",
        "position",
        holding.positionId().toString(),
        account.value(),
        detail);
  }
}
