package io.tola.strategy.application;

import io.tola.kernel.ClOrdID;
import io.tola.strategy.api.Direction;
import io.tola.strategy.api.RunStrategy.AutoTrade;
import io.tola.strategy.api.Signal;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.Side;
import io.tola.trading.api.Validity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The order that follows from a signal. Always the same one for the same signal. */
final class AlgoOrder {

  private AlgoOrder() {}

  /**
   * A market order for the day, tagged with the strategy.
   *
   * @param signal BUY or SELL
   */
  static PlaceOrder of(Signal signal, AutoTrade trade, String user) {
    return new PlaceOrder(
        clOrdId(signal),
        trade.account(),
        signal.symbol(),
        signal.direction() == Direction.BUY ? Side.BUY : Side.SELL,
        OrdType.MARKET,
        trade.quantity(),
        null,
        null,
        trade.product(),
        Validity.DAY,
        tag(signal.strategy()),
        user);
  }

  /** The algorithm as it stands on its orders: 33 characters would be too long, and 32 are enough. */
  static String tag(String strategy) {
    String tag = "algo:" + strategy;
    return tag.length() <= 32 ? tag : tag.substring(0, 32);
  }

  /**
   * Strategy, symbol, interval and bar, readable where it fits and hashed where it doesn't. The settings'
   * version is not part of it: one bar is traded on once, whatever is set meanwhile.
   */
  static ClOrdID clOrdId(Signal signal) {
    String text =
        "algo:"
            + signal.strategy()
            + ":"
            // A space can't stand in an id, and a plus can't stand in a symbol.
            + signal.symbol().value().replace(' ', '+')
            + ":"
            + signal.interval().code()
            + ":"
            + signal.barStart().getEpochSecond();
    return new ClOrdID(text.length() <= ClOrdID.MAX_LENGTH ? text : "algo:" + hash(text));
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
