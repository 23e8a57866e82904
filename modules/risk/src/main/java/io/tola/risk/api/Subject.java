package io.tola.risk.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import java.util.List;

/** Whose risk is asked for. */
public sealed interface Subject {

  /**
   * What accounts hold now, all of them together: one account, or a book of several. Long and short
   * positions of a symbol are set off, whatever their product.
   *
   * @param accounts at least one
   */
  record Book(List<AccountId> accounts) implements Subject {
    public Book {
      accounts = List.copyOf(accounts);
    }
  }

  /**
   * A portfolio that nobody needs to hold.
   *
   * @param positions each symbol once
   */
  record Hypothetical(List<Holding> positions) implements Subject {
    public Hypothetical {
      positions = List.copyOf(positions);
    }
  }

  /**
   * Shares of one symbol.
   *
   * @param quantity negative when short
   * @param price what a share is worth; null: the market's last price, or the last close
   */
  record Holding(Symbol symbol, long quantity, Price price) {}
}
