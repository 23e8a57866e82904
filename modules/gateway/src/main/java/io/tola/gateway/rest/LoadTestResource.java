package io.tola.gateway.rest;

import io.tola.gateway.rest.body.LoadTestForm;
import io.tola.gateway.rest.body.LoadTestHistoryShape;
import io.tola.gateway.rest.body.LoadTestShape;
import io.tola.gateway.security.Allow;
import io.tola.kernel.Role;
import io.tola.performance.api.LoadTests;
import io.tola.performance.api.RecordedLoadTest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;

/** What load tests found, over time. */
@Path("performance/load-tests")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class LoadTestResource {

  private static final int MAX_PAGE = 200;
  private static final int DEFAULT_PAGE = 50;
  private static final int MAX_SCENARIO = 32;

  @Inject private LoadTests tests;

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow(Role.OPS)
  public Response report(
      @MaxBody(65_536) JsonBody body, @Context UriInfo uri, @Context SecurityContext security) {
    Query.of(uri).done();
    RecordedLoadTest recorded =
        tests.record(LoadTestForm.read(body.fields()), Door.caller(security).getName());
    return Response.status(recorded.isNew() ? Response.Status.CREATED : Response.Status.OK)
        .entity(LoadTestShape.of(recorded))
        .build();
  }

  @GET
  @Allow(Role.OPS)
  public LoadTestHistoryShape history(@Context UriInfo uri) {
    Query query = Query.of(uri);
    String scenario = query.value("scenario", MAX_SCENARIO, LoadTestForm::scenario);
    int limit = query.limit(DEFAULT_PAGE, MAX_PAGE);
    String cursor = query.cursor();
    query.done();
    return LoadTestHistoryShape.of(tests.history(scenario, limit, cursor));
  }
}
