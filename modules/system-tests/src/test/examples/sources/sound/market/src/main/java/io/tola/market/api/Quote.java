package io.tola.market.api;

/** The market in one symbol at one moment. */
public record Quote(String symbol) {}
