package io.tola.probe;

import java.util.List;

/**
 * A statement as the code sends it, to be planned and judged: with the literals that the code has in
 * it. Kept only of statements whose text is always the same: literals that differ are values. It is
 * for the server's own use and is never shown.
 *
 * @param sql with {@code ?}
 * @param parameters what was bound, in their order: {@code Long}, {@code uuid[]}, {@code String%}
 *     for one that begins with a wildcard, {@code null} where nothing else was seen; empty when
 *     nothing was bound yet
 */
public record SentAs(String sql, List<String> parameters) {}
