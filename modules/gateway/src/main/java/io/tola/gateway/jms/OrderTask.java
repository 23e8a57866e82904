package io.tola.gateway.jms;

import io.tola.gateway.json.Json;
import io.tola.gateway.json.Problem;
import io.tola.gateway.rest.body.OrderShape;
import io.tola.kernel.problem.ProblemException;
import io.tola.trading.api.OrderView;
import java.nio.charset.StandardCharsets;

/** One message of the orders' queue on its way to an answer. Used by one thread. */
final class OrderTask {

  private final String id;
  private final String action;
  private final byte[] body;
  private final String user;
  private OrderRequest request;
  private int faults;
  private Answer answer;
  private String deadReason;

  /**
   * What the sender is told.
   *
   * @param status as REST's
   * @param body JSON
   * @param problem whether the body is a problem document
   */
  record Answer(int status, String body, boolean problem) {

    String contentType() {
      return problem ? Problem.MEDIA_TYPE : "application/json";
    }
  }

  /**
   * @param id the message's, for logs and problem documents
   * @param user whom the broker vouches for; null when it doesn't
   */
  OrderTask(String id, String action, byte[] body, String user) {
    this.id = id;
    this.action = action;
    this.body = body;
    this.user = user;
  }

  String id() {
    return id;
  }

  String action() {
    return action;
  }

  byte[] body() {
    return body;
  }

  String user() {
    return user;
  }

  /** What it asks for; null until it has been read. */
  OrderRequest request() {
    return request;
  }

  void read(OrderRequest asked) {
    this.request = asked;
  }

  boolean isSettled() {
    return answer != null;
  }

  /** The answer; null until settled. */
  Answer answer() {
    return answer;
  }

  /** Why the message belongs to the dead letters, whoever waits for its answer; null if it doesn't. */
  String deadReason() {
    return deadReason;
  }

  /** Counts a defect met; returns how many there were. */
  int fault() {
    return ++faults;
  }

  void answered(int status, OrderView order) {
    answer = new Answer(status, text(OrderShape.of(order)), false);
  }

  /** A refusal that is an answer: the message was understood. */
  void refused(ProblemException problem) {
    answer = new Answer(problem.code().status(), text(Problem.of(problem, id)), true);
  }

  /** A message that can't be understood, or that breaks what tries to. */
  void dead(ProblemException problem, String reason) {
    refused(problem);
    deadReason = reason;
  }

  private static String text(Object shape) {
    return new String(Json.bytes(shape), StandardCharsets.UTF_8);
  }
}
