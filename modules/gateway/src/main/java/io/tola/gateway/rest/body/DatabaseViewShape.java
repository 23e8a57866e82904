package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.performance.api.DatabaseView;
import java.time.Instant;
import java.util.List;

/** The database's own view. */
public record DatabaseViewShape(
    Instant timestamp,
    String serverVersion,
    String statementsFrom,
    String statementsMissing,
    List<DatabaseView.ServerStatement> statements,
    List<DatabaseView.TableUse> tables,
    List<DatabaseView.SessionWait> waits,
    List<DatabaseView.BlockedSession> blocked)
    implements Shape {

  public static DatabaseViewShape of(DatabaseView view) {
    return new DatabaseViewShape(
        view.timestamp(),
        view.serverVersion(),
        view.statementsFrom(),
        view.statementsMissing(),
        view.statements(),
        view.tables(),
        view.waits(),
        view.blocked());
  }
}
