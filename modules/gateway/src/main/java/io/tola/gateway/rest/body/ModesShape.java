package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.trading.api.AccountMode;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Where the orders of accounts go. */
public record ModesShape(List<ModeShape> modes) implements Shape {

  public static ModesShape of(List<AccountMode> modes) {
    return new ModesShape(modes.stream().map(ModeShape::of).toList());
  }

  /**
   * One account's mode.
   *
   * @param mode {@code paper}, {@code live} or {@code halted}
   * @param setBy null, as setAt is, when nobody ever set it
   */
  public record ModeShape(UUID accountId, String mode, String setBy, Instant setAt)
      implements Shape {

    public static ModeShape of(AccountMode mode) {
      return new ModeShape(
          mode.accountId().value(), mode.mode().code(), mode.setBy(), mode.setAt());
    }
  }
}
