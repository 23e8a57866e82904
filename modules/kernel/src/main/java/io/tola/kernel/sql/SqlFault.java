package io.tola.kernel.sql;

import java.sql.SQLException;

/**
 * The database failed or refused a statement: a fault, never a business refusal. The cause says
 * which, and by its SQLState whether trying again can help.
 */
public class SqlFault extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public SqlFault(SQLException cause) {
    super("the database refused: " + cause.getMessage(), cause);
  }
}
