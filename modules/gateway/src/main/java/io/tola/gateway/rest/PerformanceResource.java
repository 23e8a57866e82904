package io.tola.gateway.rest;

import io.tola.gateway.json.Codes;
import io.tola.gateway.rest.body.CacheFlushShape;
import io.tola.gateway.rest.body.CacheReportShape;
import io.tola.gateway.rest.body.DatabaseViewShape;
import io.tola.gateway.rest.body.IndexReportShape;
import io.tola.gateway.rest.body.PerformanceSummaryShape;
import io.tola.gateway.rest.body.PoolReportShape;
import io.tola.gateway.rest.body.QueryReportShape;
import io.tola.gateway.rest.body.ReadRoutingShape;
import io.tola.gateway.rest.body.SlowQueryReportShape;
import io.tola.gateway.rest.body.StatementReportShape;
import io.tola.gateway.security.Allow;
import io.tola.kernel.Role;
import io.tola.performance.api.CacheControl;
import io.tola.performance.api.QueryProfile;
import io.tola.performance.api.QueryType;
import io.tola.performance.api.ReadRoutes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;

/** How fast the node that answers is, and what makes it slow. */
@Path("performance")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class PerformanceResource {

  private static final Codes<QueryType> TYPES = Codes.of(QueryType.values(), QueryType::name);
  private static final int MANY = 50;
  private static final int MAX_CACHE_NAME = 40;

  @Inject private QueryProfile profile;
  @Inject private CacheControl caches;
  @Inject private ReadRoutes routes;

  @GET
  @Path("cache")
  @Allow(Role.OPS)
  public CacheReportShape cache(@Context UriInfo uri) {
    Query.of(uri).done();
    return CacheReportShape.of(caches.report());
  }

  /** Empties the caches whose names begin with the prefix; all of them without one. */
  @POST
  @Path("cache/flush")
  @Allow({Role.OPS, Role.ADMIN})
  public CacheFlushShape flush(@Context UriInfo uri, @Context SecurityContext security) {
    Query query = Query.of(uri);
    String prefix = query.text("prefix", MAX_CACHE_NAME);
    query.done();
    return CacheFlushShape.of(
        caches.flush(prefix == null ? "" : prefix, Door.caller(security).getName()));
  }

  @GET
  @Path("queries")
  @Allow(Role.OPS)
  public QueryReportShape queries(@Context UriInfo uri) {
    Query query = Query.of(uri);
    QueryType type = query.code("query_type", TYPES);
    query.done();
    return QueryReportShape.of(profile.queries(type));
  }

  @GET
  @Path("summary")
  @Allow(Role.OPS)
  public PerformanceSummaryShape summary(@Context UriInfo uri) {
    Query.of(uri).done();
    return PerformanceSummaryShape.of(profile.summary());
  }

  @GET
  @Path("slow-queries")
  @Allow(Role.OPS)
  public SlowQueryReportShape slowQueries(@Context UriInfo uri) {
    return SlowQueryReportShape.of(profile.slowQueries(limit(uri, 100)));
  }

  @GET
  @Path("statements")
  @Allow(Role.OPS)
  public StatementReportShape statements(@Context UriInfo uri) {
    return StatementReportShape.of(profile.statements(limit(uri, 400)));
  }

  @GET
  @Path("pool")
  @Allow(Role.OPS)
  public PoolReportShape pool(@Context UriInfo uri) {
    Query.of(uri).done();
    return PoolReportShape.of(profile.pools());
  }

  @GET
  @Path("read-routing")
  @Allow(Role.OPS)
  public ReadRoutingShape readRouting(@Context UriInfo uri) {
    Query.of(uri).done();
    return ReadRoutingShape.of(routes.now());
  }

  @GET
  @Path("database")
  @Allow(Role.OPS)
  public DatabaseViewShape database(@Context UriInfo uri) {
    return DatabaseViewShape.of(profile.database(limit(uri, 200)));
  }

  @GET
  @Path("indexes")
  @Allow(Role.OPS)
  public IndexReportShape indexes(@Context UriInfo uri) {
    Query.of(uri).done();
    return IndexReportShape.of(profile.indexes());
  }

  private static int limit(UriInfo uri, int max) {
    Query query = Query.of(uri);
    int limit = query.limit(MANY, max);
    query.done();
    return limit;
  }
}
