package io.tola.market.application;

import io.tola.kernel.port.Leases;
import io.tola.market.store.LeaseStore.Taken;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Gives out leases. Thread-safe. */
@ApplicationScoped
public class LeaseDesk implements Leases {

  private static final int LONGEST_NAME = 100;

  private LeaseOffice office;

  /** For the container. */
  protected LeaseDesk() {}

  @Inject
  LeaseDesk(LeaseOffice office) {
    this.office = office;
  }

  @Override
  public Optional<Lease> tryTake(String name, Duration length) {
    if (name.isEmpty() || name.length() > LONGEST_NAME) {
      throw new IllegalArgumentException("a lease's name has 1 to " + LONGEST_NAME + " characters");
    }
    require(length);
    return office.take(name, length).map(taken -> new Held(office, name, taken));
  }

  private static void require(Duration length) {
    if (length.compareTo(Duration.ofMillis(1)) < 0 || length.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("a lease can't last " + length);
    }
  }

  private static final class Held implements Lease {

    private final LeaseOffice office;
    private final String name;
    private final long token;
    private volatile Instant until;

    private Held(LeaseOffice office, String name, Taken taken) {
      this.office = office;
      this.name = name;
      this.token = taken.token();
      this.until = taken.until();
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long token() {
      return token;
    }

    @Override
    public Instant until() {
      return until;
    }

    @Override
    public boolean confirm() {
      return office.confirm(name, token);
    }

    @Override
    public boolean renew(Duration length) {
      require(length);
      Optional<Instant> later = office.renew(name, token, length);
      later.ifPresent(end -> until = end);
      return later.isPresent();
    }

    @Override
    public void close() {
      try {
        office.renew(name, token, Duration.ZERO);
      } catch (RuntimeException e) {
        // It runs out by itself.
      }
    }
  }
}
