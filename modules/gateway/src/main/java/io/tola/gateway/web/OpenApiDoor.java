package io.tola.gateway.web;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tola.gateway.json.Json;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;

/**
 * Serves the hand-written OpenAPI document: YAML, or JSON to who accepts that. A test holds it
 * against the resources.
 */
public class OpenApiDoor extends HttpServlet {

  private static final long serialVersionUID = 1L;
  static final String RESOURCE = "/META-INF/openapi.yaml";

  private transient byte[] yaml;
  private transient byte[] json;

  @Override
  public void init() throws ServletException {
    try (InputStream in = OpenApiDoor.class.getResourceAsStream(RESOURCE)) {
      yaml = in.readAllBytes();
      json = Json.bytes(new YAMLMapper().readTree(yaml));
    } catch (IOException e) {
      throw new ServletException("can't read " + RESOURCE, e);
    }
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String accept = request.getHeader("Accept");
    boolean asJson =
        "json".equalsIgnoreCase(request.getParameter("format"))
            || (accept != null && accept.contains("json") && !accept.contains("yaml"));
    byte[] body = asJson ? json : yaml;
    response.setContentType(asJson ? "application/json" : "application/yaml;charset=UTF-8");
    response.setHeader("Vary", "Accept");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
