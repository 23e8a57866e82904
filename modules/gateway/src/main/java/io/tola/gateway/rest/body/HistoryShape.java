package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import java.util.List;

/** Bars of one symbol, oldest first, one page of them. */
public record HistoryShape(String symbol, String interval, List<BarShape> items, String nextCursor)
    implements Shape {}
