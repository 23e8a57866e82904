package io.tola.gateway.web;

import io.tola.performance.api.RequestMark;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Says which statements belong to one request: those that its thread sends until it leaves. What an
 * asynchronous request has done elsewhere (orders) is counted by transaction instead. Stateless.
 */
public class StatementUnit extends HttpFilter {

  private static final long serialVersionUID = 1L;

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    RequestMark.begin(request.getMethod(), request.getRequestURI());
    try {
      chain.doFilter(request, response);
    } finally {
      RequestMark.end();
    }
  }
}
