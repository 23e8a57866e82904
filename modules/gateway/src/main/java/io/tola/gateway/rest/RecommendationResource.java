package io.tola.gateway.rest;

import io.tola.gateway.json.Fields;
import io.tola.gateway.rest.body.IndexTrialShape;
import io.tola.gateway.rest.body.RecommendationShape;
import io.tola.gateway.rest.body.RecommendationsShape;
import io.tola.gateway.security.Allow;
import io.tola.kernel.Role;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.performance.api.IndexTrial;
import io.tola.performance.api.Recommendations;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Locale;

/** What is worth doing about speed, and trying it where it is an index. */
@Path("performance/recommendations")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class RecommendationResource {

  private static final int MAX_BODY = 4_096;

  @Inject private Recommendations recommendations;

  @GET
  @Allow(Role.OPS)
  public RecommendationsShape all(@Context UriInfo uri) {
    Query query = Query.of(uri);
    Boolean fresh = query.value("fresh", 5, RecommendationResource::truth);
    query.done();
    return RecommendationsShape.of(recommendations.all(Boolean.TRUE.equals(fresh)));
  }

  @GET
  @Path("{recommendation_id}")
  @Allow(Role.OPS)
  public RecommendationShape one(@PathParam("recommendation_id") String id, @Context UriInfo uri) {
    Query.of(uri).done();
    return RecommendationShape.of(recommendations.one(id));
  }

  @POST
  @Path("{recommendation_id}/trial")
  @Allow(Role.OPS)
  public Response startTrial(
      @PathParam("recommendation_id") String id,
      @Context UriInfo uri,
      @Context HttpServletRequest request,
      @Context SecurityContext security)
      throws IOException {
    Query.of(uri).done();
    return answer(
        recommendations.startTrial(id, threshold(request), Door.caller(security).getName()), uri);
  }

  @POST
  @Path("{recommendation_id}/rollback")
  @Allow(Role.OPS)
  public Response startRollback(
      @PathParam("recommendation_id") String id,
      @Context UriInfo uri,
      @Context SecurityContext security) {
    Query.of(uri).done();
    return answer(recommendations.startRollback(id, Door.caller(security).getName()), uri);
  }

  private static Boolean truth(String text) {
    return switch (text) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      default -> throw new InvalidValueException("fresh", "must be true or false");
    };
  }

  /** The body may be missing, which no reader of bodies allows. */
  private static BigDecimal threshold(HttpServletRequest request) throws IOException {
    String type = request.getContentType();
    if (type == null && request.getContentLengthLong() <= 0) {
      return null;
    }
    if (type == null
        || !type.toLowerCase(Locale.ROOT)
            .replace(" ", "")
            .matches("application/json(;charset=\"?utf-8\"?)?")) {
      throw new ProblemException(
          ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Send application/json in UTF-8, or nothing.");
    }
    Fields form =
        JsonReader.read(
                request.getHeader(HttpHeaders.CONTENT_LENGTH), request.getInputStream(), MAX_BODY)
            .fields();
    BigDecimal threshold = form.decimal("threshold_pct", decimal -> decimal);
    form.done();
    form.errors().throwIfAny();
    return threshold;
  }

  /** 202 while something is being done, and where to look for it. */
  private static Response answer(IndexTrial trial, UriInfo uri) {
    return Response.status(trial.phase() == null ? Response.Status.OK : Response.Status.ACCEPTED)
        .header(
            HttpHeaders.LOCATION,
            uri.getBaseUri().getRawPath().replaceAll("/$", "")
                + "/performance/recommendations/"
                + trial.recommendationId())
        .entity(IndexTrialShape.of(trial))
        .build();
  }
}
