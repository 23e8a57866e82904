package io.tola.kernel;

import java.util.List;

/**
 * One page of a list that is read by cursor.
 *
 * @param items the rows, in the list's order
 * @param nextCursor an opaque text that continues behind the last item, or null at the end
 */
public record Page<T>(List<T> items, String nextCursor) {

  public Page {
    items = List.copyOf(items);
  }
}
