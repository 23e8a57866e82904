package io.tola.trading.api.spi;

import java.util.Map;

/**
 * Why an order may not trade.
 *
 * @param code 1xxx trading, 2xxx risk; part of the contract
 * @param reason which limit, its value and the order's value, in one sentence
 * @param detail the same as figures, for the audit trail
 */
public record Refusal(int code, String reason, Map<String, ?> detail) {}
