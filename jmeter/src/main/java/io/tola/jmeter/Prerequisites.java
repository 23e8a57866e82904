package io.tola.jmeter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What must be there before a load is begun; each thing that isn't is a sentence that says what to do. */
final class Prerequisites {

  /** Files that JMeter has open without any user: jars, logs, samples. */
  private static final int FILES_OF_ITS_OWN = 500;

  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Path MEMORY = Path.of("/proc/meminfo");

  private Prerequisites() {}

  /**
   * @throws Refused when the file isn't there
   */
  static String password(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new Refused(
          "No password in "
              + file
              + ": -Dpassword.file= names the file; mvn -Prun keeps it in its data folder");
    }
  }

  /**
   * @param threads that JMeter will have at most
   * @throws Refused when something is missing
   */
  static void check(Platform platform, int threads, String username) throws InterruptedException {
    try {
      platform.mustBeReady();
    } catch (IOException e) {
      throw new Refused(
          "The target is not ready (" + said(e) + "); mvn -Prun starts one on this machine");
    }
    try {
      platform.login(username);
    } catch (IOException e) {
      throw new Refused("The password is not " + username + "'s: " + said(e));
    }
    check(threads, read(LIMITS), read(MEMORY));
  }

  /**
   * @param limits text of {@code /proc/self/limits}; empty where there is none, and nothing is asked then
   * @param memory text of {@code /proc/meminfo}; likewise
   */
  static void check(int threads, String limits, String memory) {
    OptionalLong files = first(limits, "Max open files\\s+\\d+\\s+(\\d+)");
    if (files.isPresent() && files.getAsLong() < threads + FILES_OF_ITS_OWN) {
      throw new Refused(
          threads
              + " users need "
              + (threads + FILES_OF_ITS_OWN)
              + " open files; at most "
              + files.getAsLong()
              + " are allowed: ulimit -n");
    }
    OptionalLong free = first(memory, "MemAvailable:\\s+(\\d+) kB");
    // Heap, and of each thread's stack and buffers what it really touches.
    long needed = (long) JMeterProcess.heapMegabytes(threads) + threads / 8 + 200;
    if (free.isPresent() && free.getAsLong() / 1024 < needed) {
      throw new Refused(
          threads
              + " users need "
              + needed
              + " MB; only "
              + free.getAsLong() / 1024
              + " MB are free");
    }
  }

  private static OptionalLong first(String text, String pattern) {
    Matcher m = Pattern.compile(pattern).matcher(text);
    return m.find() ? OptionalLong.of(Long.parseLong(m.group(1))) : OptionalLong.empty();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  private static String said(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
