package io.tola.trading.application;

import io.tola.kernel.ComponentStatus;
import io.tola.kernel.port.Component;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Local;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;

/** The readiness of the database; answers from memory. */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
@Local(Component.class)
public class DatabaseComponent implements Component {

  @Inject private TradingDesk desk;

  @Override
  public ComponentStatus status() {
    return new ComponentStatus("database", desk.databaseReady(), desk.databaseDetail());
  }
}
