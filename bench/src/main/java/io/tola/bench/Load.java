package io.tola.bench;

/**
 * One measured run of a load tool. Times in microseconds.
 *
 * @param what what was asked
 * @param connections kept open at once
 * @param requests answered within the run
 * @param micros how long it ran
 * @param notSuccessful answers other than 2xx and 3xx
 * @param failed requests without an answer
 */
record Load(
    String what,
    int connections,
    long requests,
    long micros,
    long p50,
    long p90,
    long p99,
    long p999,
    long max,
    long notSuccessful,
    long failed) {

  double perSecond() {
    return requests * 1e6 / micros;
  }
}
