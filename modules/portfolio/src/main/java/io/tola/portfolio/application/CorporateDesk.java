package io.tola.portfolio.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.MarketData;
import io.tola.portfolio.api.CorporateAction;
import io.tola.portfolio.api.CorporateActions;
import io.tola.portfolio.store.CorporateActionStore;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Local;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/** Takes and answers corporate actions; {@link CorporateClerk} does what needs a transaction. */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@Local(CorporateActions.class)
public class CorporateDesk implements CorporateActions {

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Inject private CorporateClerk clerk;

  @Inject private MarketData market;

  @Inject private Clock clock;

  private CorporateActionStore store;

  /** For the container. */
  public CorporateDesk() {}

  CorporateDesk(DataSource dataSource, CorporateClerk clerk, MarketData market, Clock clock) {
    this.dataSource = dataSource;
    this.clerk = clerk;
    this.market = market;
    this.clock = clock;
    start();
  }

  @PostConstruct
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  void start() {
    store = new CorporateActionStore(dataSource);
  }

  @Override
  public CorporateAction record(CorporateAction action, String actor) {
    if (market.instrument(action.symbol()).isEmpty()) {
      throw new ProblemException(
          ProblemCode.UNKNOWN_SYMBOL, "There is no symbol " + action.symbol());
    }
    return clerk.record(action, actor);
  }

  @Override
  public List<CorporateAction> actions(Symbol symbol, LocalDate from, LocalDate to) {
    return store.list(symbol, from, to, MOST);
  }

  @Override
  public Map<Symbol, List<CorporateAction>> of(Collection<Symbol> symbols) {
    Map<Symbol, List<CorporateAction>> found = new LinkedHashMap<>();
    for (CorporateAction action : store.ofSymbols(symbols)) {
      found.computeIfAbsent(action.symbol(), s -> new ArrayList<>()).add(action);
    }
    return found;
  }

  @Override
  public Applied apply(UUID actionId, String actor) {
    CorporateAction action =
        store
            .byId(actionId)
            .orElseThrow(
                () ->
                    new ProblemException(
                        ProblemCode.CORPORATE_ACTION_NOT_FOUND,
                        "There is no such corporate action"));
    if (action.recordedBy().equals(actor)) {
      throw new ProblemException(
          ProblemCode.SECOND_PERSON_REQUIRED,
          "Who recorded a corporate action can't be the one who applies it");
    }
    if (action.exDate().isAfter(PnlClerk.day(clock.instant()))) {
      throw new ProblemException(
          ProblemCode.CORPORATE_ACTION_CONFLICT,
          "It can't be applied before its ex-date, " + action.exDate());
    }
    int before = store.applied(actionId);
    Instant exDateStart = action.exDate().atStartOfDay(Reckoning.INDIA).toInstant();
    List<Effect> effects = new ArrayList<>();
    List<Skipped> skipped = new ArrayList<>();
    for (AccountId account : store.concerned(action, exDateStart)) {
      Optional<CorporateClerk.Outcome> outcome = clerk.apply(action, account, actor);
      while (outcome.isEmpty()) {
        outcome = clerk.apply(action, account, actor);
      }
      effects.addAll(outcome.get().effects());
      skipped.addAll(outcome.get().skipped());
    }
    return new Applied(action, effects, skipped, before);
  }
}
