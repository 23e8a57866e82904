package io.tola.market.application;

import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Instrument;
import io.tola.market.api.TickDesk;
import io.tola.market.api.TickFormat;
import io.tola.market.api.TickReport;
import io.tola.market.store.TickStore;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Local;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.Config;

/**
 * Stores ticks that come in bulk. Outside of any transaction of the caller's: each piece of a body
 * is one of its own.
 */
@Singleton
@Local(TickDesk.class)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class TickLoader implements TickDesk {

  @Inject private Config config;
  @Inject private Clock clock;
  @Inject private MarketReference reference;
  @Inject private TickStore store;
  @Inject private MarketFigures figures;
  @Inject private BarPages pages;

  private KeepSettings settings;

  @PostConstruct
  void start() {
    settings = KeepSettings.read(name -> config.getOptionalValue(name, String.class));
  }

  @Override
  public TickReport take(InputStream body, TickFormat format) {
    List<String> symbols =
        reference.instruments().stream().map((Instrument i) -> i.symbol().value()).toList();
    if (symbols.isEmpty()) {
      throw new ProblemException(
          ProblemCode.DATABASE_UNAVAILABLE,
          "The instruments aren't known yet",
          List.of(),
          Duration.ofSeconds(2));
    }
    TickLoad load = new TickLoad(symbols, format, settings, clock, store::store);
    try {
      return load.run(body);
    } catch (TickLoad.UnknownColumnsException e) {
      throw new ProblemException(
          ProblemCode.INVALID_FIELD,
          "The first line must name the columns: " + e.getMessage(),
          List.of(new FieldError("line 1", e.getMessage())));
    } catch (TickLoad.NotStoredException e) {
      throw new ProblemException(
          ProblemCode.DATABASE_UNAVAILABLE,
          "The database didn't take the ticks around line "
              + e.line()
              + "; "
              + e.accepted()
              + " before them are stored. Send all of it again: what is stored is recognised.",
          List.of(),
          Duration.ofSeconds(2));
    } finally {
      if (load.accepted() > load.duplicates()) {
        pages.written(null);
      }
      figures.countTicksStored(load.accepted() - load.duplicates(), load.rejected());
    }
  }
}
