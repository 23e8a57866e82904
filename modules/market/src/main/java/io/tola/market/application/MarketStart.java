package io.tola.market.application;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ContextServiceDefinition;
import jakarta.enterprise.concurrent.ManagedThreadFactoryDefinition;
import jakarta.inject.Inject;

/**
 * Starts the market with the application and stops it with it. Nothing else: the driver itself is
 * no session bean, so that reading the phase in an order's transaction doesn't suspend it.
 */
@ContextServiceDefinition(
    name = MarketStart.CONTEXT,
    cleared = {},
    unchanged = ContextServiceDefinition.TRANSACTION,
    propagated = ContextServiceDefinition.ALL_REMAINING)
@ManagedThreadFactoryDefinition(name = MarketStart.THREADS, context = MarketStart.CONTEXT)
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class MarketStart {

  static final String CONTEXT = "java:module/concurrent/tola-context";

  /**
   * Threads without a container's local transaction. Liberty's own have one for as long as they live,
   * and it would keep every connection that broke on them: after a few faults of the database the
   * pool is empty for good.
   */
  static final String THREADS = "java:module/concurrent/tola-threads";

  @Inject private FeedDriver driver;

  @PostConstruct
  void start() {
    driver.start();
  }

  @PreDestroy
  void stop() {
    driver.stop();
  }
}
