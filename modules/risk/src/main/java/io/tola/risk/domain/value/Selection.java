package io.tola.risk.domain.value;

/** Finds the worst of many without sorting all of them. */
final class Selection {

  private Selection() {}

  /**
   * Moves the {@code k} smallest values to the front, in no order of their own (Hoare's FIND with the
   * median of three). The same input gives the same output, bit for bit.
   *
   * @param k from 1 to the number of values
   */
  static void smallestFirst(double[] values, int k) {
    int low = 0;
    int high = values.length - 1;
    int wanted = k - 1;
    while (low < high) {
      double pivot = medianOfThree(values, low, high);
      int left = low;
      int right = high;
      while (left <= right) {
        while (values[left] < pivot) {
          left++;
        }
        while (pivot < values[right]) {
          right--;
        }
        if (left <= right) {
          double swapped = values[left];
          values[left++] = values[right];
          values[right--] = swapped;
        }
      }
      if (wanted <= right) {
        high = right;
      } else if (wanted >= left) {
        low = left;
      } else {
        return;
      }
    }
  }

  private static double medianOfThree(double[] values, int low, int high) {
    double a = values[low];
    double b = values[(low + high) >>> 1];
    double c = values[high];
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  /** The places of the values from smallest to largest; equal values keep their order. */
  static int[] ascending(double[] values) {
    int size = values.length;
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    int[] spare = new int[size];
    for (int width = 1; width < size; width *= 2) {
      for (int from = 0; from < size; from += 2 * width) {
        int middle = Math.min(from + width, size);
        int to = Math.min(from + 2 * width, size);
        int left = from;
        int right = middle;
        for (int i = from; i < to; i++) {
          boolean takeLeft =
              left < middle && (right >= to || values[order[left]] <= values[order[right]]);
          spare[i] = takeLeft ? order[left++] : order[right++];
        }
      }
      int[] sorted = spare;
      spare = order;
      order = sorted;
    }
    return order;
  }
}
