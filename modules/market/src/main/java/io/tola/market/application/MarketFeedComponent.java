package io.tola.market.application;

import io.tola.kernel.ComponentStatus;
import io.tola.kernel.port.Component;
import io.tola.market.api.SessionPhase;
import io.tola.market.store.SharedQuotes;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Local;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Readiness of the quotes: while the market trades, one must have arrived within {@link
 * SharedQuotes#TTL}. While it is closed the last quotes stand, and only a node that can neither drive
 * nor has quotes from another is not ready.
 */
@Singleton
@Local(Component.class)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class MarketFeedComponent implements Component {

  @Inject private FeedDriver driver;
  @Inject private MarketFigures figures;

  @Override
  public ComponentStatus status() {
    Map<String, Object> detail = new LinkedHashMap<>();
    FeedSettings settings = driver.settings();
    Feed feed = driver.feed();
    SessionPhase phase = driver.phase();
    double age = figures.newestQuoteAge();
    SharedQuotes.State heard = driver.lastHeard();

    detail.put("feed", settings == null ? "none" : settings.feed().code());
    detail.put("role", driver.role().name().toLowerCase(Locale.ROOT));
    detail.put("phase", phase.name());
    detail.put("quotes", figures.quotes());
    detail.put("ticks", figures.ticks());
    if (age < Double.POSITIVE_INFINITY) {
      detail.put("newest_quote_age_seconds", rounded(age));
    }
    if (settings != null) {
      detail.put("node", settings.node());
    }
    if (feed != null) {
      detail.put("lag_seconds", rounded(feed.lagSeconds()));
      detail.putAll(feed.figures());
      if (feed.position() != null) {
        detail.put("market_time", feed.position().toString());
      }
    } else if (heard != null) {
      detail.put("driver", heard.leader());
    }
    if (driver.trouble() != null) {
      detail.put("trouble", driver.trouble());
    }
    if (driver.failure() != null) {
      detail.put("failure", driver.failure());
    }
    boolean fresh = age < SharedQuotes.TTL.toSeconds();
    boolean quiet = !phase.continuous() && feed != null && figures.quotes() > 0;
    boolean quietElsewhere =
        !phase.continuous() && heard != null && driver.failure() == null && figures.quotes() > 0;
    return new ComponentStatus("market-feed", fresh || quiet || quietElsewhere, detail);
  }

  private static double rounded(double seconds) {
    return Math.round(seconds * 1_000) / 1_000.0;
  }
}
