package io.tola.trading.application;

import io.tola.kernel.AccountId;
import io.tola.trading.api.Execution;
import io.tola.trading.api.ExecutionFeed;
import io.tola.trading.store.ExecutionStore;
import io.tola.trading.store.StoreFault;
import jakarta.annotation.Resource;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** Reads execution reports for who follows along. */
@Stateless
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@Local(ExecutionFeed.class)
public class ExecutionReports implements ExecutionFeed {

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Override
  public Map<AccountId, Long> newest(Set<AccountId> accounts) {
    return read(() -> new ExecutionStore(dataSource).newest(accounts));
  }

  @Override
  public Map<Position, List<Execution>> after(Collection<Position> positions) {
    return read(() -> new ExecutionStore(dataSource).after(List.copyOf(positions)));
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
