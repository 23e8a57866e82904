package io.tola.gateway.rest;

import io.tola.gateway.rest.body.ComplianceShape;
import io.tola.gateway.security.Allow;
import io.tola.kernel.Role;
import io.tola.risk.api.Compliance;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;

/** The report for those who check on the platform. */
@Path("compliance")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class ComplianceResource {

  @Inject private Compliance compliance;

  @GET
  @Path("report")
  @Allow({Role.RISK, Role.AUDITOR, Role.ADMIN})
  public ComplianceShape report(@Context UriInfo uri) {
    Query.of(uri).done();
    return ComplianceShape.of(compliance.report());
  }
}
