package io.tola.kernel.port;

import io.tola.kernel.ComponentStatus;

/** A part of the platform that readiness names. Implemented by session beans, asked by the gateway. */
public interface Component {

  /** The part's state now; answers in well under a second and never throws. */
  ComponentStatus status();
}
