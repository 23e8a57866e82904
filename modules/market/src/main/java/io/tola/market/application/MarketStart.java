package io.tola.market.application;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;

/**
 * Starts the market with the application and stops it with it. Nothing else: the driver itself is
 * no session bean, so that reading the phase in an order's transaction doesn't suspend it.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class MarketStart {

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
