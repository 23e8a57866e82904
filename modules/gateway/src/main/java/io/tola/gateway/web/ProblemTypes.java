package io.tola.gateway.web;

import io.tola.gateway.json.Json;
import io.tola.gateway.json.Problem;
import io.tola.kernel.problem.ProblemCode;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a problem's {@code type} points to: one small document per kind of problem, and the list of
 * all at {@code /problems/}.
 */
public class ProblemTypes extends HttpServlet {

  private static final long serialVersionUID = 1L;
  private static final List<String> FAMILIES =
      List.of(
          "",
          "trading",
          "risk",
          "market",
          "portfolio",
          "audit",
          "security",
          "form of the request",
          "",
          "platform");

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path = request.getPathInfo();
    if (path == null || "/".equals(path)) {
      List<Map<String, Object>> all = new ArrayList<>();
      for (ProblemCode code : ProblemCode.values()) {
        all.add(describe(code));
      }
      write(response, Map.of("items", all));
      return;
    }
    for (ProblemCode code : ProblemCode.values()) {
      if (path.substring(1).equals(Problem.slug(code))) {
        write(response, describe(code));
        return;
      }
    }
    response.sendError(HttpServletResponse.SC_NOT_FOUND);
  }

  private static Map<String, Object> describe(ProblemCode code) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("type", Problem.TYPE_PREFIX + Problem.slug(code));
    document.put("code", code.number());
    document.put("title", code.title());
    document.put("status", code.status());
    document.put("family", FAMILIES.get(code.number() / 1000));
    document.put("try_again", code.status() == 503 || code.status() == 429);
    return document;
  }

  private static void write(HttpServletResponse response, Object document) throws IOException {
    byte[] body = Json.bytes(document);
    response.setContentType("application/json");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
