package io.tola.gateway.web;

import io.tola.gateway.json.Json;
import io.tola.gateway.json.Problem;
import io.tola.kernel.problem.ProblemCode;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.regex.Pattern;

/**
 * First in line for every request: gives it an id and every answer its security headers. Stateless.
 */
public class Doorway extends HttpFilter {

  private static final long serialVersionUID = 1L;

  private static final String API = "/api/";

  /** RFC 9110, 12.4.2, and more digits than it allows. */
  private static final Pattern WEIGHT = Pattern.compile("[qQ]=[01](\\.[0-9]{0,9})?");

  /** The API answers data: nothing in it may load anything. */
  private static final String API_POLICY = "default-src 'none'; frame-ancestors 'none'";

  /** The browser UI is static files of its own, without inline script or style. */
  private static final String UI_POLICY =
      "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors"
          + " 'none'";

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String id = RequestId.of(request.getHeader(RequestId.HEADER));
    request.setAttribute(RequestId.ATTRIBUTE, id);
    headers(request, response, id);
    Problem refusal = refusal(request, response, id);
    if (refusal != null) {
      write(response, refusal);
      return;
    }
    chain.doFilter(request, response);
  }

  /** What the container would let through, or refuse in a way of its own. */
  private static Problem refusal(
      HttpServletRequest request, HttpServletResponse response, String id) {
    String method = request.getMethod();
    boolean api = request.getRequestURI().startsWith(API);
    if (api && !everyLineIsWeighed(request)) {
      return Problem.of(
          ProblemCode.INVALID_PARAMETER, "In the header Accept, q must be a number.", id);
    }
    if ("GET".equals(method)) {
      return null;
    }
    // For TRACE the container would echo the request, with its bearer token, to whoever made the
    // browser send it; a static file it would serve for any method.
    if ("TRACE".equals(method) || (!api && !"HEAD".equals(method) && !"OPTIONS".equals(method))) {
      response.setHeader(
          "Allow", api ? "GET, HEAD, POST, PUT, DELETE, OPTIONS" : "GET, HEAD, OPTIONS");
      return Problem.of(ProblemCode.METHOD_NOT_ALLOWED, "This path doesn't know that method.", id);
    }
    String type = request.getContentType();
    if (type != null && type.indexOf('/') <= 0) {
      return Problem.of(
          ProblemCode.UNSUPPORTED_MEDIA_TYPE,
          "Send application/json in UTF-8, not compressed.",
          id);
    }
    return null;
  }

  /** The framework reads every line of the header. */
  static boolean everyLineIsWeighed(HttpServletRequest request) {
    return Collections.list(request.getHeaders("Accept")).stream()
        .allMatch(line -> areWeighed(line));
  }

  /** Whether every {@code q} in the header is a number; the framework fails on anything else. */
  static boolean areWeighed(String accept) {
    if (accept == null || accept.indexOf('=') < 0) {
      return true;
    }
    for (String part : accept.split("[,;]", -1)) {
      String parameter = part.strip();
      if (parameter.regionMatches(true, 0, "q", 0, 1)
          && parameter.substring(1).strip().startsWith("=")
          && !WEIGHT.matcher(parameter).matches()) {
        return false;
      }
    }
    return true;
  }

  static void headers(HttpServletRequest request, HttpServletResponse response, String id) {
    response.setHeader(RequestId.HEADER, id);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("X-Frame-Options", "DENY");
    response.setHeader("Referrer-Policy", "no-referrer");
    if (request.getRequestURI().startsWith(API)) {
      response.setHeader("Cache-Control", "no-store");
      response.setHeader("Content-Security-Policy", API_POLICY);
    } else {
      response.setHeader("Content-Security-Policy", UI_POLICY);
    }
    if (request.isSecure()) {
      response.setHeader("Strict-Transport-Security", "max-age=31536000");
    }
  }

  static void write(HttpServletResponse response, Problem problem) throws IOException {
    byte[] body = Json.bytes(problem);
    response.setStatus(problem.status());
    response.setContentType(Problem.MEDIA_TYPE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
