package io.tola.audit.domain;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;

/**
 * Walks a trail from front to back and compares every hash, link, number and head.
 *
 * <p>It reads blocks and entries once, in the order of their place, and holds one block's peaks at a
 * time: a trail of any length takes the same memory. Used by one thread, once.
 */
public final class TrailCheck {

  /** Chains that every trail has; an operator may have added more. */
  public static final int FIRST_CHAINS = 16;

  /** More findings than this are counted, not described. */
  public static final int MAX_FINDINGS = 100;

  private static final int PROGRESS_EVERY = 10_000;

  private final Map<Integer, ChainHead> heads = new TreeMap<>();
  private final Map<Integer, Long> starts;
  private final Map<Integer, Long> dropped;
  private final LongConsumer progress;
  private final List<Entry> drops = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private long findingsTotal;
  private long blocksRead;
  private long entriesRead;

  // The chain being walked.
  private int chain = -1;
  private long lastNumber;
  private boolean lastKnown;
  private Hash lastStored;
  private Hash lastComputed;

  /**
   * @param heads where each chain ends
   * @param starts for each chain the first block that is read; 1 where a chain isn't named. The link
   *     into a later start is not checked.
   */
  public TrailCheck(List<ChainHead> heads, Map<Integer, Long> starts) {
    this(heads, starts, Map.of(), entries -> {});
  }

  /**
   * The same, for a trail whose oldest entries were dropped.
   *
   * @param dropped for each chain the last block whose entries were dropped. Of the blocks up to it
   *     the fields and links are checked; their Merkle roots are what {@link TreeCheck} compares.
   * @param progress is told now and then how many entries were read
   */
  public TrailCheck(
      List<ChainHead> heads,
      Map<Integer, Long> starts,
      Map<Integer, Long> dropped,
      LongConsumer progress) {
    heads.forEach(head -> this.heads.put(head.chain(), head));
    this.starts = Map.copyOf(starts);
    this.dropped = Map.copyOf(dropped);
    this.progress = progress;
  }

  /** The entries that say which bodies were dropped, as far as they were read. */
  public List<Entry> drops() {
    return List.copyOf(drops);
  }

  /**
   * What was found.
   *
   * @param findings at most {@link #MAX_FINDINGS}
   * @param findingsTotal all of them
   */
  public record Report(
      long entries, long blocks, int chains, List<Finding> findings, long findingsTotal) {

    public boolean intact() {
      return findingsTotal == 0;
    }

    /** This with what was found in the tree. */
    public Report and(TreeCheck.Report tree) {
      List<Finding> all = new ArrayList<>(findings);
      all.addAll(tree.findings());
      return new Report(
          entries,
          blocks,
          chains,
          List.copyOf(all.subList(0, Math.min(MAX_FINDINGS, all.size()))),
          findingsTotal + tree.findingsTotal());
    }
  }

  /**
   * Checks everything.
   *
   * @param blocks by chain and number
   * @param entries by chain, block and index
   */
  public Report run(Iterator<StoredBlock> blocks, Iterator<StoredEntry> entries) {
    var chainsSeen = new TreeSet<Integer>();
    Ahead<StoredEntry> entry = new Ahead<>(entries);
    Ahead<StoredBlock> block = new Ahead<>(blocks);
    while (block.value != null || entry.value != null) {
      boolean orphans =
          block.value == null
              || (entry.value != null
                  && compare(
                          entry.value.chain(),
                          entry.value.block(),
                          block.value.block().chain(),
                          block.value.block().number())
                      < 0);
      int itsChain = orphans ? entry.value.chain() : block.value.block().chain();
      if (itsChain != chain) {
        finishChain();
        startChain(itsChain);
        chainsSeen.add(itsChain);
      }
      if (orphans) {
        orphans(entry);
      } else {
        StoredBlock next = block.value;
        block.advance();
        block(next, entry);
      }
    }
    finishChain();
    chainsNobodyWalked(chainsSeen);
    return new Report(entriesRead, blocksRead, heads.size(), List.copyOf(findings), findingsTotal);
  }

  private void chainsNobodyWalked(TreeSet<Integer> seen) {
    for (int number = 0; number < FIRST_CHAINS; number++) {
      if (!heads.containsKey(number) && !seen.contains(number)) {
        find(
            number,
            0,
            Finding.Kind.MISSING_CHAIN,
            "chain " + number + " has no head and no blocks");
      }
    }
    for (int number : heads.keySet()) {
      if (!seen.contains(number)) {
        startChain(number);
        finishChain();
      }
    }
  }

  private void startChain(int number) {
    chain = number;
    long start = starts.getOrDefault(number, 1L);
    lastNumber = start - 1;
    lastKnown = start == 1;
    lastStored = Hash.NONE;
    lastComputed = Hash.NONE;
  }

  private void finishChain() {
    if (chain < 0) {
      return;
    }
    ChainHead head = heads.get(chain);
    if (head == null) {
      find(chain, 0, Finding.Kind.MISSING_CHAIN, "chain " + chain + " has blocks but no head");
    } else if (head.height() != lastNumber) {
      find(
          chain,
          Math.max(head.height(), lastNumber),
          Finding.Kind.WRONG_HEAD,
          "the head names block " + head.height() + ", the chain ends with block " + lastNumber);
    } else if (lastKnown && !head.hash().equals(lastStored) && !head.hash().equals(lastComputed)) {
      find(
          chain,
          lastNumber,
          Finding.Kind.WRONG_HEAD,
          "the head's hash is not the hash of block " + lastNumber);
    }
    chain = -1;
  }

