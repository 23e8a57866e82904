package io.tola.gateway.rest;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/**
 * Everything under {@code /api/v1}. Listed by hand, so that nothing is served by accident and the
 * OpenAPI test has the same list.
 */
@ApplicationPath("/api/v1")
public class RestApplication extends Application {

  /** The resources. */
  static final Set<Class<?>> RESOURCES =
      Set.of(
          AuthResource.class,
          StatusResource.class,
          MarketResource.class,
          OrderResource.class,
          PortfolioResource.class,
          CorporateActionResource.class,
          ReconciliationResource.class,
          RiskResource.class,
          RestrictionResource.class,
          RiskAnalysisResource.class,
          RiskEventsResource.class,
          GuardResource.class,
          ControlResource.class,
          StrategyResource.class,
          ComplianceResource.class,
          PerformanceResource.class,
          LoadTestResource.class,
          RecommendationResource.class,
          AuditResource.class,
          UserResource.class,
          ApprovalResource.class);

  private static final Set<Class<?>> PROVIDERS =
      Set.of(DoorFeature.class, ProblemMapper.class, JsonReader.class, JsonWriter.class);

  @Override
  public Set<Class<?>> getClasses() {
    var all = new java.util.LinkedHashSet<>(RESOURCES);
    all.addAll(PROVIDERS);
    return all;
  }
}
