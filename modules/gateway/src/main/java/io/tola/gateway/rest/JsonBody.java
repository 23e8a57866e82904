package io.tola.gateway.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.gateway.json.Fields;

/**
 * A request's body, read and parsed.
 *
 * @param json the value, never null
 */
public record JsonBody(JsonNode json) {

  /**
   * The body as an object.
   *
   * @throws io.tola.kernel.problem.ProblemException when it is something else
   */
  Fields fields() {
    return Fields.of(json);
  }
}
