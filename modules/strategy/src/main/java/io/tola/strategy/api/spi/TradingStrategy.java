package io.tola.strategy.api.spi;

import io.tola.kernel.problem.FieldError;
import io.tola.market.api.Bar;
import io.tola.strategy.api.ParameterSpec;
import java.util.List;
import java.util.Optional;

/**
 * A strategy: a CDI bean of this interface is found by the platform, listed, run and tested. Stateless
 * and thread-safe; what it remembers between bars lives in a {@link Watch}.
 *
 * <p>Two steps, so that rules and trained models fit alike: a watch turns bars into {@link Features},
 * and {@link #decide} turns features into a {@link Decision}. A model's strategy computes the features it
 * was trained on in the first step and asks the model in the second; features are stored with the
 * signal, so what the model was asked can be seen later. A strategy whose model isn't there throws a
 * {@link io.tola.kernel.problem.ProblemException} from {@link #watch}.
 *
 * <p>Bars are handed over one by one, oldest first: no strategy can look ahead, because the bars to come
 * don't exist for it.
 */
public interface TradingStrategy {

  /** Its id for ever: a letter, then up to 23 of {@code a-z 0-9 _}. */
  String name();

  /** Its name for people. */
  String title();

  /** What it does, in a sentence or two. */
  String description();

  /** Its parameters, in the order they are shown. */
  List<ParameterSpec> parameters();

  /** What is wrong with values that are each within their spec but don't go together. */
  default List<FieldError> conflicts(Settings settings) {
    return List.of();
  }

  /** How many bars it takes before the first decision; at least 1. */
  int barsNeeded(Settings settings);

  /**
   * How many bars a run hands over when it has them; at least {@link #barsNeeded}. More where an
   * indicator remembers everything since its first bar, so that the answer no longer depends on where
   * it began.
   */
  default int barsWanted(Settings settings) {
    return barsNeeded(settings);
  }

  /** Begins to watch one symbol. */
  Watch watch(Settings settings);

  /** Decides. Depends on nothing but its arguments. */
  Decision decide(Features features, Settings settings);

  /** One symbol watched bar by bar. Used by one thread. */
  interface Watch {

    /**
     * Takes the next bar, which has ended.
     *
     * @return what is seen at its close; empty while there are too few bars
     */
    Optional<Features> next(Bar bar);
  }
}
