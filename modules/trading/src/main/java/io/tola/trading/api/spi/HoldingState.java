package io.tola.trading.api.spi;

/**
 * A position as it stands at this point of the batch.
 *
 * @param key what it is kept by
 * @param quantity shares, negative when short
 * @param openBuyQuantity shares that working buy orders may still add
 * @param openSellQuantity shares that working sell orders may still take
 */
public record HoldingState(
    HoldingKey key, long quantity, long openBuyQuantity, long openSellQuantity) {

  /** Shares that can be sold without going short. */
  public long sellable() {
    return Math.max(0, quantity - openSellQuantity);
  }
}
