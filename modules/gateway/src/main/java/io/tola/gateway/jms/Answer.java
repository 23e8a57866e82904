package io.tola.gateway.jms;

import io.tola.gateway.json.Json;
import io.tola.gateway.json.Problem;
import io.tola.kernel.problem.ProblemException;
import java.nio.charset.StandardCharsets;

/**
 * What a sender is told.
 *
 * @param status as REST's
 * @param body JSON
 * @param problem whether the body is a problem document
 */
record Answer(int status, String body, boolean problem) {

  static Answer of(int status, Object shape) {
    return new Answer(status, text(shape), false);
  }

  /**
   * @param messageId the document's trace_id
   */
  static Answer of(ProblemException problem, String messageId) {
    return new Answer(problem.code().status(), text(Problem.of(problem, messageId)), true);
  }

  String contentType() {
    return problem ? Problem.MEDIA_TYPE : "application/json";
  }

  private static String text(Object shape) {
    return new String(Json.bytes(shape), StandardCharsets.UTF_8);
  }
}
