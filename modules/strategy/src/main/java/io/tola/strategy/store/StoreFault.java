package io.tola.strategy.store;

import java.sql.SQLException;

/** The database failed or refused a statement: a fault, never a refusal. The cause says which. */
public class StoreFault extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StoreFault(String what, SQLException cause) {
    super(what + ": " + cause.getMessage(), cause);
  }
}
