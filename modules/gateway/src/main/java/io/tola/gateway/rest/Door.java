package io.tola.gateway.rest;

import io.tola.gateway.metrics.HttpMetrics;
import io.tola.gateway.metrics.SecurityMetrics;
import io.tola.gateway.security.Authenticator;
import io.tola.gateway.security.Caller;
import io.tola.gateway.web.RequestId;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import java.time.Duration;
import java.util.List;

/**
 * Stands before one resource method: who is it, how often, may they. One instance a method, made
 * when the application starts, so that a request costs no reflection. Stateless between requests.
 */
class Door implements ContainerRequestFilter, ContainerResponseFilter {

  /** Request attribute: set once a door was reached; holds the time it was. */
  static final String ATTRIBUTE = "tola.door";

  private final Access access;
  private final Authenticator authenticator;
  private final DoorFeature.AddressLimits limits;
  private final HttpMetrics.Route metrics;
  private final SecurityMetrics securityMetrics;
  private final HttpServletRequest request;

  /**
   * Who may pass.
   *
   * @param anonymous everybody
   * @param roles mask of roles that may; 0 with {@code anyRole} for everybody who is logged in
   */
  record Access(boolean anonymous, boolean anyRole, int roles) {}

  Door(
      Access access,
      Authenticator authenticator,
      DoorFeature.AddressLimits limits,
      HttpMetrics.Route metrics,
      SecurityMetrics securityMetrics,
      HttpServletRequest request) {
    this.access = access;
    this.authenticator = authenticator;
    this.limits = limits;
    this.metrics = metrics;
    this.securityMetrics = securityMetrics;
    this.request = request;
  }

  @Override
  public void filter(ContainerRequestContext context) {
    context.setProperty(ATTRIBUTE, System.nanoTime());
    try {
      admit(context);
    } catch (ProblemException refused) {
      securityMetrics.refused(refused.code());
      context.abortWith(
          Problems.response(refused, (String) context.getProperty(RequestId.ATTRIBUTE)));
    }
  }

  private void admit(ContainerRequestContext context) {
    if (access.anonymous) {
      limits.take(request);
      return;
    }
    Caller caller;
    try {
      caller = authenticator.authenticate(context.getHeaderString(HttpHeaders.AUTHORIZATION));
    } catch (ProblemException refused) {
      // Signature checks cost more than lookups: strangers get few of them.
      limits.take(request);
      throw refused;
    }
    if (caller.addresses() != null) {
      String address = limits.address(request);
      if (!caller.addresses().admits(address)) {
        throw Caller.refusedAddress(address);
      }
    }
    long wait = caller.bucket().take(System.nanoTime());
    if (wait > 0) {
      throw limited(wait);
    }
    if (!access.anyRole && !caller.hasAnyOf(access.roles)) {
      throw new ProblemException(ProblemCode.FORBIDDEN, "Your roles don't allow this.");
    }
    context.setSecurityContext(new CallerContext(caller));
  }

  static ProblemException limited(long waitNanos) {
    return new ProblemException(
        ProblemCode.RATE_LIMITED,
        "Too many requests; slow down.",
        List.of(),
        Duration.ofNanos(waitNanos));
  }

  @Override
  public void filter(ContainerRequestContext context, ContainerResponseContext response) {
    Object since = context.getProperty(ATTRIBUTE);
    metrics.answered(
        response.getStatus(), since instanceof Long start ? System.nanoTime() - start : 0);
  }

  /** The caller, for resource methods. */
  static Caller caller(SecurityContext context) {
    return (Caller) context.getUserPrincipal();
  }

  private record CallerContext(Caller caller) implements SecurityContext {
    @Override
    public Principal getUserPrincipal() {
      return caller;
    }

    @Override
    public boolean isUserInRole(String role) {
      return caller.roles().stream().anyMatch(held -> held.code().equals(role));
    }

    @Override
    public boolean isSecure() {
      return false;
    }

    @Override
    public String getAuthenticationScheme() {
      return "Bearer";
    }
  }
}
