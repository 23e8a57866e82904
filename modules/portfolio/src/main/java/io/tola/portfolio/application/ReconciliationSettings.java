package io.tola.portfolio.application;

import io.tola.portfolio.domain.recon.Tolerances;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How statements are compared, how often, and when somebody is told. */
@Dependent
public class ReconciliationSettings {

  @Inject
  @ConfigProperty(name = "tola.reconciliation.quantity-tolerance", defaultValue = "0")
  private long quantityTolerance;

  @Inject
  @ConfigProperty(name = "tola.reconciliation.price-tolerance-pct", defaultValue = "0.01")
  private BigDecimal priceTolerancePct = new BigDecimal("0.01");

  @Inject
  @ConfigProperty(name = "tola.reconciliation.fee-tolerance", defaultValue = "1")
  private BigDecimal feeTolerance = BigDecimal.ONE;

  @Inject
  @ConfigProperty(name = "tola.reconciliation.clock-tolerance-seconds", defaultValue = "120")
  private long clockToleranceSeconds = 120;

  @Inject
  @ConfigProperty(name = "tola.reconciliation.in-flight-seconds", defaultValue = "300")
  private long inFlightSeconds = 300;

  @Inject
  @ConfigProperty(name = "tola.reconciliation.settlement-hours", defaultValue = "24")
  private long settlementHours = 24;

  @Inject
  @ConfigProperty(name = "tola.reconciliation.max-lines", defaultValue = "250000")
  private int maxLines = 250_000;

  @Inject
  @ConfigProperty(name = "tola.reconciliation.compare-every-minutes", defaultValue = "60")
  private long compareEveryMinutes = 60;

  @Inject
  @ConfigProperty(name = "tola.reconciliation.alert-after-minutes", defaultValue = "1440")
  private long alertAfterMinutes = 1_440;

  /** How much two figures may differ and still be the same. */
  Tolerances tolerances() {
    return new Tolerances(
        quantityTolerance,
        priceTolerancePct,
        feeTolerance,
        Duration.ofSeconds(clockToleranceSeconds),
        Duration.ofSeconds(inFlightSeconds),
        Duration.ofHours(settlementHours));
  }

  /** The most lines of a statement. */
  int maxLines() {
    return maxLines;
  }

  /** How long a comparison is good for; zero when statements are compared again by people only. */
  Duration compareEvery() {
    return Duration.ofMinutes(compareEveryMinutes);
  }

  /** How long a break may be open before somebody is told; zero when nobody is. */
  Duration alertAfter() {
    return Duration.ofMinutes(alertAfterMinutes);
  }
}
