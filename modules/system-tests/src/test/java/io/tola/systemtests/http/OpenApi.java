package io.tola.systemtests.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The OpenAPI document as the platform serves it. Its schemas are JSON Schema 2020-12; objects count
 * as closed, so that an answer with a field nobody documented fails.
 */
final class OpenApi {

  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");

  /**
   * One documented operation.
   *
   * @param path the template, as documented, with the server's prefix
   */
  record Operation(String method, String path, JsonNode node, boolean needsToken) {}

  private final JsonNode document;
  private final ObjectNode components;

  private OpenApi(JsonNode document) {
    this.document = document;
    this.components = document.get("components").deepCopy();
    components.get("schemas").forEach(OpenApi::close);
  }

  static OpenApi of(Api api) {
    Caller anyone = api.anonymous();
    return new OpenApi(
        anyone
            .send(anyone.request("/openapi").header("Accept", "application/json").GET())
            .expect(200)
            .json());
  }

  JsonNode document() {
    return document;
  }

  List<Operation> operations() {
    String prefix = document.at("/servers/0/url").asText("");
    prefix = prefix.startsWith("/") && prefix.length() > 1 ? prefix.replaceFirst("/$", "") : "";
    List<Operation> operations = new ArrayList<>();
    for (var path : document.get("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        if (METHODS.contains(operation.getKey())) {
          JsonNode security =
              operation.getValue().has("security")
                  ? operation.getValue().get("security")
                  : document.get("security");
          boolean needsToken = security != null && !security.isEmpty();
          for (JsonNode way : security == null ? List.<JsonNode>of() : security) {
            needsToken &= !way.isEmpty();
          }
          operations.add(
              new Operation(
                  operation.getKey().toUpperCase(Locale.ROOT),
                  prefix + path.getKey(),
                  operation.getValue(),
                  needsToken));
        }
      }
    }
    return operations;
  }

  Operation operation(String method, String path) {
    return operations().stream()
        .filter(o -> o.method.equals(method) && o.path.equals(path))
        .findFirst()
        .orElseThrow(() -> new AssertionError(method + " " + path + " is not documented"));
  }

  /** What in the answer isn't as documented; empty when all is. */
  List<String> deviations(Operation operation, Answer answer) {
    JsonNode response = operation.node.get("responses").get(Integer.toString(answer.status()));
    if (response == null) {
      return List.of(operation.method + " " + operation.path + " documents no " + answer.status());
    }
    if (response.has("$ref")) {
      response = document.at(response.get("$ref").asText().substring(1));
    }
    String type = answer.header("Content-Type").orElse("").replaceFirst(";.*", "");
    JsonNode content = response.path("content").path(type);
    if (content.isMissingNode()) {
      return List.of(operation.path + " " + answer.status() + " documents no " + type);
    }
    ObjectNode root = Api.object();
    root.set("components", components);
    root.putArray("allOf").add(content.get("schema"));
    JsonSchema schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(root);
    return schema
        .validate(
            answer.json(), context -> context.getExecutionConfig().setFormatAssertionsEnabled(true))
        .stream()
        .map(m -> operation.method + " " + operation.path + ": " + m.getMessage())
        .toList();
  }

  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object) {
      if (object.has("properties") && !object.has("additionalProperties") && !object.has("allOf")) {
        object.put("additionalProperties", false);
      }
      object.forEach(OpenApi::close);
    } else if (schema.isArray()) {
      schema.forEach(OpenApi::close);
    }
  }
}
