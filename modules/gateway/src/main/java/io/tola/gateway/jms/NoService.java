package io.tola.gateway.jms;

import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import java.sql.SQLException;
import java.util.concurrent.CompletionException;

/** Tells a failure that is nobody's fault and passes from one of the message or of the program. */
final class NoService {

  private static final int DEEPEST = 20;

  private NoService() {}

  /** Whether it is worth waiting: the database is away, or the platform is busy. */
  static boolean is(Throwable cause) {
    if (cause instanceof ProblemException problem) {
      return problem.code() == ProblemCode.DATABASE_UNAVAILABLE
          || problem.code() == ProblemCode.PIPELINE_FULL
          || problem.code() == ProblemCode.UNAVAILABLE;
    }
    int depth = 0;
    for (Throwable at = cause; at != null && depth++ < DEEPEST; at = at.getCause()) {
      if (at instanceof SQLException sql && sql.getSQLState() != null) {
        String state = sql.getSQLState();
        return state.startsWith("08") || state.startsWith("57") || state.startsWith("53");
      }
    }
    return false;
  }

  /** What a stage failed with. */
  static Throwable unwrap(Throwable thrown) {
    return thrown instanceof CompletionException && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
  }
}
