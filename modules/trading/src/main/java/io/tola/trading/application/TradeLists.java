package io.tola.trading.application;

import io.tola.kernel.AccountId;
import io.tola.trading.api.Trade;
import io.tola.trading.api.TradeBook;
import io.tola.trading.store.StoreFault;
import io.tola.trading.store.TradeRows;
import jakarta.annotation.Resource;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;

/** Reads the trades of a period. */
@Stateless
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@Local(TradeBook.class)
public class TradeLists implements TradeBook {

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Override
  public List<Trade> trades(AccountId accountId, Instant from, Instant to, long upTo, int most) {
    try {
      return new TradeRows(dataSource).trades(accountId, from, to, upTo, most);
    } catch (StoreFault e) {
      if (Fault.of(e) == Fault.DEFECT) {
        throw e;
      }
      throw Outcomes.notReadable();
    }
  }
}
