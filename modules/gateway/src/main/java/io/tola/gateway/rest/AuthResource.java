package io.tola.gateway.rest;

import io.tola.gateway.json.Fields;
import io.tola.gateway.metrics.SecurityMetrics;
import io.tola.gateway.rest.body.TokenShape;
import io.tola.gateway.security.Anonymous;
import io.tola.gateway.security.Logins;
import io.tola.gateway.web.ClientAddress;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.CompletionStage;

/** Tokens. */
@Path("auth")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class AuthResource {

  private static final int MAX_USERNAME = 64;
  private static final int MAX_PASSWORD = 256;
  private static final int MAX_BODY = 4_096;

  @Inject private Logins logins;
  @Inject private ClientAddress addresses;
  @Inject private SecurityMetrics metrics;

  @POST
  @Path("token")
  @Consumes(MediaType.APPLICATION_JSON)
  @Anonymous
  public CompletionStage<TokenShape> token(
      @MaxBody(MAX_BODY) JsonBody body, @Context HttpServletRequest request) {
    Fields form = body.fields();
    String username = form.requiredText("username", MAX_USERNAME);
    String password = form.requiredText("password", MAX_PASSWORD);
    form.done();
    form.errors().throwIfAny();
    return logins
        .login(username, password, addresses.of(request))
        .whenComplete((issued, refused) -> metrics.login(refused))
        .thenApply(issued -> new TokenShape(issued.token(), "Bearer", issued.expiresInSeconds()));
  }
}
