package io.tola.trading.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Symbol;
import java.util.Collection;
import java.util.List;

/**
 * What people set about trading: the mode of an account, the halt of a symbol. Thread-safe; a change
 * is audited in its transaction and holds on every node from the next batch on.
 */
public interface TradingControls {

  /** The modes of these accounts, in the order of their ids; PAPER where nobody set one. */
  List<AccountMode> modes(Collection<AccountId> accounts);

  /**
   * Sets an account's mode. Under the account's lock: an order that is being executed goes where it
   * was meant to go, the next one goes by the new mode.
   *
   * @throws io.tola.kernel.problem.ProblemException ACCOUNT_NOT_FOUND; TRADING_MODE_CONFLICT for LIVE
   *     while orders work on paper
   */
  AccountMode setMode(AccountId account, TradingMode mode, String actor);

  /** The halted symbols, in their order. */
  List<SymbolHalt> halts();

  /**
   * Halts a symbol: no order in it is taken or trades from the next batch on, working ones become
   * SUSPENDED within a second or so. Halting a halted symbol changes nothing.
   *
   * @param reason 1 to 500 characters, for clients
   * @throws io.tola.kernel.problem.ProblemException UNKNOWN_SYMBOL
   */
  SymbolHalt halt(Symbol symbol, String reason, String actor);

  /**
   * Ends a halt: suspended orders work again within a second or so. Does nothing when there is none.
   *
   * @throws io.tola.kernel.problem.ProblemException UNKNOWN_SYMBOL
   */
  void resume(Symbol symbol, String actor);
}
