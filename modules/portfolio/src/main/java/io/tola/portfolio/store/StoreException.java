package io.tola.portfolio.store;

import java.sql.SQLException;

/**
 * The database failed or refused. A fault: the caller's transaction is lost; the cause says whether
 * trying again can help (its SQLState).
 */
public class StoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StoreException(String doing, SQLException cause) {
    super(doing + " failed: " + cause.getMessage(), cause);
  }
}
