package io.tola.probe;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What a pool lent.
 *
 * @param name the connections' application name
 * @param lent since the server's start
 * @param heldNanos how long those that came back were lent, together, since the server's start
 * @param heldMicros how long each was lent, of the span that is kept
 * @param sites who asks for connections, the most often seen first
 * @param open what is lent now, the longest first
 */
public record LoanFigures(
    String name,
    long lent,
    long heldNanos,
    Histogram heldMicros,
    List<Site> sites,
    List<Loan> open) {}
