package io.tola.gateway.metrics;

import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/**
 * {@code tola_logins_total} and {@code tola_password_changes_total} by outcome and {@code tola_requests_refused_total} by reason.
 * Thread-safe.
 */
@ApplicationScoped
public class SecurityMetrics {

  private static final Metadata LOGINS =
      Metadata.builder().withName("tola_logins_total").withDescription("Logins by outcome").build();
  private static final Metadata PASSWORD_CHANGES =
      Metadata.builder()
          .withName("tola_password_changes_total")
          .withDescription("Changes of own passwords by outcome")
          .build();
  private static final Metadata REFUSED =
      Metadata.builder()
          .withName("tola_requests_refused_total")
          .withDescription("Requests refused at the door: no token, wrong role, too many")
          .build();

  private MetricRegistry registry;

  /** For the proxy. */
  protected SecurityMetrics() {}

  @Inject
  SecurityMetrics(MetricRegistry registry) {
    this.registry = registry;
  }

  /** Counts a login that ended, with null for a token issued. */
  public void login(Throwable refused) {
    registry.counter(LOGINS, new Tag("outcome", outcome(refused))).inc();
  }

  /** Counts a change of an own password that ended, with null for one that was made. */
  public void passwordChange(Throwable refused) {
    registry.counter(PASSWORD_CHANGES, new Tag("outcome", outcome(refused))).inc();
  }

  private static String outcome(Throwable refused) {
    Throwable cause = refused instanceof CompletionException ? refused.getCause() : refused;
    return cause == null
        ? "ok"
        : cause instanceof ProblemException problem ? name(problem.code()) : "failed";
  }

  /** Counts a request refused at the door. */
  public void refused(ProblemCode code) {
    registry.counter(REFUSED, new Tag("reason", name(code))).inc();
  }

  private static String name(ProblemCode code) {
    return code.name().toLowerCase(Locale.ROOT);
  }
}
