package io.tola.gateway.rest;

import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Fields;
import io.tola.gateway.metrics.SecurityMetrics;
import io.tola.gateway.rest.body.LogoutShape;
import io.tola.gateway.rest.body.TokenShape;
import io.tola.gateway.rest.body.UserShape;
import io.tola.gateway.security.Allow;
import io.tola.gateway.security.Anonymous;
import io.tola.gateway.security.Authenticator;
import io.tola.gateway.security.Logins;
import io.tola.gateway.security.UserOffice;
import io.tola.gateway.web.ClientAddress;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.CompletionStage;

/** Tokens. */
@Path("auth")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class AuthResource {

  private static final int MAX_USERNAME = 64;
  private static final int MAX_PASSWORD = 256;
  private static final int MAX_BODY = 4_096;

  private static final Codes<Ended> ENDED = Codes.of(Ended.values(), Ended::code);

  private enum Ended {
    TOKEN,
    ALL;

    String code() {
      return this == TOKEN ? "token" : "all";
    }
  }

  @Inject private Logins logins;
  @Inject private Authenticator authenticator;
  @Inject private UserOffice office;
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

  /** Without a token, because a password that somebody else has set gives none. */
  @POST
  @Path("password")
  @Consumes(MediaType.APPLICATION_JSON)
  @Anonymous
  public CompletionStage<UserShape> changePassword(
      @MaxBody(MAX_BODY) JsonBody body, @Context HttpServletRequest request) {
    Fields form = body.fields();
    String username = form.requiredText("username", MAX_USERNAME);
    String password = form.requiredText("password", MAX_PASSWORD);
    String wanted = form.requiredText("new_password", MAX_PASSWORD);
    form.done();
    form.errors().throwIfAny();
    return logins
        .changePassword(username, password, wanted, addresses.of(request))
        .whenComplete((changed, refused) -> metrics.passwordChange(refused))
        .thenApply(UserShape::of);
  }

  /** What is ended must be said, so that nobody ends more, or less, than meant. */
  @POST
  @Path("logout")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow
  public LogoutShape logout(
      @MaxBody(MAX_BODY) JsonBody body,
      @Context HttpHeaders headers,
      @Context SecurityContext security)
      throws SQLException {
    Fields form = body.fields();
    Ended what = form.requiredCode("end", ENDED);
    form.done();
    form.errors().throwIfAny();
    String user = Door.caller(security).getName();
    Authenticator.Held token =
        authenticator.held(headers.getHeaderString(HttpHeaders.AUTHORIZATION));
    if (what == Ended.TOKEN) {
      office.endToken(user, token);
      office.seen(token);
    } else if (token.external()) {
      // There is no row whose version would end them all: the moment is kept instead.
      Instant issuedUntil = office.endExternal(user, token);
      office.seenExternal(user, issuedUntil, token);
    } else {
      office.endTokens(user, user);
      office.seen(user);
    }
    return new LogoutShape(user, what.code());
  }
}
