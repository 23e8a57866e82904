package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import java.util.List;

/**
 * Several quotes, in the order they were asked for.
 *
 * @param unknown symbols the platform doesn't know
 * @param withoutQuote known symbols that have no current quote
 */
public record QuotesShape(List<QuoteShape> quotes, List<String> unknown, List<String> withoutQuote)
    implements Shape {}
