package io.tola.gateway.security;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Role;
import io.tola.portfolio.api.AccountView;
import io.tola.portfolio.api.Portfolios;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Gives the demo profile its users and accounts when the application starts, again and again until
 * the database takes them.
 *
 * <p>Profiles: {@code demo} has known users with one password; anything else, {@code production}
 * being the default, has none, and refuses to start with a demo password set, because somebody has
 * mixed up two configurations.
 */
@ApplicationScoped
public class DemoSeed {

  private static final Logger LOG = System.getLogger(DemoSeed.class.getName());
  private static final Money CASH = Money.of("10000000.00");
  private static final String ACTOR = "system";

  @Resource private ManagedScheduledExecutorService scheduler;

  private DemoUsers users;
  private Portfolios portfolios;
  private boolean demo;
  private Optional<String> password;
  private int traders;
  private volatile String state = "waiting";
  private volatile boolean done;

  /** For the proxy. */
  protected DemoSeed() {}

  @Inject
  DemoSeed(
      DemoUsers users,
      Portfolios portfolios,
      @ConfigProperty(name = "tola.profile", defaultValue = "production") String profile,
      @ConfigProperty(name = "tola.demo.password") Optional<String> password,
      @ConfigProperty(name = "tola.demo.traders", defaultValue = "50") int traders) {
    this.users = users;
    this.portfolios = portfolios;
    this.demo = "demo".equals(profile);
    this.password = password;
    this.traders = traders;
  }

  void started(@Observes @Initialized(ApplicationScoped.class) Object event) {
    if (!demo) {
      if (password.isPresent()) {
        throw new IllegalStateException(
            "TOLA_DEMO_PASSWORD is set, but TOLA_PROFILE is not demo: demo users have a password"
                + " that everybody knows. Unset TOLA_DEMO_PASSWORD, or set TOLA_PROFILE=demo.");
      }
      state = "not demo";
      done = true;
    } else if (password.isEmpty() || password.get().length() < 8) {
      throw new IllegalStateException(
          "TOLA_PROFILE=demo needs TOLA_DEMO_PASSWORD of 8 characters or more");
    } else {
      scheduler.schedule(this::seed, 0, TimeUnit.MILLISECONDS);
    }
  }

  private void seed() {
    try {
      Map<String, Role> names = DemoUsers.names(traders);
      List<String> accountNames =
          names.keySet().stream().filter(n -> names.get(n) == Role.TRADER).toList();
      Map<String, AccountId> accounts = new HashMap<>();
      for (AccountView account : portfolios.openAccounts(accountNames, CASH, ACTOR)) {
        accounts.put(account.name(), account.accountId());
      }
      int added = users.write(names, accounts, password.get());
      state = "seeded";
      done = true;
      LOG.log(Level.INFO, "demo users are there: {0}, of which new: {1}", names.size(), added);
    } catch (SQLException | RuntimeException e) {
      String reason = String.valueOf(e.getMessage());
      if (!reason.equals(state)) {
        state = reason;
        LOG.log(Level.WARNING, "can''t write the demo users yet, trying again: {0}", reason);
      }
      scheduler.schedule(this::seed, 1, TimeUnit.SECONDS);
    }
  }

  /** Whether nothing is left to do. */
  public boolean isDone() {
    return done;
  }

  /** What is going on, for health checks: short and without secrets. */
  public String state() {
    return done ? state : "waiting for the database";
  }
}
