package io.tola.systemtests.doors;

import io.tola.systemtests.platform.TestPlatform;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A real NGINX before the server, with the location that the site tells users to write. */
final class Nginx implements AutoCloseable {

  /** CI refuses a log with this in it. */
  static final String SKIP = "SKIPPED-FOR-MISSING-TOOL: nginx";

  private static final String FRAME =
      """
      daemon off;
      master_process off;
      pid nginx.pid;
      error_log error.log;
      events { worker_connections 64; }
      http {
        access_log access.log;
        client_body_temp_path body;
        proxy_temp_path proxy;
        fastcgi_temp_path fastcgi;
        uwsgi_temp_path uwsgi;
        scgi_temp_path scgi;
        upstream tola { server 127.0.0.1:%d; }
        server {
          listen 127.0.0.1:%d;
      %s
        }
      }
      """;

  private final Process process;
  private final int port;

  private Nginx(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Where it is, as Debian installs it or on the path. */
  static Optional<Path> installed() {
    return Stream.concat(
            Stream.of("/usr/sbin"), Stream.of(System.getenv("PATH").split(File.pathSeparator)))
        .map(folder -> Path.of(folder, "nginx"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts it.
   *
   * @param location from the documentation
   */
  static Nginx start(Path program, Path folder, URI server, String location)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    int port = TestPlatform.freePort();
    Files.writeString(
        folder.resolve("nginx.conf"), FRAME.formatted(server.getPort(), port, location));
    Process process =
        new ProcessBuilder(
                List.of(
                    program.toString(), "-p", folder + "/", "-c", "nginx.conf", "-e", "error.log"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("console.out").toFile())
            .start();
    Nginx nginx = new Nginx(process, port);
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (true) {
      try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return nginx;
      } catch (IOException e) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          nginx.close();
          throw new IOException(
              "NGINX doesn't start: " + Files.readString(folder.resolve("console.out")), e);
        }
        Thread.sleep(50);
      }
    }
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
