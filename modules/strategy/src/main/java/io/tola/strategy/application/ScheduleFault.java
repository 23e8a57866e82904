package io.tola.strategy.application;

import jakarta.ejb.ApplicationException;

/**
 * Strategies that are due couldn't be run; the next tick tries again. The container leaves it to the
 * caller, who says it once, instead of logging each as an error of the bean with all its traces.
 */
@ApplicationException
public class ScheduleFault extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ScheduleFault(String what, RuntimeException cause) {
    super(what + ": " + cause.getMessage(), cause);
  }
}
