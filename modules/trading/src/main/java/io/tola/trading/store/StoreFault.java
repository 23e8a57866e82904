package io.tola.trading.store;

import java.sql.SQLException;

/**
 * The database failed or refused a statement: a fault, never a business refusal. The cause says
 * which; the pipeline decides whether trying again makes sense.
 */
public class StoreFault extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StoreFault(String what, SQLException cause) {
    super(what + ": " + cause.getMessage(), cause);
  }
}
