package io.tola.market.application;

import io.tola.kernel.ComponentStatus;
import io.tola.kernel.cache.QueryCaches;
import io.tola.kernel.port.Component;
import io.tola.market.store.SharedQuotes;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Local;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Readiness of the shared cache. Always ready: without the cache quotes come from the database, a
 * second later, and what else is cached is read there every time; the detail says so.
 */
@Singleton
@Local(Component.class)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class CacheComponent implements Component {

  @Inject private SharedQuotes shared;
  @Inject private MarketFigures figures;
  @Inject private QueryCaches caches;

  @Override
  public ComponentStatus status() {
    String trouble = shared.health() == null ? caches.trouble() : shared.health();
    Map<String, Object> detail = new LinkedHashMap<>(figures.cache());
    detail.put("state", trouble == null ? "shared" : "degraded");
    if (trouble == null) {
      detail.put("nodes", new ArrayList<>(shared.nodes()));
    } else {
      detail.put("reason", trouble);
      detail.put("fallback", "database");
    }
    return new ComponentStatus("cache", true, detail);
  }
}
