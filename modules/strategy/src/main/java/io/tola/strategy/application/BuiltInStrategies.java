package io.tola.strategy.application;

import io.tola.strategy.api.spi.TradingStrategy;
import io.tola.strategy.domain.Breakout;
import io.tola.strategy.domain.MeanReversion;
import io.tola.strategy.domain.Momentum;
import io.tola.strategy.domain.Rsi;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;

/** Offers the shipped strategies as beans, the way any other is offered. */
@ApplicationScoped
public class BuiltInStrategies {

  @Produces
  TradingStrategy momentum() {
    return new Momentum();
  }

  @Produces
  TradingStrategy meanReversion() {
    return new MeanReversion();
  }

  @Produces
  TradingStrategy rsi() {
    return new Rsi();
  }

  @Produces
  TradingStrategy breakout() {
    return new Breakout();
  }
}
