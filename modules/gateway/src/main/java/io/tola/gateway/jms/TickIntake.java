package io.tola.gateway.jms;

import io.tola.gateway.json.Codes;
import io.tola.gateway.security.Caller;
import io.tola.kernel.Role;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.TickDesk;
import io.tola.market.api.TickFormat;
import io.tola.market.api.TickReport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Brings messages of ticks to the desk and stays until each is stored or a dead letter.
 *
 * <p>Small messages that nobody waits for are read together, up to {@value #MOST_LINES} lines: a
 * transaction for each tick would be slow, and of so many lines the report names every rejected one,
 * so each message still gets its own judgement. A database that is away is waited for, as long as it
 * takes; a message that the database refuses while it answers otherwise is given up after {@value
 * #MOST_REFUSALS} times, another defect after {@value OrderBatch#TRIES}. Used by one thread.
 */
final class TickIntake {

  private static final Logger LOG = System.getLogger(TickIntake.class.getName());

  /** As many as a report names. */
  static final int MOST_LINES = 100;

  /** With the pauses between, some twenty seconds: longer than a database takes to change over. */
  static final int MOST_REFUSALS = 10;

  private static final Codes<TickFormat> FORMATS =
      Codes.of(TickFormat.values(), f -> f.name().toLowerCase(Locale.ROOT));

  static final String NDJSON = "ndjson";

  private final TickDesk desk;
  private final Function<String, Caller> callers;
  private final BooleanSupplier databaseAnswers;
  private final Listening.Pause pause;

  /**
   * @param callers the rights of a user; null for nobody; may throw DATABASE_UNAVAILABLE
   * @param databaseAnswers asked after a failure: whether it was the database's
   */
  TickIntake(
      TickDesk desk,
      Function<String, Caller> callers,
      BooleanSupplier databaseAnswers,
      Listening.Pause pause) {
    this.desk = desk;
    this.callers = callers;
    this.databaseAnswers = databaseAnswers;
    this.pause = pause;
  }

  /**
   * Settles every task.
   *
   * @return false when the door closed before; what isn't settled then may have been stored or not
   */
  boolean settle(List<TickTask> tasks) throws InterruptedException {
    return Patience.settle(tasks, "messages of ticks", this::once, pause);
  }

  /** One attempt at all; returns those that need another. */
  private List<TickTask> once(List<TickTask> tasks) {
    List<TickTask> again = new ArrayList<>();
    List<TickTask> together = new ArrayList<>();
    int lines = 0;
    for (TickTask task : tasks) {
      try {
        check(task);
      } catch (RuntimeException e) {
        failed(List.of(task), e, again);
        continue;
      }
      if (!task.isSociable() || task.lines() > MOST_LINES) {
        take(List.of(task), again);
        continue;
      }
      if (lines + task.lines() > MOST_LINES) {
        take(together, again);
        together = new ArrayList<>();
        lines = 0;
      }
      together.add(task);
      lines += task.lines();
    }
    if (!together.isEmpty()) {
      take(together, again);
    }
    return again;
  }

  private void check(TickTask task) {
    Caller caller = task.user() == null ? null : callers.apply(task.user());
    if (caller == null || !caller.has(Role.FEED)) {
      throw new ProblemException(ProblemCode.FORBIDDEN, "Only feeds send ticks.");
    }
    if (task.format() != null && FORMATS.get(task.format()) == null) {
      throw new ProblemException(
          ProblemCode.INVALID_FIELD,
          "The message's property format " + FORMATS.message() + '.',
          List.of(new FieldError("format", FORMATS.message())));
    }
  }

  private void take(List<TickTask> tasks, List<TickTask> again) {
    TickFormat format =
        tasks.get(0).format() == null ? TickFormat.NDJSON : FORMATS.get(tasks.get(0).format());
    try {
      TickReport report = desk.take(new ByteArrayInputStream(joined(tasks)), format);
      if (tasks.size() == 1) {
        tasks.get(0).reported(report);
      } else {
        share(report, tasks);
      }
    } catch (RuntimeException e) {
      failed(tasks, e, again);
    }
  }

  private static byte[] joined(List<TickTask> tasks) {
    if (tasks.size() == 1) {
      return tasks.get(0).body();
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (TickTask task : tasks) {
      byte[] body = task.body();
      all.writeBytes(body);
      if (body[body.length - 1] != '\n') {
        all.write('\n');
      }
    }
    return all.toByteArray();
  }

  /** Gives each message what the report says of its lines. */
  private static void share(TickReport report, List<TickTask> tasks) {
    long before = 0;
    for (TickTask task : tasks) {
      List<TickReport.Rejected> own = new ArrayList<>();
      for (TickReport.Rejected rejected : report.firstErrors()) {
        if (rejected.line() > before && rejected.line() <= before + task.lines()) {
          own.add(
              new TickReport.Rejected(
                  rejected.line() - before, rejected.field(), rejected.message()));
        }
      }
      // Which of them were there before isn't known by message; nobody waits for it.
      task.reported(new TickReport(task.filledLines() - own.size(), 0, own.size(), true, own));
      before += task.lines();
    }
  }

  private void failed(List<TickTask> tasks, RuntimeException thrown, List<TickTask> again) {
    Throwable cause = NoService.unwrap(thrown);
    boolean noService = NoService.is(cause);
    boolean databaseAway = noService && !databaseAnswers.getAsBoolean();
    if (!noService
        && cause instanceof ProblemException problem
        && problem.code() != ProblemCode.INTERNAL) {
      for (TickTask task : tasks) {
        task.dead(problem, problem.getMessage());
      }
      return;
    }
    if (!noService) {
      LOG.log(Level.ERROR, "message " + tasks.get(0).id() + " failed", cause);
    }
    for (TickTask task : tasks) {
      if (tasks.size() > 1) {
        // One of them, and nobody knows which: each alone, so that none pays for another.
        task.readAlone();
        again.add(task);
      } else if (databaseAway || task.fault() < (noService ? MOST_REFUSALS : OrderBatch.TRIES)) {
        again.add(task);
      } else {
        ProblemException problem =
            cause instanceof ProblemException known
                ? known
                : new ProblemException(
                    ProblemCode.INTERNAL,
                    "The platform failed. Give the trace_id to whoever runs it.");
        task.dead(
            problem, "failed again and again: " + problem.getMessage() + " The log says why.");
      }
    }
  }
}
