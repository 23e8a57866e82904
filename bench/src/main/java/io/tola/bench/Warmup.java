package io.tola.bench;

import java.io.IOException;

/**
 * Runs a load until it costs the server no less than before: in pieces of {@value #PIECE_SECONDS} s,
 * at least as long as told, until the processor time of one request has not fallen by more
 * than {@value #PERCENT} % from one piece to the next, twice running, at most {@value #MOST_SECONDS} s
 * in all. A fixed time isn't enough: the compiler works for as long as the processors leave it time,
 * which on a loaded machine of two is minutes. Once isn't either: pieces differ by chance.
 */
final class Warmup {

  static final int PIECE_SECONDS = 10;
  static final int MOST_SECONDS = 240;
  private static final int PERCENT = 5;

  /** Puts load on the server. */
  @FunctionalInterface
  interface Run {
    /** Runs that long and returns how many requests (or orders, or ticks) were served. */
    long serve(int seconds) throws Exception;
  }

  private final long serverPid;

  Warmup(long serverPid) {
    this.serverPid = serverPid;
  }

  /**
   * @param what for the line of progress
   * @param atLeast seconds; 0 for no warm-up at all
   */
  void run(String what, int atLeast, Run load) throws Exception {
    if (atLeast <= 0) {
      return;
    }
    int piece = Math.min(atLeast, PIECE_SECONDS);
    int spent = 0;
    int steady = 0;
    double before = Double.POSITIVE_INFINITY;
    while (true) {
      double cost = cost(piece, load);
      spent += piece;
      System.out.printf(
          "bench | warming up, %s: %d s, %.1f µs of the server's processors each%n",
          what, spent, cost);
      steady = cost >= before * (100 - PERCENT) / 100 ? steady + 1 : 0;
      before = cost;
      if (spent >= Math.max(atLeast, MOST_SECONDS) || (spent >= atLeast && steady >= 2)) {
        return;
      }
    }
  }

  private double cost(int seconds, Run load) throws Exception {
    double before = ProcessorTime.now(serverPid).server();
    long served = load.serve(seconds);
    if (served == 0) {
      throw new IOException("nothing was served while warming up");
    }
    return (ProcessorTime.now(serverPid).server() - before) * 1e6 / served;
  }
}
