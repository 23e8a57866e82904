package io.tola.jmeter.scaling;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Market orders over so many connections, each of which waits for its answer before it sends the next (closed model, no think time). One
 * thread a connection and HTTP written by hand, because the load shares its processors with what it loads.
 */
final class OrderLoad {

  private static final List<String> SYMBOLS =
      List.of("RELIANCE", "TCS", "INFY", "HDFCBANK", "ICICIBANK", "SBIN", "ITC", "LT");
  private static final int CONNECT_MILLIS = 5_000;
  private static final int ANSWER_MILLIS = 30_000;
  private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(2);

  private final List<URI> doors;
  private final List<String> tokens;

  /**
   * @param doors where it may be sent; connections take them in turn
   * @param tokens of the traders, who take turns on each connection
   */
  OrderLoad(List<URI> doors, List<String> tokens) {
    this.doors = List.copyOf(doors);
    this.tokens = List.copyOf(tokens);
  }

  /**
   * What came of it.
   *
   * @param acknowledged client_order_id → order_id of every order that was answered with 201
   * @param unanswered sent, and answered otherwise or not at all: the platform may have them or not
   * @param counted answered within the time
   * @param rejected of the acknowledged, those that a control refused
   * @param failures by what they were
   * @param micros of those counted
   */
  record Result(
      Map<String, String> acknowledged,
      List<String> unanswered,
      long counted,
      long rejected,
      Map<String, Integer> failures,
      Histogram micros,
      double seconds) {

    double perSecond() {
      return counted / seconds;
    }

    double millis(double percentile) {
      return micros.getValueAtPercentile(percentile) / 1e3;
    }
  }

  /**
   * Sends until the time is over and every connection has its last answer.
   *
   * @param run begins each client_order_id; new for each call
   */
  Result run(int connections, Duration duration, String run) throws InterruptedException {
    List<Client> clients = new ArrayList<>();
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    for (int i = 0; i < connections; i++) {
      Client client = new Client(doors.get(i % doors.size()), run + "-" + i + "-", i, end);
      clients.add(client);
      client.start();
    }
    Map<String, String> acknowledged = new HashMap<>();
    List<String> unanswered = new ArrayList<>();
    Map<String, Integer> failures = new TreeMap<>();
    Histogram micros = histogram();
    long rejected = 0;
    for (Client client : clients) {
      client.join();
      acknowledged.putAll(client.acknowledged);
      unanswered.addAll(client.unanswered);
      client.failures.forEach((what, times) -> failures.merge(what, times, Integer::sum));
      micros.add(client.micros);
      rejected += client.rejected;
    }
    return new Result(
        acknowledged,
        unanswered,
        micros.getTotalCount(),
        rejected,
        failures,
        micros,
        duration.toNanos() / 1e9);
  }

  private static Histogram histogram() {
    return new Histogram(LONGEST_MICROS, 3);
  }

  /** One connection. */
  private final class Client extends Thread {
    final Map<String, String> acknowledged = new HashMap<>();
    final List<String> unanswered = new ArrayList<>();
    final Map<String, Integer> failures = new HashMap<>();
    final Histogram micros = histogram();
    long rejected;

    private final URI door;
    private final String prefix;
    private final int number;
    private final long end;
    private Socket socket;
    private InputStream in;
    private OutputStream out;

    Client(URI door, String prefix, int number, long end) {
      super("order-load-" + number);
      this.door = door;
      this.prefix = prefix;
      this.number = number;
      this.end = end;
    }

