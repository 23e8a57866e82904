package io.tola.portfolio.domain.recon;

import java.util.List;

/**
 * What a comparison found.
 *
 * @param compared how many things were held against each other: positions, or trades of either side
 * @param matched how many of them are the same
 * @param differences in the order of the statement, then what the statement lacks
 */
public record Comparison(int compared, int matched, List<Difference> differences) {}
