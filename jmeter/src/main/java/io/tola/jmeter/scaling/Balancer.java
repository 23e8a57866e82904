package io.tola.jmeter.scaling;

import io.tola.jmeter.Refused;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An NGINX of the run's own before the nodes, which gives each request to the one with the fewest under way. */
final class Balancer implements AutoCloseable {

  private static final String CONFIGURATION =
      """
      daemon off;
      master_process off;
      pid nginx.pid;
      error_log error.log;
      events { worker_connections 4096; }
      http {
        access_log off;
        client_body_temp_path body;
        proxy_temp_path proxy;
        fastcgi_temp_path fastcgi;
        uwsgi_temp_path uwsgi;
        scgi_temp_path scgi;
        keepalive_requests 10000000;
        upstream tola {
          least_conn;
      %s
          keepalive 512;
          keepalive_requests 10000000;
        }
        server {
          listen 127.0.0.1:%d backlog=1024;
          location / {
            proxy_pass http://tola;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
          }
        }
      }
      """;

  private final Process process;
  private final int port;

  private Balancer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Where NGINX is, as Debian installs it or on the path. */
  static Optional<Path> installed() {
    return Stream.concat(
            Stream.of("/usr/sbin"),
            Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, "nginx"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static String configuration(List<URI> nodes, int port) {
    return CONFIGURATION.formatted(
        nodes.stream()
            .map(node -> "    server " + node.getAuthority() + ";")
            .collect(Collectors.joining("\n")),
        port);
  }

  static Balancer start(Path program, Path folder, List<URI> nodes)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Files.writeString(folder.resolve("nginx.conf"), configuration(nodes, port));
    Process process =
        new ProcessBuilder(
                List.of(
                    program.toString(),
                    "-p",
                    folder.toAbsolutePath() + "/",
                    "-c",
                    "nginx.conf",
                    "-e",
                    "error.log"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("console.out").toFile())
            .start();
    Balancer balancer = new Balancer(process, port);
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (true) {
      try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return balancer;
      } catch (IOException e) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          balancer.close();
          throw new Refused(
              "NGINX doesn't start: " + Files.readString(folder.resolve("console.out")));
        }
        Thread.sleep(50);
      }
    }
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, java.util.concurrent.TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
