package io.tola.audit.domain;

/** What is stored of the Merkle tree isn't a Merkle tree: somebody changed it. A fault. */
public class BrokenTree extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public BrokenTree(String message) {
    super(message);
  }
}
