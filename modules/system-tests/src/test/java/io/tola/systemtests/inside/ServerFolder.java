package io.tola.systemtests.inside;

import io.tola.standalone.LibertyNode.Installation;
import io.tola.systemtests.platform.Sql;
import io.tola.systemtests.platform.TestPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Prepares, once a JVM, what Arquillian's server needs: a database, a broker, and a server folder of
 * a name that no other server on this machine has (the adapter finds its server by name).
 *
 * <p>A listener and no extension: it must come before Arquillian's own extension, and the test
 * classes, which are also loaded inside the server, must not name it.
 */
public final class ServerFolder implements TestExecutionListener {

  private static TestPlatform parts;

  @Override
  public void executionStarted(TestIdentifier test) {
    boolean inside =
        test.getSource()
            .filter(ClassSource.class::isInstance)
            .map(source -> ((ClassSource) source).getClassName())
            .filter(name -> name.startsWith(ServerFolder.class.getPackageName() + "."))
            .isPresent();
    if (inside && parts == null) {
      prepare();
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    if (parts != null) {
      parts.close();
    }
  }

  /** SQL for the test's client side. */
  static Sql sql() {
    return parts.sql();
  }

  /** Where the server and the EAR come from. */
  static Installation installation() {
    return parts.installation();
  }

  private static void prepare() {
    parts = TestPlatform.start("inside", 0, Map.of());
    Installation installation = parts.installation();
    String server = "tola-inside-" + ProcessHandle.current().pid();
    Path usr = parts.folder().resolve("wlp");
    int port = TestPlatform.freePort();
    try {
      Path folder = usr.resolve("servers").resolve(server);
      copy(installation.template(), folder);
      Files.createDirectories(folder.resolve("dropins"));
      Files.writeString(folder.resolve("local.xml"), LOCAL);
      Files.delete(folder.resolve("config/application.xml"));
      Files.writeString(
          folder.resolve("server.xml"),
          Files.readString(folder.resolve("server.xml"))
              .replaceAll("\\s*<include location=\"config/application.xml\"/>", ""));
      Map<String, String> environment = new TreeMap<>(parts.serverEnvironment());
      environment.put("TOLA_HTTP_PORT", Integer.toString(port));
      // What a test drops from the trail need not be old; until it tells the database, nothing
      // goes.
      environment.put("TOLA_AUDIT_RETENTION_DAYS", "0");
      environment.put("TOLA_AUDIT_LEAST_RETENTION_DAYS", "0");
      environment.put("JAVA_HOME", System.getProperty("java.home"));
      Files.write(
          folder.resolve("server.env"),
          environment.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
      Files.write(
          folder.resolve("jvm.options"),
          Stream.concat(
                  Files.readAllLines(folder.resolve("jvm.options")).stream(),
                  List.of(
                      "-Xms256m",
                      "-Xmx768m",
                      "-XX:TieredStopAtLevel=1",
                      "-Dtola.cluster.enabled=false",
                      "-Dtola.cluster.port=" + TestPlatform.freePort())
                      .stream())
              .toList());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    System.setProperty("tola.inside.wlp", installation.runtime().toString());
    System.setProperty("tola.inside.usr", usr.toString());
    System.setProperty("tola.inside.server", server);
    System.setProperty("tola.inside.port", Integer.toString(port));
  }

  /** What the adapter needs, and the test WAR's classes: the rest of the server is the real one. */
  private static final String LOCAL =
      """
      <server>
        <featureManager>
          <feature>localConnector-1.0</feature>
        </featureManager>
        <applicationMonitor updateTrigger="mbean" dropinsEnabled="true"/>
        <applicationManager startTimeout="120s" stopTimeout="15s"/>
        <ejbContainer startEJBsAtAppStart="true"/>
      </server>
      """;

  private static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(from)) {
      all = walk.toList();
    }
    for (Path source : all) {
      Path target = to.resolve(from.relativize(source).toString());
      if (Files.isDirectory(source)) {
        Files.createDirectories(target);
      } else {
        Files.copy(source, target);
      }
    }
  }
}
