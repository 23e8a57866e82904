package io.tola.risk.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Page;
import io.tola.kernel.json.CanonicalJson;
import io.tola.portfolio.api.ReconciliationLog;
import io.tola.portfolio.api.Reconciliations;
import io.tola.risk.api.NewRiskEvent;
import io.tola.risk.api.RiskEvent;
import io.tola.risk.api.RiskEventKind;
import io.tola.risk.api.RiskEvents;
import io.tola.risk.api.RiskSeverity;
import io.tola.risk.domain.OrderToTrade;
import io.tola.risk.domain.RefusalWeight;
import io.tola.risk.store.EventStore;
import io.tola.risk.store.FlowCounts;
import io.tola.trading.api.OrderFlow;
import io.tola.trading.api.OrderFlow.Counts;
import io.tola.trading.api.OrderFlow.Refused;
import io.tola.trading.api.OrderFlow.Span;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Counts orders after they were committed, and records what of it risk should know: orders that
 * controls refused, and accounts that send too many for their trades. Each call is a transaction of
 * its own; how far it came is part of it, so each report is counted once, whatever dies when.
 */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class FlowClerk {

  /** The market's days. */
  static final ZoneId INDIA = ZoneId.of("Asia/Kolkata");

  /** Reports of one pass, so that a transaction stays short. */
  static final long MOST = 20_000;

  /** What is older than this goes, unless the setting is longer: the five years of the law. */
  static final Period KEPT_AT_LEAST = Period.ofYears(5);

  private static final Duration AHEAD = Duration.ofDays(62);

  /** How far the first look for breaks goes back: a node that was told of one died at most that long ago. */
  private static final Duration BREAKS_BACK = Duration.ofDays(1);

  /** How much each look goes over again, for clocks that differ and commits that took long. */
  private static final Duration BREAKS_AGAIN = Duration.ofMinutes(2);

  private static final int LINES = 500;

  @Inject private OrderFlow flow;
  @Inject private FlowCounts counts;
  @Inject private EventStore months;
  @Inject private RiskEvents events;
  @Inject private Reconciliations reconciliations;
  @Inject private Clock clock;

  @Inject
  @ConfigProperty(name = "tola.compliance.order-to-trade.warning", defaultValue = "50")
  private BigDecimal warning;

  @Inject
  @ConfigProperty(name = "tola.compliance.order-to-trade.critical", defaultValue = "500")
  private BigDecimal critical;

  @Inject
  @ConfigProperty(name = "tola.compliance.order-to-trade.minimum", defaultValue = "100")
  private long minimum;

  @Inject
  @ConfigProperty(name = "tola.risk.events.retention", defaultValue = "P8Y")
  private String retention;

  private OrderToTrade limit;
  private Period kept;

  /** The account that the last pass of this node ended with; the next begins after it. */
  private volatile AccountId servedLast;

  private volatile Instant breaksSeen;

  /**
   * What a pass came to.
   *
   * @param counted reports
   * @param left reports that were there and weren't counted; 0 while another node counts
   */
  public record Pass(long counted, long left) {}

  /** For the container. */
  public FlowClerk() {}

  FlowClerk(
      OrderFlow flow,
      FlowCounts counts,
      EventStore months,
      RiskEvents events,
      Reconciliations reconciliations,
      Clock clock,
      OrderToTrade limit,
      Period kept) {
    this.flow = flow;
    this.counts = counts;
    this.months = months;
    this.events = events;
    this.reconciliations = reconciliations;
    this.clock = clock;
    this.limit = limit;
    this.kept = kept;
  }

  @PostConstruct
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  void start() {
    limit = new OrderToTrade(warning, critical, minimum);
    kept = kept(retention);
  }

  /**
   * Reads how long events are kept.
   *
   * @throws IllegalArgumentException when it is no period, or shorter than five years
   */
  static Period kept(String text) {
    Period period;
    try {
      period = Period.parse(text);
    } catch (java.time.format.DateTimeParseException e) {
      throw new IllegalArgumentException(
          "tola.risk.events.retention=" + text + " can't be used: it must be a period such as P8Y");
    }
    // Any day will do to compare two periods by, as long as it is the same.
    LocalDate day = LocalDate.of(2024, 3, 1);
    if (day.plus(period).isBefore(day.plus(KEPT_AT_LEAST))) {
      throw new IllegalArgumentException(
          "tola.risk.events.retention="
              + text
              + " can't be used: records are kept for five years at least");
    }
    return period;
  }

  /** The ratio that is told of. */
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public OrderToTrade limit() {
    return limit;
  }

  /** How long events are kept. */
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public Period kept() {
    return kept;
  }

  /**
   * Counts what was committed since the last time, {@link #MOST} reports or little more. A pass that
   * can't do all begins where the last one ended, so no account waits for ever behind busy ones.
   */
  public Pass count() {
    if (!counts.lead()) {
      return new Pass(0, 0);
    }
    Map<AccountId, Long> known = counts.positions();
    List<Span> spans = new ArrayList<>();
    long reports = 0;
    long left = 0;
    for (Map.Entry<AccountId, Long> newest : inTurn(flow.newest()).entrySet()) {
      long after = known.getOrDefault(newest.getKey(), 0L);
      long upTo = reports < MOST ? Math.min(newest.getValue(), after + OrderFlow.MOST) : after;
      if (upTo > after) {
        spans.add(new Span(newest.getKey(), after, upTo));
        reports += upTo - after;
        servedLast = newest.getKey();
      }
      left += Math.max(0, newest.getValue() - Math.max(after, upTo));
    }
    if (spans.isEmpty()) {
      return new Pass(0, left);
    }
    List<Counts> counted = flow.counts(spans);
    List<NewRiskEvent> told = new ArrayList<>();
    if (!counted.isEmpty()) {
      for (FlowCounts.Day day : counts.add(counted)) {
        ratio(day, told);
      }
    }
    if (counted.stream().anyMatch(c -> c.refused() > 0)) {
      List<Refused> refused = flow.refused(spans);
      counts.addRefused(refused);
      refused.forEach(r -> refusal(r, told));
    }
    counts.advance(spans);
    if (!told.isEmpty()) {
      events.record(told);
    }
    return new Pass(reports, left);
  }

  /** By id, those after the account served last first. */
  private Map<AccountId, Long> inTurn(Map<AccountId, Long> newest) {
    TreeMap<AccountId, Long> sorted = new TreeMap<>(Comparator.comparing(AccountId::value));
    sorted.putAll(newest);
    if (servedLast == null) {
      return sorted;
    }
    Map<AccountId, Long> turn = new LinkedHashMap<>(sorted.tailMap(servedLast, false));
    turn.putAll(sorted.headMap(servedLast, true));
    return turn;
  }

  /** Reports that nobody has counted yet. */
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public long backlog() {
    Map<AccountId, Long> known = counts.positions();
    return flow.newest().entrySet().stream()
        .mapToLong(e -> Math.max(0, e.getValue() - known.getOrDefault(e.getKey(), 0L)))
        .sum();
  }

  private void ratio(FlowCounts.Day day, List<NewRiskEvent> told) {
    Counts c = day.counts();
    long messages = c.orders() + c.replaced() + c.canceled();
    int level = limit.level(messages, c.trades());
    if (level <= day.alerted()) {
      return;
    }
    counts.alerted(c.day(), c.accountId(), level);
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("day", c.day().toString());
    detail.put("orders", c.orders());
    detail.put("replaced", c.replaced());
    detail.put("canceled", c.canceled());
    detail.put("trades", c.trades());
    detail.put("ratio", OrderToTrade.ratio(messages, c.trades()));
    detail.put("limit", level == 2 ? limit.critical() : limit.warning());
    told.add(
        new NewRiskEvent(
            RiskEventKind.ORDER_TO_TRADE,
            level == 2 ? RiskSeverity.CRITICAL : RiskSeverity.WARNING,
            c.accountId(),
            "system",
            clock.instant(),
            detail));
  }

  private static void refusal(Refused r, List<NewRiskEvent> told) {
    RefusalWeight.of(r.code())
        .ifPresent(
            severity -> {
              Map<String, Object> detail = new LinkedHashMap<>();
              detail.put("code", r.code());
              detail.put(
                  "control",
                  RefusalWeight.control(r.code()).orElseThrow().name().toLowerCase(Locale.ROOT));
              detail.put("orders", r.count());
              detail.put("last_order_id", r.lastOrder());
              detail.put("symbol", r.symbol().value());
              detail.put("tag", r.tag());
              detail.put("reason", r.reason());
              told.add(
                  new NewRiskEvent(
                      RiskEventKind.ORDERS_REFUSED,
                      severity,
                      r.accountId(),
                      "system",
                      r.at(),
                      detail));
            });
  }

  /**
   * Records breaks that stay open, as reconciliation has told of them: portfolio may not call up to
   * risk, and has sent the alert itself. Once each, on however many nodes: the event has the line's id.
   *
   * @return how many were new
   */
  public int openBreaks() {
    Instant now = clock.instant();
    Instant since = breaksSeen == null ? now.minus(BREAKS_BACK) : breaksSeen.minus(BREAKS_AGAIN);
    List<RiskEvent> open = new ArrayList<>();
    String cursor = null;
    do {
      Page<ReconciliationLog> page = reconciliations.logs(null, since, LINES, cursor);
      page.items().stream()
          .filter(line -> line.event().equals("breaks_alerted"))
          .map(FlowClerk::open)
          .forEach(open::add);
      cursor = page.nextCursor();
    } while (cursor != null);
    int written = months.insertNew(open);
    breaksSeen = now;
    return written;
  }

  private static RiskEvent open(ReconciliationLog line) {
    return new RiskEvent(
        line.logId(),
        line.at(),
        RiskEventKind.BREAK_OPEN,
        RiskSeverity.WARNING,
        line.accountId(),
        line.actor(),
        CanonicalJson.write(Map.of("message", line.message())));
  }

  /**
   * Makes the coming months of events and drops those that are older than they are kept.
   *
   * @return what was dropped
   */
  public List<String> keepMonths() {
    Instant now = clock.instant();
    months.ensureMonths(now, now.plus(AHEAD));
    return months.dropMonthsBefore(
        LocalDate.ofInstant(now, ZoneOffset.UTC)
            .minus(kept)
            .atStartOfDay()
            .toInstant(ZoneOffset.UTC));
  }
}
