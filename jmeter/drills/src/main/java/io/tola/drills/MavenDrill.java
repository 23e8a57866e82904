package io.tola.drills;

import io.tola.standalone.OwnProcess;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** What {@code mvn -Pdrill} calls in Maven's own JVM: runs {@link DrillRun} as a process, because a drill starts a broker in its own. */
public final class MavenDrill {

  private MavenDrill() {}

  /** Argument: the project's folder. */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> given = new TreeMap<>();
    Properties system = System.getProperties();
    for (String name : system.stringPropertyNames()) {
      if (name.equals("drill") || name.startsWith("drill.")) {
        given.put(name, system.getProperty(name));
      }
    }
    OwnProcess.runAndExit(List.of("-Xmx512m"), given, DrillRun.class, List.of(arguments[0]));
  }
}
