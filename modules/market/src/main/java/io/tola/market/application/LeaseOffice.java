package io.tola.market.application;

import io.tola.kernel.sql.SqlFault;
import io.tola.market.store.LeaseStore;
import jakarta.ejb.LocalBean;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The transactions of leases: to take, renew and give back is each one of its own. */
@Stateless
@LocalBean
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class LeaseOffice {

  @Inject private LeaseStore store;

  /** For the container. */
  public LeaseOffice() {}

  LeaseOffice(LeaseStore store) {
    this.store = store;
  }

  /** As {@link LeaseStore#take}. */
  public Optional<LeaseStore.Taken> take(String name, Duration length) {
    try {
      return store.take(name, length);
    } catch (SQLException e) {
      throw new SqlFault(e);
    }
  }

  /** As {@link LeaseStore#renew}. */
  public Optional<Instant> renew(String name, long token, Duration length) {
    try {
      return store.renew(name, token, length);
    } catch (SQLException e) {
      throw new SqlFault(e);
    }
  }

  /** As {@link LeaseStore#confirm}, in the caller's transaction. */
  @TransactionAttribute(TransactionAttributeType.MANDATORY)
  public boolean confirm(String name, long token) {
    try {
      return store.confirm(name, token);
    } catch (SQLException e) {
      throw new SqlFault(e);
    }
  }
}
