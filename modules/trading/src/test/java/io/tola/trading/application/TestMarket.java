package io.tola.trading.application;

import io.tola.kernel.Page;
import io.tola.kernel.Symbol;
import io.tola.market.api.Bar;
import io.tola.market.api.Instrument;
import io.tola.market.api.Interval;
import io.tola.market.api.MarketData;
import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import io.tola.trading.domain.Samples;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A market that does what the test says. */
final class TestMarket implements MarketData {

  final Map<Symbol, Quote> current = new ConcurrentHashMap<>();
  volatile SessionPhase phase = SessionPhase.OPEN;
  volatile boolean closes;
  volatile QuoteListener listener = quotes -> {};

  void quote(Quote quote) {
    current.put(quote.symbol(), quote);
    listener.changed(List.of(quote));
  }

  @Override
  public List<Instrument> instruments() {
    return List.of(Samples.instrument(Samples.RELIANCE), Samples.instrument(Samples.TCS));
  }

  @Override
  public Optional<Instrument> instrument(Symbol symbol) {
    return instruments().stream().filter(i -> i.symbol().equals(symbol)).findFirst();
  }

  @Override
  public Optional<Quote> quote(Symbol symbol) {
    return Optional.ofNullable(current.get(symbol));
  }

  @Override
  public Map<Symbol, Quote> quotes(Collection<Symbol> symbols) {
    Map<Symbol, Quote> found = new HashMap<>(current);
    found.keySet().retainAll(symbols);
    return found;
  }

  @Override
  public SessionPhase phase() {
    return phase;
  }

  @Override
  public boolean closes() {
    return closes;
  }

  @Override
  public String feed() {
    return "test";
  }

  @Override
  public Page<Bar> history(
      Symbol symbol, Interval interval, Instant from, Instant to, int limit, String cursor) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<LocalDate> lastSession(LocalDate before) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Bar> dailyBars(LocalDate day) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void onQuotes(QuoteListener quoteListener) {
    listener = quoteListener;
  }
}