  /** Entries whose block is not there. */
  private void orphans(Ahead<StoredEntry> entry) {
    long number = entry.value.block();
    gapBefore(number);
    long left = 0;
    while (entry.value != null && entry.value.chain() == chain && entry.value.block() == number) {
      entryRead();
      left++;
      entry.advance();
    }
    find(
        chain,
        number,
        Finding.Kind.MISSING_BLOCK,
        "block " + number + " is not there, " + left + " of its entries are");
    lastNumber = number;
    lastKnown = false;
  }

  private void gapBefore(long number) {
    if (number > lastNumber + 1) {
      long first = lastNumber + 1;
      find(
          chain,
          first,
          Finding.Kind.MISSING_BLOCK,
          number == first + 1
              ? "block " + first + " is not there"
              : "blocks " + first + " to " + (number - 1) + " are not there");
      lastKnown = false;
    }
  }

  private void block(StoredBlock stored, Ahead<StoredEntry> entry) {
    Block block = stored.block();
    blocksRead++;
    gapBefore(block.number());
    Hash computed = block.hash();
    boolean headerFits = computed.equals(stored.hash());
    if (!headerFits) {
      find(
          chain,
          block.number(),
          Finding.Kind.CHANGED_BLOCK,
          "the fields of block " + block.number() + " don't give its hash");
    } else if (lastKnown
        && !block.previous().equals(lastStored)
        && !block.previous().equals(lastComputed)) {
      find(
          chain,
          block.number(),
          Finding.Kind.BROKEN_LINK,
          "block " + block.number() + " doesn't name the hash of block " + lastNumber);
    }
    entries(block, headerFits, entry);
    lastNumber = block.number();
    lastKnown = true;
    lastStored = stored.hash();
    lastComputed = computed;
  }

  private void entries(Block block, boolean headerFits, Ahead<StoredEntry> entry) {
    if (block.number() <= dropped.getOrDefault(chain, 0L)) {
      for (;
          entry.value != null
              && entry.value.chain() == chain
              && entry.value.block() == block.number();
          entry.advance()) {
        entryRead();
        findEntry(
            entry.value,
            Finding.Kind.FOREIGN_ENTRY,
            "entry " + entry.value.index() + " stands where all were dropped");
      }
      return;
    }
    MerkleTree tree = new MerkleTree();
    long before = findingsTotal;
    int next = 0;
    for (;
        entry.value != null
            && entry.value.chain() == chain
            && entry.value.block() == block.number();
        entry.advance()) {
      StoredEntry stored = entry.value;
      entryRead();
      if (stored.index() < next || (headerFits && stored.index() >= block.entries())) {
        findEntry(
            stored,
            Finding.Kind.FOREIGN_ENTRY,
            "entry " + stored.index() + " is none of the block's " + block.entries());
        continue;
      }
      missingEntries(block, next, stored.index());
      next = stored.index() + 1;
      if (!stored.entry().hash().equals(stored.hash())) {
        findEntry(
            stored,
            Finding.Kind.CHANGED_ENTRY,
            "the fields of entry " + stored.index() + " don't give its hash");
      }
      tree.add(stored.hash());
      if (TreeCheck.DROPPED.equals(stored.entry().action())) {
        drops.add(stored.entry());
      }
    }
    if (!headerFits) {
      return; // count and root are not to be trusted
    }
    missingEntries(block, next, block.entries());
    if (findingsTotal == before && !tree.root().equals(block.root())) {
      find(
          chain,
          block.number(),
          Finding.Kind.WRONG_ROOT,
          "the entries of block " + block.number() + " were reordered or replaced");
    }
  }

  private void entryRead() {
    if (++entriesRead % PROGRESS_EVERY == 0) {
      progress.accept(entriesRead);
    }
  }

  private void missingEntries(Block block, int from, int to) {
    if (from < to) {
      find(
          chain,
          block.number(),
          Finding.Kind.MISSING_ENTRY,
          to == from + 1
              ? "entry " + from + " is not there"
              : "entries " + from + " to " + (to - 1) + " are not there");
    }
  }

  private void find(int chain, long block, Finding.Kind kind, String detail) {
    add(new Finding(chain, block, null, kind, detail));
  }

  private void findEntry(StoredEntry stored, Finding.Kind kind, String detail) {
    add(new Finding(stored.chain(), stored.block(), stored.entry().id(), kind, detail));
  }

  private void add(Finding finding) {
    findingsTotal++;
    if (findings.size() < MAX_FINDINGS) {
      findings.add(finding);
    }
  }

  private static int compare(int chain, long block, int otherChain, long otherBlock) {
    return chain != otherChain
        ? Integer.compare(chain, otherChain)
        : Long.compare(block, otherBlock);
  }

  /** An iterator that can be looked at before it moves on; null at the end. */
  private static final class Ahead<T> {
    private final Iterator<T> source;
    private T value;

    Ahead(Iterator<T> source) {
      this.source = source;
      advance();
    }

    void advance() {
      value = source.hasNext() ? source.next() : null;
    }
  }
}
