package io.tola.gateway.rest.body;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.tola.gateway.json.Shape;
import io.tola.risk.api.RiskEvent;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * One risk event.
 *
 * @param accountId null for the whole platform
 * @param detail the facts, by type
 */
public record RiskEventShape(
    UUID id,
    Instant at,
    String type,
    String severity,
    UUID accountId,
    String actor,
    @JsonRawValue String detail)
    implements Shape {

  public static RiskEventShape of(RiskEvent event) {
    return new RiskEventShape(
        event.id(),
        event.at(),
        event.kind().name().toLowerCase(Locale.ROOT),
        event.severity().name().toLowerCase(Locale.ROOT),
        event.accountId() == null ? null : event.accountId().value(),
        event.actor(),
        event.detail());
  }
}
