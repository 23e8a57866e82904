package io.tola.gateway.jms;

import io.tola.gateway.rest.body.OrderShape;
import io.tola.kernel.problem.ProblemException;
import io.tola.trading.api.OrderView;

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
    answer = Answer.of(status, OrderShape.of(order));
  }

  /** A refusal that is an answer: the message was understood. */
  void refused(ProblemException problem) {
    answer = Answer.of(problem, id);
  }

  /** A message that can't be understood, or that breaks what tries to. */
  void dead(ProblemException problem, String reason) {
    refused(problem);
    deadReason = reason;
  }
}
