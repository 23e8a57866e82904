package io.tola.risk.api;

import io.tola.kernel.Page;
import java.util.List;

/** The record of what risk saw and did, and the alerts that go out with it. Thread-safe. */
public interface RiskEvents {

  /**
   * Writes events in the caller's transaction, or in one of its own; those above INFO are alerts to
   * {@code tola.risk.alerts} that leave if, and only if, it commits. An event older than a day is
   * recorded and not told. Call it late: it holds the accounts' alert numbers until the commit.
   *
   * <p>An event is no audit entry: whoever changes something writes that as well.
   */
  void record(List<NewRiskEvent> events);

  /**
   * Events, newest first.
   *
   * @throws io.tola.kernel.problem.ProblemException INVALID_PARAMETER for a bad limit or cursor
   */
  Page<RiskEvent> list(RiskEventFilter filter);
}
