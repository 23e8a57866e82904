package io.tola.verifier;

import java.util.ArrayList;
import java.util.List;

/** What was found: sound when there is no fault. Faults beyond a hundred are counted only. */
public final class Verdict {

  private static final int MAX = 100;

  private final List<String> faults = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private long faultsTotal;

  void fault(String what) {
    faultsTotal++;
    if (faults.size() < MAX) {
      faults.add(what);
    }
  }

  void remark(String what) {
    remarks.add(what);
  }

  /** Whether there is no fault. */
  public boolean sound() {
    return faultsTotal == 0;
  }

  /** What is wrong, for people. */
  public List<String> faults() {
    return List.copyOf(faults);
  }

  long faultsTotal() {
    return faultsTotal;
  }

  /** What else there is to know, for people. */
  public List<String> remarks() {
    return List.copyOf(remarks);
  }
}
