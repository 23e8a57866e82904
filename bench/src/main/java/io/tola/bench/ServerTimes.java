package io.tola.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Reads how long the server itself says one route takes, from its metrics. */
final class ServerTimes {

  private static final String METRIC = "tola_http_request_seconds";

  private final URI metrics;
  private final String method;
  private final String route;
  private final HttpClient client = HttpClient.newHttpClient();

  /**
   * @param route as the server names it
   */
  ServerTimes(URI target, String method, String route) {
    this.metrics = target.resolve("/metrics");
    this.method = "method=\"" + method + "\"";
    this.route = "route=\"" + route + "\"";
  }

  /** All requests so far. */
  record Total(double seconds, double count) {

    double meanMillisSince(Total earlier) {
      return (seconds - earlier.seconds) * 1e3 / (count - earlier.count);
    }
  }

  /**
   * @throws IOException when the server has no such metric
   */
  Total now() throws IOException, InterruptedException {
    String text =
        client
            .send(
                HttpRequest.newBuilder(metrics).header("Accept", "text/plain").build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    return new Total(value(text, "_sum{"), value(text, "_count{"));
  }

  private double value(String text, String kind) throws IOException {
    return text.lines()
        .filter(l -> l.startsWith(METRIC) && l.contains(kind))
        .filter(l -> l.contains(method) && l.contains(route))
        .findFirst()
        .map(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
        .orElseThrow(() -> new IOException("no " + METRIC + " of " + method + " " + route));
  }
}
