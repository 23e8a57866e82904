package io.tola.drills;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.regex.Pattern;

/**
 * What came back for a request.
 *
 * @param status HTTP's; 0 when nothing came
 * @param contentType empty for none
 * @param retryAfter whether it says when to come back
 * @param body or, without an answer, why there is none
 */
record Answer(int status, String contentType, boolean retryAfter, String body) {

  /** The order as it was answered. */
  record Placed(String orderId, String status, long filled, int rejectCode) {}

  /** What an answer means to a client. */
  enum Kind {
    /** The platform has the order, whatever its outcome. */
    ACKNOWLEDGED,
    /** It says clearly that the client should come back later. */
    REFUSED,
    /** Nothing came: the order may or may not be there. */
    UNANSWERED,
    /** Anything else, which a client must never see. */
    WRONG
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a stack trace or a server's own error page looks like. */
  private static final Pattern INSIDES =
      Pattern.compile("(?m)^\\s+at [\\w.$]+\\(|(Exception|Error):|SRVE\\d{4}|<html");

  static Answer none(Throwable why) {
    return new Answer(0, "", false, String.valueOf(why));
  }

  Kind kind() {
    if (status == 0) {
      return Kind.UNANSWERED;
    }
    if (placed() != null) {
      return Kind.ACKNOWLEDGED;
    }
    boolean later = status == 503 || status == 429;
    return later && retryAfter && isProblem() ? Kind.REFUSED : Kind.WRONG;
  }

  /** An error that says what it is, and nothing of the server's insides. */
  boolean isProblem() {
    return status >= 400
        && contentType.startsWith("application/problem+json")
        && json().path("status").asInt() == status
        && json().has("title")
        && !INSIDES.matcher(body).find();
  }

  /** Null when this isn't an order. */
  Placed placed() {
    if (status != 200 && status != 201) {
      return null;
    }
    JsonNode json = json();
    return json.hasNonNull("order_id") && json.hasNonNull("status")
        ? new Placed(
            json.get("order_id").asText(),
            json.get("status").asText(),
            json.path("filled_quantity").asLong(),
            json.path("reject_code").asInt())
        : null;
  }

  JsonNode json() {
    try {
      JsonNode json = JSON.readTree(body);
      return json == null ? JSON.nullNode() : json;
    } catch (JsonProcessingException e) {
      return JSON.nullNode();
    }
  }

  @Override
  public String toString() {
    return status + " " + (body.length() > 300 ? body.substring(0, 300) + "…" : body);
  }
}
