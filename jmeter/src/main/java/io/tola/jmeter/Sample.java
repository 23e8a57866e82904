package io.tola.jmeter;

import java.util.Map;

/**
 * One line of a {@code .jtl} file: one request and what became of it.
 *
 * @param start when it was sent, milliseconds of the epoch
 * @param elapsed until its answer was read whole, milliseconds
 * @param label method and path as the contract has them
 * @param code status, or JMeter's word for what came instead of an answer
 * @param failure what the first check that failed says; empty otherwise
 * @param thread as JMeter names it: {@code <thread group> <group>-<number>}
 * @param users threads that ran at its end
 * @param variables the ones that the runner has JMeter write: username, coid, order_id, order_status, order_coids, due
 */
record Sample(
    long start,
    long elapsed,
    String label,
    String code,
    boolean success,
    String failure,
    String thread,
    int users,
    Map<String, String> variables) {

  static final String LOGIN_GROUP = "Log in";
  static final String REFRESH_GROUP = "Refresh tokens";

  long end() {
    return start + elapsed;
  }

  /** When it was to be sent, milliseconds of the epoch: in the closed model when it was sent. */
  long due() {
    String due = variables.get("due");
    return due == null ? start : Math.min(start, Long.parseLong(due));
  }

  /** Milliseconds that it was sent later than it was due. */
  long late() {
    return start - due();
  }

  /** Whether it belongs to the load; logging in and renewing tokens is around it. */
  boolean counts() {
    return !thread.startsWith(LOGIN_GROUP) && !thread.startsWith(REFRESH_GROUP);
  }
}
