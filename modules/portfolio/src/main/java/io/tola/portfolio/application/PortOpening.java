package io.tola.portfolio.application;

import io.tola.trading.api.spi.AccountBook;
import io.tola.trading.api.spi.PortOpened;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;

/** Tells trading when this module has started: that the books can be asked. */
@Singleton
@Startup
public class PortOpening {

  @Inject private Event<PortOpened> opened;

  @PostConstruct
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  void start() {
    opened.fire(new PortOpened(AccountBook.class));
  }
}
