package io.tola.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tola.gateway.json.Json;
import io.tola.gateway.json.Problem;
import io.tola.gateway.json.Shape;
import io.tola.gateway.rest.body.OrderShape;
import io.tola.gateway.security.Allow;
import io.tola.gateway.security.Anonymous;
import io.tola.kernel.Role;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The OpenAPI document against the resources, both ways: paths, methods, roles, parameters, answers. */
class OpenApiTest {

  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");

  private final JsonNode document;

  OpenApiTest() throws Exception {
    try (var in = OpenApiTest.class.getResourceAsStream("/META-INF/openapi.yaml")) {
      document = new YAMLMapper().readTree(in);
    }
  }

  /** Every resource method by {@code GET /orders/{order_id}}. */
  private static Map<String, Method> resources() {
    Map<String, Method> found = new TreeMap<>();
    for (Class<?> resource : RestApplication.RESOURCES) {
      for (Method method : resource.getDeclaredMethods()) {
        if (!DoorFeature.verb(method).isEmpty()) {
          Method before =
              found.put(DoorFeature.verb(method) + " " + DoorFeature.path(method), method);
          assertThat(before).as("two methods for one path").isNull();
        }
      }
    }
    return found;
  }

  private Map<String, JsonNode> operations() {
    Map<String, JsonNode> found = new TreeMap<>();
    document
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        operation -> {
                          if (METHODS.contains(operation.getKey())) {
                            found.put(
                                operation.getKey().toUpperCase(java.util.Locale.ROOT)
                                    + " "
                                    + path.getKey(),
                                operation.getValue());
                          }
                        }));
    return found;
  }

  @Test
  void everyResourceIsDocumentedAndNothingElseIs() {
    assertThat(operations().keySet()).containsExactlyElementsOf(resources().keySet());
  }

  @Test
  void everyResourceSaysWhoMayUseItAndTheDocumentAgrees() {
    resources()
        .forEach(
            (what, method) -> {
              JsonNode operation = operations().get(what);
              if (method.isAnnotationPresent(Anonymous.class)) {
                assertThat(
                        operation.path("security").isArray() && operation.get("security").isEmpty())
                    .as(what)
                    .isTrue();
                return;
              }
              Allow allow = method.getAnnotation(Allow.class);
              assertThat(allow).as(what + " says who may use it").isNotNull();
              Set<String> documented = new TreeSet<>();
              operation.get("x-roles").forEach(role -> documented.add(role.asText()));
              assertThat(documented)
                  .as(what)
                  .isEqualTo(new TreeSet<>(Arrays.stream(allow.value()).map(Role::code).toList()));
            });
  }

  @Test
  void operationIdsAreUniqueAndReferencesLead() {
    List<String> ids =
        operations().values().stream().map(o -> o.get("operationId").asText()).toList();
    assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
    for (String reference : document.findValuesAsText("$ref")) {
      assertThat(document.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
    }
  }

  @Test
  void noSchemaParameterOrResponseIsLeftOver() {
    Set<String> used = new HashSet<>(document.findValuesAsText("$ref"));
    for (String kind : List.of("schemas", "parameters", "responses")) {
      document
          .at("/components/" + kind)
          .fieldNames()
          .forEachRemaining(name -> assertThat(used).contains("#/components/" + kind + "/" + name));
    }
  }

  @Test
  void pathParametersAreDocumented() {
    operations()
        .forEach(
            (what, operation) -> {
              Set<String> inTemplate = new TreeSet<>();
              var matcher = java.util.regex.Pattern.compile("\\{([a-z_]+)}").matcher(what);
              while (matcher.find()) {
                inTemplate.add(matcher.group(1));
              }
              Set<String> documented = new TreeSet<>();
              operation
                  .path("parameters")
                  .forEach(
                      p -> {
                        JsonNode parameter = document.at(p.get("$ref").asText().substring(1));
                        if ("path".equals(parameter.get("in").asText())) {
                          documented.add(parameter.get("name").asText());
                        }
                      });
              assertThat(documented).as(what).isEqualTo(inTemplate);
            });
  }

  @Test
  void answersAreDocumentedFieldByField() {
    resources()
        .forEach(
            (what, method) -> {
              JsonNode responses = operations().get(what).get("responses");
              JsonNode content =
                  responses
                      .path(
                          Stream.of("200", "201", "202")
                              .filter(responses::has)
                              .findFirst()
                              .orElseThrow())
                      .path("content");
              if (content.size() == 1 && content.has("application/x-ndjson")) {
                return; // lines, which no record of ours is written as
              }
              JsonNode schema = content.at("/application~1json/schema");
              compare(what, answer(method), schema);
            });
    compare("problem", Problem.class, document.at("/components/schemas/Problem"));
  }

  /** What the method answers with; where it builds a response itself, what that holds. */
  private static Type answer(Method method) {
    Type type = method.getGenericReturnType();
    if (type instanceof ParameterizedType generic
        && generic.getRawType() == CompletionStage.class) {
      type = generic.getActualTypeArguments()[0];
    }
    if (type == jakarta.ws.rs.core.Response.class && method.getName().equals("historical")) {
      return io.tola.gateway.rest.body.HistoryShape.class;
    }
    if (type == jakarta.ws.rs.core.Response.class) {
      return switch (method.getName()) {
        case "batch" -> io.tola.gateway.rest.body.BatchShape.class;
        case "cancelAll" -> io.tola.gateway.rest.body.CanceledShape.class;
        case "changeLimits", "changeDefaultLimits" -> io.tola.gateway.rest.body.LimitsShape.class;
        case "startTrial", "startRollback" -> io.tola.gateway.rest.body.IndexTrialShape.class;
        case "release" -> io.tola.gateway.rest.body.ApprovalShape.class;
        case "register" -> io.tola.gateway.rest.body.AlgosShape.AlgoShape.class;
        case "verify" -> io.tola.gateway.rest.body.VerificationShape.class;
        case "report" -> io.tola.gateway.rest.body.LoadTestShape.class;
        case "createUser" -> io.tola.gateway.rest.body.UserShape.class;
        default -> OrderShape.class;
      };
    }
    return type;
  }

  private void compare(String where, Type type, JsonNode schema) {
    compare(where, type, schema, Map.of());
  }

  private void compare(String where, Type type, JsonNode reference, Map<String, Type> variables) {
    JsonNode schema = resolve(reference);
    if (type instanceof java.lang.reflect.TypeVariable<?> variable) {
      compare(where, variables.get(variable.getName()), schema, variables);
      return;
    }
    Class<?> raw = raw(type);
    if (raw.isRecord()) {
      Map<String, Type> bound = bound(type, raw, variables);
      Map<String, JsonNode> documented = new HashMap<>();
      assertThat(schema.path("properties").isMissingNode()).as(where + " is an object").isFalse();
      schema.get("properties").properties().forEach(p -> documented.put(p.getKey(), p.getValue()));
      Map<String, RecordComponent> written = new TreeMap<>();
      for (RecordComponent component : raw.getRecordComponents()) {
        written.put(
            PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component.getName()),
            component);
      }
      assertThat(new TreeSet<>(documented.keySet())).as(where).isEqualTo(written.keySet());
      Set<String> required = new TreeSet<>();
      schema.path("required").forEach(name -> required.add(name.asText()));
      assertThat(required).as(where + " always has every field").isEqualTo(written.keySet());
      written.forEach(
          (name, component) -> {
            if (!component
                .getAccessor()
                .isAnnotationPresent(com.fasterxml.jackson.annotation.JsonRawValue.class)) {
              compare(where + "." + name, component.getGenericType(), documented.get(name), bound);
            }
          });
      return;
    }
    assertThat(types(schema)).as(where).contains(jsonType(raw));
    if (raw.isEnum()) {
      Set<String> codes = new TreeSet<>();
      schema.get("enum").forEach(code -> codes.add(code.asText()));
      assertThat(codes)
          .as(where)
          .isEqualTo(
              new TreeSet<>(Arrays.stream(raw.getEnumConstants()).map(Object::toString).toList()));
    }
    if (java.util.Collection.class.isAssignableFrom(raw)) {
      compare(
          where + "[]",
          ((ParameterizedType) type).getActualTypeArguments()[0],
          schema.get("items"),
          variables);
    }
  }

  private static Map<String, Type> bound(Type type, Class<?> raw, Map<String, Type> outer) {
    Map<String, Type> bound = new HashMap<>(outer);
    if (type instanceof ParameterizedType generic) {
      for (int i = 0; i < raw.getTypeParameters().length; i++) {
        bound.put(raw.getTypeParameters()[i].getName(), generic.getActualTypeArguments()[i]);
      }
    }
    return bound;
  }

  private static Class<?> raw(Type type) {
    JavaType java = Json.mapper().constructType(type);
    return java.getRawClass();
  }

  private JsonNode resolve(JsonNode schema) {
    JsonNode at = schema;
    while (at.has("$ref") || at.has("anyOf")) {
      at =
          at.has("$ref")
              ? document.at(at.get("$ref").asText().substring(1))
              : at.get("anyOf").get(0);
    }
    return at;
  }

  private static Set<String> types(JsonNode schema) {
    Set<String> types = new HashSet<>();
    if (schema.path("type").isArray()) {
      schema.get("type").forEach(t -> types.add(t.asText()));
    } else {
      types.add(schema.path("type").asText());
    }
    return types;
  }

  private static String jsonType(Class<?> type) {
    if (List.of(int.class, long.class, Integer.class, Long.class).contains(type)) {
      return "integer";
    }
    if (List.of(BigDecimal.class, double.class, Double.class).contains(type)) {
      return "number";
    }
    if (type == boolean.class) {
      return "boolean";
    }
    if (List.of(String.class, UUID.class, Instant.class, LocalDate.class).contains(type)
        || type.isEnum()) {
      return "string";
    }
    if (java.util.Collection.class.isAssignableFrom(type)) {
      return "array";
    }
    if (Map.class.isAssignableFrom(type)) {
      return "object";
    }
    throw new AssertionError("no JSON type known for " + type);
  }

  @Test
  void everyShapeThatAResourceReturnsIsWrittenByOurWriter() {
    List<String> strangers = new ArrayList<>();
    resources()
        .forEach(
            (what, method) -> {
              Class<?> raw = raw(answer(method));
              if (!Shape.class.isAssignableFrom(raw)) {
                strangers.add(what + " " + raw);
              }
            });
    assertThat(strangers).isEmpty();
  }

  @Test
  void theApplicationServesFromWhereTheDocumentSays() {
    String path = RestApplication.class.getAnnotation(jakarta.ws.rs.ApplicationPath.class).value();
    assertThat(document.at("/servers/0/url").asText()).isEqualTo(path);
    assertThat(RestApplication.RESOURCES)
        .allSatisfy(r -> assertThat(r.isAnnotationPresent(Path.class)).isTrue());
  }
}
