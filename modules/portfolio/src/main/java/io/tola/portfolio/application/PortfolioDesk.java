package io.tola.portfolio.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Page;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.MarketData;
import io.tola.market.api.Quote;
import io.tola.portfolio.api.AccountView;
import io.tola.portfolio.api.PortfolioSummary;
import io.tola.portfolio.api.Portfolios;
import io.tola.portfolio.api.PositionView;
import io.tola.portfolio.domain.Lot;
import io.tola.portfolio.store.PortfolioRows;
import io.tola.portfolio.store.PortfolioRows.AccountRow;
import io.tola.portfolio.store.PortfolioRows.AccountWithPositions;
import io.tola.portfolio.store.PortfolioRows.PositionRow;
import io.tola.portfolio.store.PortfolioRows.PositionWithLots;
import io.tola.portfolio.store.PositionKey;
import io.tola.trading.api.Product;
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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Answers readers, valuing positions at the quotes of the moment, and opens accounts.
 *
 * <p>Every answer is one statement, so it shows the books as some committed batch left them.
 */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
public class PortfolioDesk implements Portfolios {

  static final int MAX_LIMIT = 500;
  static final int MAX_LOTS = 1_000;
  private static final int MAX_NAME_LENGTH = 64;
  private static final int AVERAGE_SCALE = 6;

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Inject private Clock clock;

  @Inject private MarketData market;

  @Inject private AuditTrail auditTrail;

  private PortfolioRows rows;

  /** For the container. */
  public PortfolioDesk() {}

  PortfolioDesk(DataSource dataSource, Clock clock, MarketData market, AuditTrail auditTrail) {
    this.dataSource = dataSource;
    this.clock = clock;
    this.market = market;
    this.auditTrail = auditTrail;
    start();
  }

  @PostConstruct
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  void start() {
    rows = new PortfolioRows(dataSource);
  }

  @Override
  public Optional<AccountView> account(AccountId accountId) {
    return rows.account(accountId).map(PortfolioDesk::view);
  }

  @Override
  public Page<AccountView> accounts(int limit, String cursor) {
    requireLimit(limit);
    List<AccountRow> found = rows.accountsAfter(PageCursor.parseName(cursor), limit + 1);
    boolean more = found.size() > limit;
    List<AccountRow> shown = more ? found.subList(0, limit) : found;
    return new Page<>(
        shown.stream().map(PortfolioDesk::view).toList(),
        more ? PageCursor.ofName(shown.get(limit - 1).name()) : null);
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.REQUIRED)
  public AccountView openAccount(String name, Money cash, String actor) {
    return openAccounts(List.of(name), cash, actor).get(0);
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.REQUIRED)
  public List<AccountView> openAccounts(List<String> names, Money cash, String actor) {
    for (String name : names) {
      requireName(name);
    }
    if (cash.isNegative()) {
      throw new InvalidValueException("cash", "must not be negative");
    }
    Map<AccountId, String> wanted = new TreeMap<>();
    for (String name : Set.copyOf(names)) {
      wanted.put(new AccountId(Ids.next()), name);
    }
    Instant now = clock.instant();
    List<AccountId> opened =
        rows.insertAccounts(List.copyOf(wanted.keySet()), List.copyOf(wanted.values()), cash, now);
    Map<String, AccountView> byName = new HashMap<>();
    for (AccountRow row : rows.accountsNamed(wanted.values())) {
      byName.put(row.name(), view(row));
    }
    if (!opened.isEmpty()) {
      List<AuditEntry> entries = new ArrayList<>(opened.size());
      for (AccountId id : opened) {
        entries.add(
            new AuditEntry(
                Ids.next(),
                now,
                actor,
                "account_opened",
                "account",
                id.toString(),
                id.value(),
                Map.of("name", wanted.get(id), "cash", cash.value())));
      }
      auditTrail.append(entries);
    }
    return names.stream().map(byName::get).toList();
  }

  @Override
  public PortfolioSummary summary(AccountId accountId) {
    return overview(accountId, 0).summary();
  }

