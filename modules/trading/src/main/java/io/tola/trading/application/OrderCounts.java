package io.tola.trading.application;

import io.tola.kernel.AccountId;
import io.tola.trading.api.OrderFlow;
import io.tola.trading.store.FlowStore;
import io.tola.trading.store.StoreFault;
import jakarta.annotation.Resource;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** Counts orders for who follows along. */
@Stateless
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
@Local(OrderFlow.class)
public class OrderCounts implements OrderFlow {

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Override
  public Map<AccountId, Long> newest() {
    return read(() -> new FlowStore(dataSource).newest());
  }

  @Override
  public List<Counts> counts(Collection<Span> spans) {
    return read(() -> new FlowStore(dataSource).counts(List.copyOf(spans)));
  }

  @Override
  public List<Refused> refused(Collection<Span> spans) {
    return read(() -> new FlowStore(dataSource).refused(List.copyOf(spans)));
  }

  @Override
  public List<Working> working(AccountId account) {
    return read(() -> new FlowStore(dataSource).working(account));
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
