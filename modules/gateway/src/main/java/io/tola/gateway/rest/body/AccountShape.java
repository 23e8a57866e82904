package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.portfolio.api.AccountView;
import java.util.UUID;

/**
 * An account as those see it who oversee accounts: no money in it.
 *
 * @param open false when it may not trade
 */
public record AccountShape(UUID accountId, String name, boolean open) implements Shape {

  public static AccountShape of(AccountView account) {
    return new AccountShape(account.accountId().value(), account.name(), account.open());
  }
}