  @Override
  public Overview overview(AccountId accountId, int most) {
    AccountWithPositions found =
        rows.accountWithPositions(accountId)
            .orElseThrow(
                () ->
                    new ProblemException(
                        ProblemCode.ACCOUNT_NOT_FOUND, "There is no such account"));
    Map<Symbol, Quote> quotes = quotes(found.positions());
    Money cost = Money.ZERO;
    Money marketValue = Money.ZERO;
    Money realised = found.realisedPnlOfClosed();
    int withoutQuote = 0;
    for (PositionRow row : found.positions()) {
      cost = cost.plus(row.cost());
      realised = realised.plus(row.realisedPnl());
      Quote quote = quotes.get(row.key().symbol());
      if (quote == null) {
        withoutQuote++;
        marketValue = marketValue.plus(row.cost());
      } else {
        marketValue = marketValue.plus(value(row.quantity(), quote.last()));
      }
    }
    AccountRow account = found.account();
    PortfolioSummary summary =
        new PortfolioSummary(
            account.accountId(),
            account.name(),
            account.settledCash(),
            account.blockedCash(),
            account.settledCash().minus(account.blockedCash()),
            cost,
            marketValue,
            marketValue.minus(cost),
            realised,
            account.settledCash().plus(marketValue),
            found.positions().size(),
            withoutQuote,
            clock.instant());
    return new Overview(
        summary,
        found.positions().stream()
            .map(row -> view(row, quotes, List.of()))
            .sorted(Comparator.comparing(PortfolioDesk::size).reversed())
            .limit(most)
            .toList());
  }

  private static BigDecimal size(PositionView position) {
    Money value = position.marketValue() == null ? position.cost() : position.marketValue();
    return value.value().abs();
  }

  @Override
  public Page<PositionView> active(
      Set<AccountId> accounts, Symbol symbol, int limit, String cursor) {
    requireLimit(limit);
    PositionKey after = PageCursor.parse(cursor);
    return accounts.isEmpty()
        ? new Page<>(List.of(), null)
        : page(rows.withShares(accounts, symbol, after, limit + 1), limit);
  }

  @Override
  public Page<PositionView> open(Set<AccountId> accounts, Symbol symbol, int limit, String cursor) {
    requireLimit(limit);
    PositionKey after = PageCursor.parse(cursor);
    return accounts.isEmpty()
        ? new Page<>(List.of(), null)
        : page(rows.withSharesOrOrders(accounts, symbol, after, limit + 1), limit);
  }

  @Override
  public Optional<PositionView> position(UUID positionId, Set<AccountId> accounts) {
    if (accounts.isEmpty()) {
      return Optional.empty();
    }
    Optional<PositionWithLots> found = rows.position(positionId, accounts, MAX_LOTS);
    return found.map(p -> view(p.position(), quotes(List.of(p.position())), lots(p.lots())));
  }

  /** Cuts off the one row too many that says there is another page. */
  private Page<PositionView> page(List<PositionRow> found, int limit) {
    boolean more = found.size() > limit;
    List<PositionRow> shown = more ? found.subList(0, limit) : found;
    Map<Symbol, Quote> quotes = quotes(shown);
    List<PositionView> views = new ArrayList<>(shown.size());
    for (PositionRow row : shown) {
      views.add(view(row, quotes, List.of()));
    }
    return new Page<>(views, more ? PageCursor.of(shown.get(limit - 1).key()) : null);
  }

  private Map<Symbol, Quote> quotes(List<PositionRow> positions) {
    return positions.isEmpty()
        ? Map.of()
        : market.quotes(positions.stream().map(p -> p.key().symbol()).distinct().toList());
  }

  private static AccountView view(AccountRow row) {
    return new AccountView(
        row.accountId(),
        row.name(),
        row.open(),
        row.settledCash(),
        row.blockedCash(),
        row.updatedAt());
  }

  private static PositionView view(
      PositionRow row, Map<Symbol, Quote> quotes, List<PositionView.Lot> lots) {
    Quote quote = quotes.get(row.key().symbol());
    Money marketValue = quote == null ? null : value(row.quantity(), quote.last());
    return new PositionView(
        row.positionId(),
        row.key().accountId(),
        row.key().symbol(),
        Product.valueOf(row.key().product()),
        row.quantity(),
        Math.min(row.openSellQuantity(), Math.max(0, row.quantity())),
        row.quantity() == 0
            ? null
            : row.cost()
                .value()
                .divide(BigDecimal.valueOf(row.quantity()), AVERAGE_SCALE, RoundingMode.HALF_EVEN),
        row.cost(),
        row.realisedPnl(),
        quote == null ? null : quote.last(),
        marketValue,
        marketValue == null ? null : marketValue.minus(row.cost()),
        row.openedAt(),
        row.updatedAt(),
        lots);
  }

  private static List<PositionView.Lot> lots(List<Lot> lots) {
    return lots.stream()
        .map(l -> new PositionView.Lot(l.lotId(), l.quantity(), l.price(), l.openedAt()))
        .toList();
  }

  private static Money value(long shares, Price price) {
    return new Money(price.value().multiply(BigDecimal.valueOf(shares)));
  }

  private static void requireLimit(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw PageCursor.invalid("limit", "must be from 1 to " + MAX_LIMIT);
    }
  }

  private static void requireName(String name) {
    if (name == null
        || name.isBlank()
        || name.length() > MAX_NAME_LENGTH
        || name.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidValueException(
          "name", "must have 1 to " + MAX_NAME_LENGTH + " printable characters");
    }
  }
}
