package io.tola.gateway.security;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Makes the user {@code admin} of an installation that has nobody yet who may manage users, from a
 * password in the configuration. It is temporary: changing it is all it is good for. Does nothing
 * when somebody is there, so the setting may stay, and does nothing in the demo profile, which has
 * its own.
 */
@ApplicationScoped
public class FirstAdmin {

  static final String USERNAME = "admin";
  private static final Logger LOG = System.getLogger(FirstAdmin.class.getName());

  @Resource private ManagedScheduledExecutorService scheduler;

  private UserOffice office;
  private PasswordRules rules;
  private Optional<String> password;
  private boolean demo;
  private String lastFailure = "";

  /** For the proxy. */
  protected FirstAdmin() {}

  @Inject
  FirstAdmin(
      UserOffice office,
      PasswordRules rules,
      @ConfigProperty(name = "tola.profile", defaultValue = "production") String profile,
      @ConfigProperty(name = "tola.security.first-admin-password") Optional<String> password) {
    this.office = office;
    this.rules = rules;
    this.password = password;
    this.demo = "demo".equals(profile);
  }

  void started(@Observes @Initialized(ApplicationScoped.class) Object event) {
    if (demo || password.isEmpty()) {
      return;
    }
    String fault = rules.fault(USERNAME, password.get());
    if (fault != null) {
      throw new IllegalStateException("tola.security.first-admin-password " + fault);
    }
    scheduler.schedule(this::make, 0, TimeUnit.MILLISECONDS);
  }

  private void make() {
    try {
      if (office.createFirstAdmin(USERNAME, Passwords.hash(password.get()))) {
        LOG.log(Level.WARNING, "made the first user, admin; change the password before using it");
      }
    } catch (SQLException | RuntimeException e) {
      String reason = String.valueOf(e.getMessage());
      if (!reason.equals(lastFailure)) {
        lastFailure = reason;
        LOG.log(Level.WARNING, "can''t make the first user yet, trying again: {0}", reason);
      }
      scheduler.schedule(this::make, 2, TimeUnit.SECONDS);
    }
  }
}
