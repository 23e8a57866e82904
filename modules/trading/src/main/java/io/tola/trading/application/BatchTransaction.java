package io.tola.trading.application;

import jakarta.annotation.Resource;
import jakarta.ejb.LocalBean;
import jakarta.ejb.SessionContext;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import java.util.function.BooleanSupplier;

/**
 * The container's transaction around one batch. A session bean because Liberty gives its {@code
 * UserTransaction} to code that a bean's method is running, not to a bean's threads (it says: EJB
 * UserTransaction can only be used from an EJB).
 */
@Stateless
@LocalBean
public class BatchTransaction {

  @Resource private SessionContext context;

  /**
   * Runs the work in a new transaction and commits it when the work says so.
   *
   * @param work must not throw; an exception that passes a session bean is logged and wrapped
   * @return whether it was meant to commit: false when the work said no or somebody marked the
   *     transaction for rollback
   * @throws RuntimeException when the commit failed or its answer got lost
   */
  @TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
  public boolean run(BooleanSupplier work) {
    boolean commit = work.getAsBoolean() && !context.getRollbackOnly();
    if (!commit) {
      context.setRollbackOnly();
    }
    return commit;
  }
}
