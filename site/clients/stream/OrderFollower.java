import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Follows an account's orders over WebSocket, to copy from. Needs nothing but a JDK.
 *
 * <p>Run it: {@code java OrderFollower.java http://127.0.0.1:9080 trader1 <password> [resume_from]}. It
 * prints every order update, each once and in order, and goes on after any break. Users of several
 * accounts add {@code account_id} to what {@link #follow} sends.
 *
 * <p>Three rules keep it safe, whatever breaks in between:
 *
 * <ol>
 *   <li>An update's {@code sequence} is noted after the update has been worked with: that number goes
 *       into {@code resume_from}. (Here it is kept in memory; keep it where your own state is.)
 *   <li>Silence for two heartbeats is a break like any other: connect again.
 *   <li>What is heard is taken off the wire at once; who works slowly is dropped, and resumes.
 * </ol>
 */
public final class OrderFollower {

  private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");
  private static final Pattern SEQUENCE = Pattern.compile("\"sequence\":(\\d+)");
  private static final String UPDATE = "{\"type\":\"order_update\"";

  /** Stands in the queue for the end of the connection; the platform never sends it. */
  private static final String END = "";

  private static final long SILENCE_SECONDS = 30;

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final String url;
  private final String user;
  private final String password;
  private long last;

  private OrderFollower(String url, String user, String password, long last) {
    this.url = url;
    this.user = user;
    this.password = password;
    this.last = last;
  }

  public static void main(String[] args) throws InterruptedException {
    long from = args.length > 3 ? Long.parseLong(args[3]) : 0;
    OrderFollower follower = new OrderFollower(args[0], args[1], args[2], from);
    while (true) {
      try {
        follower.follow();
      } catch (Exception e) {
        if (e instanceof InterruptedException interrupted) {
          throw interrupted;
        }
        System.err.println("broken: " + e);
      }
      Thread.sleep(1_000);
    }
  }

  /** Follows until the connection ends. */
  private void follow() throws Exception {
    Line line = new Line();
    WebSocket socket =
        http.newWebSocketBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .buildAsync(URI.create(url.replaceFirst("^http", "ws") + "/ws/v1/stream"), line)
            .get(10, TimeUnit.SECONDS);
    try {
      // A new token for every connection: one that expires ends the stream, and that is no trouble.
      socket
          .sendText("{\"type\":\"authenticate\",\"token\":\"" + token() + "\"}", true)
          .get(10, TimeUnit.SECONDS);
      socket
          .sendText(
              "{\"type\":\"subscribe\",\"channel\":\"orders\",\"resume_from\":" + last + "}", true)
          .get(10, TimeUnit.SECONDS);
      String heard = line.next();
      while (heard != null && !heard.equals(END)) {
        if (heard.startsWith(UPDATE)) {
          System.out.println(heard);
          last = sequence(heard);
        }
        heard = line.next();
      }
      System.err.println(heard == null ? "silence, connecting again" : line.ending);
    } finally {
      socket.abort();
    }
  }

  private static long sequence(String update) {
    Matcher sequence = SEQUENCE.matcher(update);
    if (!sequence.find()) {
      throw new IllegalStateException("an update without its sequence: " + update);
    }
    return Long.parseLong(sequence.group(1));
  }

  private String token() throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(url + "/api/v1/auth/token"))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"username\":\"" + user + "\",\"password\":\"" + password + "\"}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    Matcher token = TOKEN.matcher(answer.body());
    if (!token.find()) {
      throw new IllegalStateException("no token: " + answer.statusCode() + ' ' + answer.body());
    }
    return token.group(1);
  }

  /** What was heard and not worked with yet. */
  private static final class Line implements WebSocket.Listener {
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private volatile String ending = "";

    /** The next message; null after too long a silence. */
    String next() throws InterruptedException {
      return heard.poll(SILENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean whole) {
      partial.append(text);
      if (whole) {
        heard.add(partial.toString());
        partial.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      ending = "closed: " + code + ' ' + reason;
      heard.add(END);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      ending = "broken: " + error;
      heard.add(END);
    }
  }
}
