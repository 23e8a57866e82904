package io.tola.strategy.api;

import io.tola.kernel.Page;
import java.util.List;

/**
 * Strategies: how they are set, what they say, how they would have done. Thread-safe.
 *
 * <p>Every method that names a strategy throws a {@link io.tola.kernel.problem.ProblemException}
 * STRATEGY_NOT_FOUND when there is none of that name.
 */
public interface StrategyDesk {

  /** Every strategy, in order of name. */
  List<StrategyView> strategies();

  /** One strategy. */
  StrategyView strategy(String name);

  /**
   * Replaces a strategy's settings, with an audit entry of before and after in the same transaction.
   *
   * @throws io.tola.kernel.problem.ProblemException STRATEGY_INVALID naming every wrong field,
   *     UNKNOWN_SYMBOL, STRATEGY_CONFLICT when the version is not current
   */
  StrategyView change(ChangeStrategy change);

  /**
   * Stored signals, newest bar first. The first page may be up to 60 seconds old, but never older than
   * the last run of this strategy that the cluster's cache heard of.
   *
   * @throws io.tola.kernel.problem.ProblemException INVALID_PARAMETER for a cursor of another list
   */
  Page<Signal> signals(SignalFilter filter);

  /**
   * Works out and stores the signal of the last bar that had ended, for each symbol, and trades on it
   * when asked to. Doing it again for the same bars stores nothing and orders nothing a second time: an
   * order's client_order_id is made of strategy, symbol, interval and bar. Waits for the orders.
   *
   * @throws io.tola.kernel.problem.ProblemException UNKNOWN_SYMBOL, INVALID_FIELD for a moment in the
   *     future, NOT_ENOUGH_HISTORY when no symbol had enough bars, STRATEGY_DISABLED for trading with
   *     a strategy that is disabled, STRATEGY_INVALID when the stored settings can't be used
   */
  RunResult run(RunStrategy run);

  /**
   * Tries a strategy on stored bars and stores the outcome. Changes no account.
   *
   * @throws io.tola.kernel.problem.ProblemException UNKNOWN_SYMBOL, NOT_ENOUGH_HISTORY, TOO_MANY_BARS,
   *     UNAVAILABLE when this node tries as many as it may at once
   */
  BacktestResult backtest(Backtest backtest);

  /**
   * How a strategy did in its newest backtest of each symbol and interval, in that order: the first 500.
   */
  List<StrategyPerformance> performance(String name);
}
