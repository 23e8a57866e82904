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
 * @param orders stored, as the answers of batches say; 0 where requests aren't batches
 * @param ordersNotPlaced answered otherwise, or in a batch that was answered otherwise
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
    long failed,
    long orders,
    long ordersNotPlaced) {

  double perSecond() {
    return requests * 1e6 / micros;
  }
}
