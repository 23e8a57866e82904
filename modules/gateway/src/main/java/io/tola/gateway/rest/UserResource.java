package io.tola.gateway.rest;

import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Fields;
import io.tola.gateway.rest.body.PageShape;
import io.tola.gateway.rest.body.UserForm;
import io.tola.gateway.rest.body.UserShape;
import io.tola.gateway.security.Allow;
import io.tola.gateway.security.Logins;
import io.tola.gateway.security.UserOffice;
import io.tola.gateway.security.UserOffice.Rights;
import io.tola.gateway.security.UserOffice.User;
import io.tola.gateway.web.ClientAddress;
import io.tola.kernel.AccountId;
import io.tola.kernel.Role;
import io.tola.portfolio.api.Portfolios;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.sql.SQLException;

/** Users, for administrators; auditors read. */
@Path("users")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class UserResource {

  private static final int MAX_PAGE = 500;
  private static final int DEFAULT_PAGE = 100;
  private static final int MAX_PASSWORD = 256;
  private static final int MAX_BODY = 65_536;
  private static final Codes<Role> ROLES = Codes.of(Role.values(), Role::code);
  private static final Codes<Truth> TRUTHS = Codes.of(Truth.values(), Truth::code);

  private enum Truth {
    TRUE,
    FALSE;

    String code() {
      return this == TRUE ? "true" : "false";
    }
  }

  @Inject private UserOffice office;
  @Inject private Logins logins;
  @Inject private Portfolios portfolios;
  @Inject private ClientAddress addresses;

  @GET
  @Allow({Role.ADMIN, Role.AUDITOR})
  public PageShape<UserShape> users(@Context UriInfo uri) throws SQLException {
    Query query = Query.of(uri);
    Role role = query.code("role", ROLES);
    Truth enabled = query.code("enabled", TRUTHS);
    int limit = query.limit(DEFAULT_PAGE, MAX_PAGE);
    String cursor = query.cursor();
    query.done();
    return PageShape.of(
        office.users(role, enabled == null ? null : enabled == Truth.TRUE, limit, cursor),
        UserShape::of);
  }

  @GET
  @Path("{username}")
  @Allow({Role.ADMIN, Role.AUDITOR})
  public UserShape user(@PathParam("username") String username, @Context UriInfo uri)
      throws SQLException {
    Query.of(uri).done();
    return UserShape.of(office.user(username));
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow(Role.ADMIN)
  public Response createUser(
      @MaxBody(MAX_BODY) JsonBody body, @Context UriInfo uri, @Context SecurityContext security)
      throws SQLException {
    Query.of(uri).done();
    Fields form = body.fields();
    String username = form.requiredValue("username", UserForm.MAX_USERNAME, UserForm::username);
    String password = form.requiredText("password", MAX_PASSWORD);
    boolean temporary = form.truth("password_temporary", true);
    Rights rights = UserForm.ofNewUser(form, this::exists);
    form.done();
    form.errors().throwIfAny();
    User created =
        office.create(
            username,
            logins.hash(username, password),
            temporary,
            rights,
            Door.caller(security).getName());
    return Response.status(Response.Status.CREATED).entity(UserShape.of(created)).build();
  }

  @PUT
  @Path("{username}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow(Role.ADMIN)
  public UserShape change(
      @PathParam("username") String username,
      @MaxBody(MAX_BODY) JsonBody body,
      @Context UriInfo uri,
      @Context SecurityContext security,
      @Context HttpServletRequest request)
      throws SQLException {
    Query.of(uri).done();
    Fields form = body.fields();
    Rights rights = UserForm.replacing(form, this::exists);
    Long version = form.requiredWhole("version", 1, Long.MAX_VALUE);
    form.done();
    form.errors().throwIfAny();
    return felt(
        office.change(
            username, rights, version, Door.caller(security).getName(), addresses.of(request)));
  }

  @PUT
  @Path("{username}/password")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow(Role.ADMIN)
  public UserShape resetPassword(
      @PathParam("username") String username,
      @MaxBody(4_096) JsonBody body,
      @Context UriInfo uri,
      @Context SecurityContext security)
      throws SQLException {
    Query.of(uri).done();
    Fields form = body.fields();
    String password = form.requiredText("password", MAX_PASSWORD);
    boolean temporary = form.truth("password_temporary", true);
    form.done();
    form.errors().throwIfAny();
    office.user(username);
    return felt(
        office.setPassword(
            username,
            logins.hash(username, password),
            temporary,
            Door.caller(security).getName(),
            null));
  }

  /** Ends the locks of the user's logins. */
  @POST
  @Path("{username}/unlock")
  @Allow(Role.ADMIN)
  public UserShape unlock(
      @PathParam("username") String username,
      @Context UriInfo uri,
      @Context SecurityContext security)
      throws SQLException {
    Query.of(uri).done();
    return UserShape.of(office.unlock(username, Door.caller(security).getName()));
  }

  /** Ends every token of the user. */
  @POST
  @Path("{username}/logout")
  @Allow(Role.ADMIN)
  public UserShape logout(
      @PathParam("username") String username,
      @Context UriInfo uri,
      @Context SecurityContext security)
      throws SQLException {
    Query.of(uri).done();
    return felt(office.endTokens(username, Door.caller(security).getName()));
  }

  private UserShape felt(User changed) throws SQLException {
    office.seen(changed.username());
    return UserShape.of(changed);
  }

  private boolean exists(AccountId account) {
    return portfolios.account(account).isPresent();
  }
}