    @Override
    public void run() {
      for (int n = 0; System.nanoTime() < end; n++) {
        String id = prefix + n;
        byte[] request = request(id, n);
        long sent = System.nanoTime();
        try {
          if (socket == null) {
            connect();
          }
          out.write(request);
          out.flush();
          Answer answer = Answer.read(in);
          long got = System.nanoTime();
          if (answer.closes) {
            disconnect();
          }
          String orderId = between(answer.body, "\"order_id\":\"");
          if (answer.status == 201 && orderId != null) {
            acknowledged.put(id, orderId);
            if (answer.body.contains("\"status\":\"REJECTED\"")) {
              rejected++;
            }
            if (got <= end) {
              micros.recordValue(Math.min(LONGEST_MICROS, (got - sent) / 1000));
            }
          } else {
            failed(id, "status " + answer.status);
          }
        } catch (IOException e) {
          disconnect();
          failed(id, e.getClass().getSimpleName());
        }
      }
      disconnect();
    }

    private void failed(String id, String what) {
      unanswered.add(id);
      failures.merge(what, 1, Integer::sum);
      try {
        // Who is refused waits a little, or the load would be of refusals.
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private byte[] request(String id, int n) {
      int turn = number + n;
      String side = n / tokens.size() % 2 == 0 ? "BUY" : "SELL";
      String body =
          "{\"client_order_id\":\""
              + id
              + "\",\"symbol\":\""
              + SYMBOLS.get(turn / tokens.size() / 2 % SYMBOLS.size())
              + "\",\"side\":\""
              + side
              + "\",\"order_type\":\"MARKET\",\"quantity\":10,\"product\":\"MIS\",\"validity\":\"DAY\",\"tag\":\"load\"}";
      return ("POST /api/v1/orders/place HTTP/1.1\r\nHost: "
              + door.getAuthority()
              + "\r\nAuthorization: Bearer "
              + tokens.get(turn % tokens.size())
              + "\r\nContent-Type: application/json\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body)
          .getBytes(StandardCharsets.US_ASCII);
    }

    private void connect() throws IOException {
      socket = new Socket();
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(door.getHost(), door.getPort()), CONNECT_MILLIS);
      socket.setSoTimeout(ANSWER_MILLIS);
      in = new BufferedInputStream(socket.getInputStream(), 4096);
      out = socket.getOutputStream();
    }

    private void disconnect() {
      if (socket != null) {
        try {
          socket.close();
        } catch (IOException e) {
          // It is of no use any more either way.
        }
        socket = null;
      }
    }
  }

  private static String between(String text, String before) {
    int from = text.indexOf(before);
    int to = from < 0 ? -1 : text.indexOf('"', from + before.length());
    return to < 0 ? null : text.substring(from + before.length(), to);
  }

  /** One HTTP/1.1 answer, with a length or in chunks. */
  record Answer(int status, String body, boolean closes) {

    static Answer read(InputStream in) throws IOException {
      String first = line(in);
      String[] words = first.split(" ", 3);
      if (words.length < 2 || !words[0].startsWith("HTTP/1.")) {
        throw new IOException("no HTTP: " + first);
      }
      int length = 0;
      boolean chunked = false;
      boolean closes = false;
      for (String header = line(in); !header.isEmpty(); header = line(in)) {
        int colon = header.indexOf(':');
        String name = header.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
        String value = header.substring(colon + 1).strip().toLowerCase(Locale.ROOT);
        switch (name) {
          case "content-length" -> length = Integer.parseInt(value);
          case "transfer-encoding" -> chunked = value.contains("chunked");
          case "connection" -> closes = value.contains("close");
          default -> {}
        }
      }
      byte[] body;
      if (chunked) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int size = size(in); size > 0; size = size(in)) {
          all.write(exactly(in, size));
          line(in);
        }
        line(in);
        body = all.toByteArray();
      } else {
        body = exactly(in, length);
      }
      return new Answer(
          Integer.parseInt(words[1]), new String(body, StandardCharsets.UTF_8), closes);
    }

    private static int size(InputStream in) throws IOException {
      return Integer.parseInt(line(in).split(";")[0].strip(), 16);
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new IOException("cut off");
      }
      return bytes;
    }

    private static String line(InputStream in) throws IOException {
      StringBuilder line = new StringBuilder(64);
      int c;
      while ((c = in.read()) != '\n') {
        if (c < 0) {
          throw new IOException("cut off");
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }
  }
}
