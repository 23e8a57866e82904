package io.tola.systemtests.platform;

import java.io.IOException;
import java.util.stream.Stream;

/** Freezes and thaws processes: a hung part finds bugs that a dead one doesn't. */
public final class Signals {

  private Signals() {}

  /** Stops a process and all its children where they stand (SIGSTOP). */
  public static void freeze(long pid) {
    send("STOP", pid);
  }

  /** Lets them go on (SIGCONT). */
  public static void thaw(long pid) {
    send("CONT", pid);
  }

  private static void send(String signal, long pid) {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    // The parent first: it must not start another child meanwhile.
    Stream.concat(Stream.of(process), process.descendants())
        .map(ProcessHandle::pid)
        .forEach(p -> kill(signal, p));
  }

  private static void kill(String signal, long pid) {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
    } catch (IOException e) {
      throw new IllegalStateException("can't send " + signal, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
