package io.tola.trading.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Symbol;
import io.tola.trading.api.Product;
import io.tola.trading.api.Trade;
import io.tola.trading.api.TradeFeed;
import io.tola.trading.store.StoreFault;
import io.tola.trading.store.TradeStore;
import jakarta.annotation.Resource;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** Reads trades for who keeps accounts of them. */
@Stateless
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@Local(TradeFeed.class)
public class TradeReports implements TradeFeed {

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Override
  public List<Trade> after(AccountId account, long after, long upTo) {
    return read(() -> new TradeStore(dataSource).after(account, after, upTo));
  }

  @Override
  public List<Trade> between(AccountId account, Instant from, Instant to, long upTo, int most) {
    return read(() -> new TradeStore(dataSource).between(account, from, to, upTo, most));
  }

  @Override
  public Moved moved(
      AccountId account, Symbol symbol, Product product, Instant since, long after, long upTo) {
    return read(
        () -> new TradeStore(dataSource).moved(account, symbol, product, since, after, upTo));
  }

  private static <T> T read(Supplier<T> query) {
    try {
      return query.get();
    } catch (StoreFault e) {
      if (Fault.of(e) == Fault.DEFECT) {
        throw e;
      }
      throw Outcomes.notReadable();
    }
  }
}
