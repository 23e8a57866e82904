package io.tola.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A child process that doesn't outlive this JVM, however this JVM ends.
 *
 * <p>A small shell stands between: it holds the other end of a pipe, and when the pipe closes (because we stop the child, exit, crash,
 * or are killed with SIGKILL) it signals the child, and after a grace period kills it. Shutdown hooks alone can't do that. The child
 * gets a session of its own, so that Ctrl-C on the terminal reaches us and not it, and we stop things in the right order.
 *
 * <p>Thread-safe.
 */
public final class GuardedProcess {

  private static final String GUARD =
      """
      sig=$1; grace=$2; pidfile=$3; shift 3
      exec 3<&0
      "$@" </dev/null 3<&- &
      child=$!
      echo "$child" >"$pidfile"
      (
        read -r _ <&3
        kill -s "$sig" "$child" 2>/dev/null
        while [ "$grace" -gt 0 ] && kill -0 "$child" 2>/dev/null; do sleep 1; grace=$((grace - 1)); done
        kill -s KILL "$child" 2>/dev/null
      ) >/dev/null 2>&1 &
      watcher=$!
      exec 3<&-
      wait "$child"
      code=$?
      kill -s KILL "$watcher" 2>/dev/null
      rm -f "$pidfile"
      exit "$code"
      """;

  private static final boolean SETSID = Files.isExecutable(Path.of("/usr/bin/setsid"));

  private final Process guard;
  private final Path pidFile;
  private final Duration grace;

  private GuardedProcess(Process guard, Path pidFile, Duration grace) {
    this.guard = guard;
    this.pidFile = pidFile;
    this.grace = grace;
  }

  /**
   * Starts a command.
   *
   * @param environment added to this JVM's environment; a null value takes the variable away
   * @param output where standard output and error go; appended to
   * @param pidFile holds the child's process id while it lives; see {@link #stopLeftOver}
   * @param stopSignal what asks the child to stop: TERM, INT
   * @param grace how long it may take to stop before it is killed
   */
  public static GuardedProcess start(
      List<String> command,
      Map<String, String> environment,
      Path workingDirectory,
      Path output,
      Path pidFile,
      String stopSignal,
      Duration grace)
      throws IOException {
    Files.deleteIfExists(pidFile);
    List<String> guarded = new ArrayList<>();
    if (SETSID) {
      guarded.add("/usr/bin/setsid");
    }
    guarded.addAll(
        List.of(
            "/bin/sh",
            "-c",
            GUARD,
            "tola-guard",
            stopSignal,
            Long.toString(grace.toSeconds()),
            pidFile.toString()));
    guarded.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(guarded).directory(workingDirectory.toFile());
    environment.forEach(
        (name, value) -> {
          if (value == null) {
            builder.environment().remove(name);
          } else {
            builder.environment().put(name, value);
          }
        });
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    return new GuardedProcess(builder.start(), pidFile, grace);
  }

  /** Whether the child is running. */
  public boolean isAlive() {
    return guard.isAlive();
  }

  /** The child's exit code (128 and the signal's number if one ended it), or empty while it runs. */
  public Optional<Integer> exitCode() {
    return guard.isAlive() ? Optional.empty() : Optional.of(guard.exitValue());
  }

  /** The child's process id, or empty if it is gone or hasn't begun yet. */
  public Optional<Long> pid() {
    return readPid(pidFile);
  }

  /** Asks the child to stop and waits until it is gone; kills it after the grace period. Does nothing if it is gone. */
  public void stop() {
    try {
      guard.getOutputStream().close();
    } catch (IOException e) {
      // The guard is gone, and with it the pipe: what we wanted.
    }
    await(grace.plusSeconds(5));
  }

  /** Kills the child as SIGKILL does, without any chance to clean up, and waits until it is gone. */
  public void kill() {
    pid().flatMap(ProcessHandle::of).ifPresent(ProcessHandle::destroyForcibly);
    await(Duration.ofSeconds(5));
  }

  /** Calls back, on a thread of its own, when the child has ended. */
  public void whenEnded(Runnable callback) {
    whenEnded(guard.toHandle(), callback);
  }

  /** The same for any process. */
  static void whenEnded(ProcessHandle process, Runnable callback) {
    Thread watch =
        new Thread(
            () -> {
              process.onExit().join();
              callback.run();
            },
            "watch-" + process.pid());
    watch.setDaemon(true);
    watch.start();
  }

  private void await(Duration timeout) {
    try {
      if (!guard.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        pid().flatMap(ProcessHandle::of).ifPresent(ProcessHandle::destroyForcibly);
        guard.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Stops what an earlier run left behind, should even the guard have been killed.
   *
   * @param commandPart what the command line of the process must contain, so that a stranger who got the same process id isn't hit
   * @return whether something was stopped
   */
  static boolean stopLeftOver(Path pidFile, String commandPart, String stopSignal, Duration grace) {
    Optional<ProcessHandle> leftOver =
        readPid(pidFile)
            .flatMap(ProcessHandle::of)
            .filter(process -> commandLine(process).contains(commandPart));
    leftOver.ifPresent(
        process -> {
          signal(process, stopSignal);
          try {
            process.onExit().get(grace.toMillis(), TimeUnit.MILLISECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (java.util.concurrent.ExecutionException
              | java.util.concurrent.TimeoutException e) {
            process.destroyForcibly();
          }
        });
    return leftOver.isPresent();
  }

  private static void signal(ProcessHandle process, String signal) {
    try {
      new ProcessBuilder("/bin/sh", "-c", "kill -s " + signal + " " + process.pid())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      process.destroy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String commandLine(ProcessHandle process) {
    try {
      // ProcessHandle.Info cuts long command lines; /proc doesn't.
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
          .replace('\0', ' ');
    } catch (IOException e) {
      return process.info().commandLine().orElse("");
    }
  }

  private static Optional<Long> readPid(Path file) {
    try {
      // PostgreSQL's own file has the process id on its first line, too.
      return Files.readString(file)
          .lines()
          .findFirst()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .map(Long::valueOf);
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
