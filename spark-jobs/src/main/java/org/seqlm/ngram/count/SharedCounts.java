package org.seqlm.ngram.count;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.SpilledRuns;
import org.seqlm.ngram.trie.TrieBlock;
import org.seqlm.ngram.trie.TrieWriter;

/**
 * Puts together what slices saw after the contexts of a tree that they share, from the longest
 * contexts on: what follows a context has been seen once more after the next shorter one. Its file
 * is a slice of its own with these contexts alone, laid out as {@link CountSliceWriter} does.
 *
 * <p>A share is a run of followers in the order of their ids. A context's runs, and those of the
 * contexts that are one token longer, are merged into one run; runs wait in memory, and beyond a
 * bound on the local disk, and of each that is merged there is a buffer.
 */
public final class SharedCounts implements Closeable {
  private static final int LEAST_BUFFER = 1 << 8;
  private static final int MOST_BUFFER = 1 << 16;

  private final KeyLayout layout;
  private final Passages passages;
  private final long memory; // of buffers
  private final SpilledRuns runs;
  private final TreeMap<int[], Context> contexts = new TreeMap<>(Arrays::compare);

  /** Where the runs of a context lie. */
  private static final class Context {
    private final List<long[]> shares = new ArrayList<>(); // from and to
    private final List<Context> longer = new ArrayList<>(); // by one token, in order
    private long from; // of the merged run
    private long to;
    private int types; // different followers, the empty word among them
  }

  /** Takes what follows the token of the tree, in the order of ids. */
  @FunctionalInterface
  public interface Unigrams {
    /**
     * @param stored an id plus one
     * @param raw how often the word follows
     */
    void word(int stored, long raw);
  }

  /**
   * Begins a tree.
   *
   * @param spill for the shares
   */
  public SharedCounts(KeyLayout layout, Passages passages, Spill spill) {
    this.layout = layout;
    this.passages = passages;
    this.memory = spill.memory() / 2;
    this.runs = new SpilledRuns(new Spill(spill.memory() - memory, spill.folder()));
  }

  /** Takes what a slice saw. */
  public void add(ContextShare share) throws IOException {
    long from = runs.size();
    runs.next().write(share.followers(), 0, share.followers().length);
    context(share.context()).shares.add(new long[] {from, runs.size()});
    runs.written();
  }

  private Context context(int[] context) {
    return contexts.computeIfAbsent(context, key -> new Context());
  }

  /**
   * Writes the tree's file, level by level. What was taken is used up.
   *
   * @param out stays open
   * @param spill for the file
   * @param unigrams receives the tree's share of the unigrams' counts
   */
  public void write(OutputStream out, Spill spill, SliceStatistics statistics, Unigrams unigrams)
      throws IOException {
    for (int length = layout.order() - 1; length > 1; length--) {
      for (int[] context : contexts.keySet().toArray(new int[0][])) {
        if (context.length == length) {
          context(Arrays.copyOf(context, length - 1)).longer.add(contexts.get(context));
        }
      }
    }
    try (TrieWriter trie = new TrieWriter(out, TrieBlock.Content.COUNTS, layout.order(), spill)) {
      trie.withoutContext().writeNumber(0);
      for (int length = layout.order() - 1; length > 0; length--) {
        int[] before = {};
        for (Map.Entry<int[], Context> context : contexts.entrySet()) {
          if (context.getKey().length == length) {
            merge(context.getValue());
            write(context.getKey(), before, context.getValue(), trie, statistics, unigrams);
            before = context.getKey();
          }
        }
      }
      trie.finish();
    }
  }

  /** A run that is merged, at one of its followers. */
  private static final class Run implements Comparable<Run> {
    private final Bytes.Reader in;
    private final boolean longer; // of a longer context: each follower is seen once more
    private int stored;
    private long raw;
    private long adjusted;

    Run(Bytes.Reader in, boolean longer) {
      this.in = in;
      this.longer = longer;
    }

    /** Goes to the next follower; false at the end. */
    boolean next() {
      if (!in.hasMore()) {
        return false;
      }
      stored += in.readInt();
      raw = in.readNumber();
      adjusted = in.readNumber();
      if (longer) {
        adjusted = 1;
      }
      return true;
    }

    @Override
    public int compareTo(Run other) {
      return Integer.compare(stored, other.stored);
    }
  }

  /** Makes one run of a context's shares and the runs of the longer contexts. */
  private void merge(Context here) throws IOException {
    int count = here.shares.size() + here.longer.size();
    int buffer = (int) Math.max(LEAST_BUFFER, Math.min(MOST_BUFFER, memory / Math.max(1, count)));
    PriorityQueue<Run> open = new PriorityQueue<>(Math.max(1, count));
    for (long[] share : here.shares) {
      open(new Run(runs.reader(share[0], share[1], buffer), false), open);
    }
    for (Context longer : here.longer) {
      open(new Run(runs.reader(longer.from, longer.to, buffer), true), open);
    }
    here.from = runs.size();
    int before = 0;
    while (!open.isEmpty()) {
      int stored = open.peek().stored;
      long raw = 0;
      long adjusted = 0;
      while (!open.isEmpty() && open.peek().stored == stored) {
        Run least = open.poll();
        raw = Math.addExact(raw, least.raw);
        adjusted = Math.addExact(adjusted, least.adjusted);
        open(least, open);
      }
      ContextShare.write(runs.next(), stored - before, raw, adjusted);
      before = stored;
      runs.written();
      here.types++;
    }
    here.to = runs.size();
  }

  private static void open(Run run, PriorityQueue<Run> open) {
    if (run.next()) {
      open.add(run);
    }
  }

  /** Writes a context's record. */
  private void write(
      int[] context,
      int[] last,
      Context here,
      TrieWriter trie,
      SliceStatistics statistics,
      Unigrams unigrams)
      throws IOException {
    int d = context.length;
    Bytes level = trie.level(d);
    int farthest = context[d - 1];
    boolean siblings = last.length == d && Arrays.equals(context, 0, d - 1, last, 0, d - 1);
    level.writeNumber(siblings ? farthest - last[d - 1] : farthest);
    level.writeNumber(here.longer.size()); // it has longer ones, so it is none of the highest order
    level.writeNumber(4L * here.types + CountSliceWriter.PLAIN);
    int[] path = new int[layout.order()];
    System.arraycopy(context, 0, path, 1, d);
    statistics.context(path, d);
    boolean fromStart = farthest == passages.passageStart() + 1;
    int before = 0;
    Run all = new Run(runs.reader(here.from, here.to, MOST_BUFFER), false);
    while (all.next()) {
      long adjusted = fromStart ? all.raw : all.adjusted;
      level.writeNumber(all.stored - before);
      before = all.stored;
      FollowerCounts.write(level, false, all.raw, adjusted);
      trie.written(d);
      if (all.stored > 0) {
        statistics.ngram(all.stored, all.raw, adjusted);
        if (d == 1) {
          unigrams.word(all.stored, all.raw);
        }
      }
    }
    trie.written(d);
  }

  /** Removes what is on the local disk. */
  @Override
  public void close() throws IOException {
    runs.close();
  }
}
