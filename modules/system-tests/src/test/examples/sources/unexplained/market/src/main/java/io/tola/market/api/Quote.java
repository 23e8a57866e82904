package io.tola.market.api;

/* Not javadoc. */
public record Quote(String symbol) {}
