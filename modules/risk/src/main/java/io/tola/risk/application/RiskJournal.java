package io.tola.risk.application;

import io.tola.kernel.Ids;
import io.tola.kernel.Page;
import io.tola.kernel.json.CanonicalJson;
import io.tola.kernel.port.Outbox;
import io.tola.kernel.port.OutboxMessage;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.risk.api.NewRiskEvent;
import io.tola.risk.api.RiskEvent;
import io.tola.risk.api.RiskEventFilter;
import io.tola.risk.api.RiskEvents;
import io.tola.risk.api.RiskSeverity;
import io.tola.risk.store.EventStore;
import io.tola.risk.store.RiskStore;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/** Writes risk events with their alerts, and lists them. */
@Stateless
@Local(RiskEvents.class)
public class RiskJournal implements RiskEvents {

  /** What is older than this is news to nobody: a node that comes back from a long rest. */
  static final Duration NEWS = Duration.ofDays(1);

  private static final int MOST = 500;

  private static final Metadata EVENTS =
      Metadata.builder()
          .withName("tola_risk_events_total")
          .withDescription("Risk events this node recorded, by kind and severity")
          .build();

  private static final Logger LOG = System.getLogger(RiskJournal.class.getName());

  @Inject private EventStore store;
  @Inject private Instance<Outbox> outbox;
  @Inject private Clock clock;
  @Inject private MetricRegistry metrics;

  /** For the container. */
  public RiskJournal() {}

  RiskJournal(EventStore store, Instance<Outbox> outbox, Clock clock, MetricRegistry metrics) {
    this.store = store;
    this.outbox = outbox;
    this.clock = clock;
    this.metrics = metrics;
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.REQUIRED)
  public void record(List<NewRiskEvent> events) {
    Instant news = clock.instant().minus(NEWS);
    List<RiskEvent> written = new ArrayList<>();
    Map<String, List<Alert>> alerts = new LinkedHashMap<>();
    for (NewRiskEvent event : events) {
      RiskEvent made =
          new RiskEvent(
              Ids.next(),
              event.at(),
              event.kind(),
              event.severity(),
              event.accountId(),
              event.actor(),
              CanonicalJson.write(event.detail()));
      written.add(made);
      if (event.severity() != RiskSeverity.INFO && event.at().isAfter(news)) {
        alerts
            .computeIfAbsent(scope(made), s -> new ArrayList<>())
            .add(new Alert(made, event.detail()));
      }
    }
    store.insert(written);
    send(alerts);
    for (RiskEvent event : written) {
      metrics
          .counter(
              EVENTS,
              new Tag("kind", event.kind().name().toLowerCase(Locale.ROOT)),
              new Tag("severity", event.severity().name().toLowerCase(Locale.ROOT)))
          .inc();
    }
  }

  private record Alert(RiskEvent event, Map<String, ?> detail) {}

  private void send(Map<String, List<Alert>> alerts) {
    if (alerts.isEmpty()) {
      return;
    }
    if (!outbox.isResolvable()) {
      // As for the kill switch: what happened is recorded whether or not anybody can be told.
      LOG.log(Level.ERROR, "no outbox: alerts about {0} are not sent", alerts.keySet());
      return;
    }
    Map<String, Long> counts = new LinkedHashMap<>();
    alerts.forEach((scope, list) -> counts.put(scope, (long) list.size()));
    Map<String, Long> last = store.drawSequences(counts);
    List<OutboxMessage> messages = new ArrayList<>();
    alerts.forEach(
        (scope, list) -> {
          long sequence = last.get(scope) - list.size();
          for (Alert alert : list) {
            messages.add(message(scope, alert, ++sequence));
          }
        });
    outbox.get().append(messages);
  }

  private static OutboxMessage message(String scope, Alert alert, long sequence) {
    RiskEvent event = alert.event();
    Map<String, Object> body = new LinkedHashMap<>(alert.detail());
    body.put("alert_id", event.id());
    body.put("kind", event.kind().name().toLowerCase(Locale.ROOT));
    body.put("severity", event.severity().name());
    body.put("scope", scope);
    body.put("actor", event.actor());
    body.put("at", event.at());
    body.put("sequence", sequence);
    return new OutboxMessage(
        event.id(),
        RiskOffice.ALERTS,
        // Not the kill switch's key, which has a sequence of its own.
        "risk-events:" + scope,
        sequence,
        CanonicalJson.write(body));
  }

  private static String scope(RiskEvent event) {
    return event.accountId() == null ? RiskStore.PLATFORM : event.accountId().toString();
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public Page<RiskEvent> list(RiskEventFilter filter) {
    if (filter.limit() < 1 || filter.limit() > MOST) {
      throw new ProblemException(
          ProblemCode.INVALID_PARAMETER,
          "limit must be from 1 to " + MOST,
          List.of(new FieldError("limit", "must be from 1 to " + MOST)));
    }
    return store.list(filter);
  }
}
