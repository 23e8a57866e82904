package io.tola.strategy.application;

import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Interval;
import io.tola.strategy.api.StrategyView;
import io.tola.strategy.api.spi.Settings;
import io.tola.strategy.api.spi.TradingStrategy;
import io.tola.strategy.domain.SettingsForm;
import io.tola.strategy.store.StoredSettings;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Every strategy there is, by name: all beans of {@link TradingStrategy}. Immutable once made. */
@ApplicationScoped
public class StrategyCatalogue {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,23}");

  @Inject @Any private Instance<TradingStrategy> found;

  private Map<String, TradingStrategy> strategies = Map.of();

  /** For the container. */
  public StrategyCatalogue() {}

  StrategyCatalogue(Collection<TradingStrategy> strategies) {
    this.strategies = byName(strategies);
  }

  @PostConstruct
  void find() {
    strategies = byName(found.stream().toList());
  }

  private static Map<String, TradingStrategy> byName(Collection<TradingStrategy> strategies) {
    Map<String, TradingStrategy> byName = new TreeMap<>();
    for (TradingStrategy strategy : strategies) {
      if (!NAME.matcher(strategy.name()).matches()) {
        throw new IllegalStateException("not a strategy's name: " + strategy.name());
      }
      if (byName.put(strategy.name(), strategy) != null) {
        throw new IllegalStateException("two strategies are called " + strategy.name());
      }
    }
    return byName;
  }

  /** All, in order of name. */
  public Collection<TradingStrategy> all() {
    return List.copyOf(strategies.values());
  }

  /**
   * The strategy of that name.
   *
   * @throws ProblemException STRATEGY_NOT_FOUND
   */
  public TradingStrategy get(String name) {
    TradingStrategy strategy = strategies.get(name);
    if (strategy == null) {
      throw new ProblemException(
          ProblemCode.STRATEGY_NOT_FOUND,
          "There is no such strategy; there are " + String.join(", ", strategies.keySet()) + ".");
    }
    return strategy;
  }

  /** A strategy as it is set. */
  record Ready(TradingStrategy strategy, Settings settings, StrategyView view) {}

  /**
   * A strategy with what was stored for it, or its defaults.
   *
   * @param stored null when nothing was
   * @throws ProblemException STRATEGY_INVALID when the stored parameters don't fit the strategy any more
   */
  static Ready ready(TradingStrategy strategy, StoredSettings stored) {
    if (stored == null) {
      Settings settings = SettingsForm.defaults(strategy);
      return new Ready(strategy, settings, view(strategy, settings, defaults(strategy)));
    }
    SettingsForm.Read read = SettingsForm.ofText(strategy, stored.params());
    if (read.settings() == null) {
      throw new ProblemException(
          ProblemCode.STRATEGY_INVALID,
          "The stored parameters of " + strategy.name() + " don't fit it; set them again.",
          read.errors());
    }
    return new Ready(strategy, read.settings(), view(strategy, read.settings(), stored));
  }

  /** For lists: parameters that don't fit are shown as the defaults they would be replaced by. */
  static StrategyView shown(TradingStrategy strategy, StoredSettings stored) {
    if (stored == null) {
      return ready(strategy, null).view();
    }
    Settings settings = SettingsForm.ofText(strategy, stored.params()).settings();
    return view(strategy, settings == null ? SettingsForm.defaults(strategy) : settings, stored);
  }

  private static StoredSettings defaults(TradingStrategy strategy) {
    return new StoredSettings(
        strategy.name(), Map.of(), Interval.ONE_DAY, List.of(), true, null, null, 0, null, null);
  }

  private static StrategyView view(
      TradingStrategy strategy, Settings settings, StoredSettings stored) {
    return new StrategyView(
        strategy.name(),
        strategy.title(),
        strategy.description(),
        settings.values(),
        strategy.parameters(),
        stored.interval(),
        stored.symbols(),
        stored.enabled(),
        stored.scheduleSeconds(),
        strategy.barsNeeded(settings),
        stored.lastRunAt(),
        stored.version(),
        stored.updatedBy(),
        stored.updatedAt());
  }
}
