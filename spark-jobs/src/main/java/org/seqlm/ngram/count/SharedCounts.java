package org.seqlm.ngram.count;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.TreeMap;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.TrieBlock;
import org.seqlm.ngram.trie.TrieWriter;

/**
 * Puts together what slices saw after the contexts of a tree that they share, from the longest
 * contexts on: what follows a context has been seen once more after the next shorter one. Its file
 * is a slice of its own with these contexts alone, laid out as {@link CountSliceWriter} does.
 */
public final class SharedCounts {
  private final KeyLayout layout;
  private final Passages passages;
  private final TreeMap<int[], UnigramCounts> contexts = new TreeMap<>(Arrays::compare);

  /** Begins a tree. */
  public SharedCounts(KeyLayout layout, Passages passages) {
    this.layout = layout;
    this.passages = passages;
  }

  /** Takes what a slice saw. */
  public void add(ContextShare share) {
    counts(share.context()).addAll(share.counts());
  }

  private UnigramCounts counts(int[] context) {
    return contexts.computeIfAbsent(context, key -> new UnigramCounts());
  }

  /**
   * Writes the tree's file. What was taken is used up.
   *
   * @param out stays open
   * @param unigrams receives the tree's share of the unigrams' counts
   */
  public void write(
      OutputStream out, Spill spill, SliceStatistics statistics, UnigramCounts unigrams)
      throws IOException {
    for (int length = layout.order() - 1; length > 0; length--) {
      for (int[] context : contexts.keySet().toArray(new int[0][])) {
        if (context.length == length) {
          passOn(context, unigrams);
        }
      }
    }
    try (TrieWriter trie = new TrieWriter(out, TrieBlock.Content.COUNTS, layout.order(), spill)) {
      trie.withoutContext().writeNumber(0);
      int[] sibling = new int[layout.order() + 1];
      while (!contexts.isEmpty()) {
        int[] context = contexts.firstKey();
        write(context, trie.level(context.length), sibling, statistics);
        trie.written(context.length);
        contexts.remove(context);
      }
      trie.finish();
    }
  }

  /** Adds what follows a context to what follows the next shorter one. */
  private void passOn(int[] context, UnigramCounts unigrams) {
    UnigramCounts here = contexts.get(context);
    UnigramCounts shorter =
        context.length == 1 ? unigrams : counts(Arrays.copyOf(context, context.length - 1));
    for (int i = 0; i < here.types(); i++) {
      int stored = here.id(i) + 1;
      if (stored > 0 || context.length > 1) {
        shorter.add(stored, here.raw(i), 1);
      }
    }
  }

  private void write(int[] context, Bytes level, int[] sibling, SliceStatistics statistics) {
    int d = context.length;
    int farthest = context[d - 1];
    level.writeNumber(farthest - sibling[d]);
    sibling[d] = farthest;
    sibling[d + 1] = 0;
    level.writeNumber(children(context));
    UnigramCounts here = contexts.get(context);
    level.writeNumber(4L * here.types() + CountSliceWriter.PLAIN);
    int[] path = new int[layout.order()];
    System.arraycopy(context, 0, path, 1, d);
    statistics.context(path, d);
    boolean fromStart = farthest == passages.passageStart() + 1;
    int before = 0;
    for (int i = 0; i < here.types(); i++) {
      int stored = here.id(i) + 1;
      long raw = here.raw(i);
      long adjusted = fromStart ? raw : here.adjusted(i);
      level.writeNumber(stored - before);
      before = stored;
      FollowerCounts.write(level, false, raw, adjusted);
      if (stored > 0) {
        statistics.ngram(stored, raw, adjusted);
      }
    }
  }

  /** How many contexts of the tree are this one and a token before it. */
  private int children(int[] context) {
    int children = 0;
    for (int[] other : contexts.tailMap(context, false).keySet()) {
      if (other.length <= context.length
          || !Arrays.equals(other, 0, context.length, context, 0, context.length)) {
        break;
      }
      children += other.length == context.length + 1 ? 1 : 0;
    }
    return children;
  }
}
