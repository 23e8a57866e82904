package io.tola.drills;

/**
 * A request of the load and its end.
 *
 * @param due milliseconds since the load began at which it was to be sent; what it took counts from then
 * @param ended when its answer, or the certainty that there is none, was there
 */
record Sent(Order order, double due, double ended, Answer answer) {

  double latency() {
    return ended - due;
  }

  Answer.Kind kind() {
    return answer.kind();
  }
}
