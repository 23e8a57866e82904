package io.tola.trading.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;

/**
 * A client's wish to trade. Well-formed by construction of its parts; whether it may trade is the
 * pre-trade controls' word.
 *
 * @param clOrdId unique in the account; a repeat is answered with the stored outcome
 * @param price limit price; null for MARKET and SL-M
 * @param triggerPrice for SL and SL-M; null otherwise
 * @param tag the algorithm or desk that sent it, or null; at most 32 printable characters
 * @param user who sent it
 */
public record PlaceOrder(
    ClOrdID clOrdId,
    AccountId accountId,
    Symbol symbol,
    Side side,
    OrdType ordType,
    Quantity quantity,
    Price price,
    Price triggerPrice,
    Product product,
    Validity validity,
    String tag,
    String user) {}
