package io.tola.gateway.rest;

import io.tola.gateway.metrics.HttpMetrics;
import io.tola.gateway.web.RequestId;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Every failure inside the API ends here. */
@Provider
public class ProblemMapper implements ExceptionMapper<Throwable> {

  @Context private HttpServletRequest request;

  @Inject private HttpMetrics metrics;

  @Override
  public Response toResponse(Throwable thrown) {
    Response response = Problems.response(thrown, RequestId.of(request));
    if (request.getAttribute(Door.ATTRIBUTE) == null) {
      metrics.unmatched(response.getStatus());
    }
    return response;
  }
}
