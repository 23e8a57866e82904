package io.tola.risk.domain.value;

import java.util.Arrays;

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

  /** So few of so many are found by one pass faster than by moving all of them about. */
  private static final int FEW = 16;

  /**
   * The k-th smallest value. Nothing is moved.
   *
   * @param k from 1 to the number of values
   */
  static double smallest(double[] values, int k) {
    if (k > values.length / FEW) {
      double[] moved = values.clone();
      smallestFirst(moved, k);
      double largest = moved[0];
      for (int i = 1; i < k; i++) {
        largest = Math.max(largest, moved[i]);
      }
      return largest;
    }
    // The k smallest so far, the largest of them on top: most values are larger, and cost a look.
    double[] heap = Arrays.copyOf(values, k);
    for (int i = k / 2 - 1; i >= 0; i--) {
      sink(heap, i, k, heap[i]);
    }
    double top = heap[0];
    for (int i = k; i < values.length; i++) {
      if (values[i] < top) {
        sink(heap, 0, k, values[i]);
        top = heap[0];
      }
    }
    return top;
  }

  /** Puts a value at a place of the heap or below, so that no value is under a smaller one. */
  private static void sink(double[] heap, int from, int size, double value) {
    int at = from;
    for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && heap[child + 1] > heap[child]) {
        child++;
      }
      if (heap[child] <= value) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = value;
  }

  /**
   * The smallest value at which the weights of all values up to it reach a sum; the largest value when
   * they never do. The weights' own order decides nothing: equal values are one value.
   *
   * @param weights of the same length, positive
   */
  static double smallest(double[] values, double[] weights, double sum) {
    int size = values.length;
    // As few of the smallest values as reach the sum, the largest of them on top. Heavy ones, which
    // are
    // the last by age, first: then few come in only to be pushed out again.
    double[] heap = new double[size];
    double[] weighing = new double[size];
    int count = 0;
    double reached = 0;
    for (int i = size - 1; i >= 0; i--) {
      if (reached >= sum && values[i] >= heap[0]) {
        continue;
      }
      rise(heap, weighing, count++, values[i], weights[i]);
      reached += weights[i];
      while (count > 1 && reached - weighing[0] >= sum) {
        reached -= weighing[0];
        count--;
        sink(heap, weighing, count);
      }
    }
    return heap[0];
  }

  private static void rise(
      double[] heap, double[] weighing, int from, double value, double weight) {
    int at = from;
    while (at > 0) {
      int above = (at - 1) >>> 1;
      if (heap[above] >= value) {
        break;
      }
      heap[at] = heap[above];
      weighing[at] = weighing[above];
      at = above;
    }
    heap[at] = value;
    weighing[at] = weight;
  }

  /** Takes the top away: the last of the heap goes to its place or below. */
  private static void sink(double[] heap, double[] weighing, int size) {
    double value = heap[size];
    double weight = weighing[size];
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && heap[child + 1] > heap[child]) {
        child++;
      }
      if (heap[child] <= value) {
        break;
      }
      heap[at] = heap[child];
      weighing[at] = weighing[child];
      at = child;
    }
    heap[at] = value;
    weighing[at] = weight;
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
