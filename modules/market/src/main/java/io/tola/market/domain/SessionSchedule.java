package io.tola.market.domain;

import io.tola.market.api.SessionPhase;
import java.time.Instant;

/** When the market is in which phase. Implementations are immutable. */
public interface SessionSchedule {

  /** A market that never closes: the simulated one's default. */
  SessionSchedule ALWAYS_OPEN = at -> SessionPhase.OPEN;

  SessionPhase phaseAt(Instant at);
}
