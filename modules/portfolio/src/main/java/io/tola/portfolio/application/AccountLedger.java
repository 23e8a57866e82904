package io.tola.portfolio.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.sql.RoundTrip;
import io.tola.portfolio.store.BookStore;
import io.tola.portfolio.store.PositionKey;
import io.tola.trading.api.Product;
import io.tola.trading.api.spi.AccountBook;
import io.tola.trading.api.spi.BookSession;
import io.tola.trading.api.spi.HoldingKey;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.eclipse.microprofile.metrics.MetricRegistry;

/**
 * Keeps cash and positions for trading's pipeline. Works only inside the caller's transaction:
 * without one, {@code open} is refused, because a lock that ends with its statement locks nothing.
 *
 * <p>Needs READ COMMITTED: a batch that waited for an account must see what the one before it wrote.
 */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.MANDATORY)
public class AccountLedger implements AccountBook {

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Inject private Clock clock;

  @Inject private Instance<MetricRegistry> metrics;

  private BookStore store;
  private LedgerTimes times;

  /** For the container. */
  public AccountLedger() {}

  AccountLedger(DataSource dataSource, Clock clock) {
    this.dataSource = dataSource;
    this.clock = clock;
    start();
  }

  @PostConstruct
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  void start() {
    store = new BookStore(dataSource, code -> mayGoShort(Product.valueOf(code)));
    times = new LedgerTimes(metrics == null || metrics.isUnsatisfied() ? null : metrics.get());
  }

  @Override
  public Supplier<BookSession> open(
      Collection<AccountId> accounts,
      Collection<HoldingKey> holdings,
      Collection<UUID> restingOrders,
      RoundTrip trip) {
    long start = System.nanoTime();
    List<PositionKey> keys = new ArrayList<>(holdings.size());
    for (HoldingKey key : holdings) {
      keys.add(LedgerSession.key(key));
    }
    Supplier<BookStore.Loaded> locked = store.lock(accounts, keys, restingOrders, trip);
    return () -> {
      BookStore.Loaded books = locked.get();
      times.opened(System.nanoTime() - start);
      return new LedgerSession(store, books, holdings, clock, times);
    };
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public List<HoldingKey> openHoldings(Product product, HoldingKey after, int most) {
    PositionKey from = after == null ? null : LedgerSession.key(after);
    return store.openPositions(product.name(), from, most).stream()
        .map(key -> new HoldingKey(key.accountId(), key.symbol(), product))
        .toList();
  }

  /** Delivery needs the shares; the other products may owe them. */
  static boolean mayGoShort(Product product) {
    return product != Product.CNC;
  }
}
