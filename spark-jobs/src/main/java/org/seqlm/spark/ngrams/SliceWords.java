package org.seqlm.spark.ngrams;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.smooth.WordProbabilities;
import org.seqlm.spark.io.OrderedParts;
import org.seqlm.spark.task.TaskEnd;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.vocab.IdRanges;
import scala.Tuple2;

/**
 * Unigrams' probabilities on their way to a slice: of words of a range that the slice holds, or
 * that follow the token of a tree that it has a part of.
 */
public final class SliceWords implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Part of the heap for what waits to be read in the order of ids. */
  private static final double WAIT = 0.05;

  private final int tree; // -1 for the slice's own
  private final int range;
  private final byte[] words; // as WordProbabilities reads them

  SliceWords(int tree, int range, byte[] words) {
    this.tree = tree;
    this.range = range;
    this.words = words;
  }

  /** All that a slice was sent. */
  static final class Received implements Closeable {
    private final int ranges;
    private final Slices slices;
    private final int[] trees;
    private final OrderedParts parts; // the slice's own of all ranges, then those of its trees

    Received(Iterator<Tuple2<Integer, Object>> sent, IdRanges ids, Slices slices, int slice)
        throws IOException {
      this.ranges = ids.count();
      this.slices = slices;
      this.trees = slices.treesOf(slice);
      this.parts = new OrderedParts((1 + trees.length) * ranges, TaskMemory.spill(WAIT, "words"));
      TaskEnd.close(this);
      while (sent.hasNext()) {
        SliceWords one = (SliceWords) sent.next()._2();
        parts.put(one.tree < 0 ? one.range : place(one.tree) + one.range, one.words);
      }
    }

    private int place(int tree) {
      return (1 + Arrays.binarySearch(trees, tree)) * ranges;
    }

    /** The slice's own. */
    WordProbabilities.Words own() throws IOException {
      try (InputStream in = parts.open(0, ranges)) {
        return WordProbabilities.read(in);
      }
    }

    /** Those that follow a token. */
    InputStream followers(int token) {
      int from = place(slices.tree(token));
      return parts.open(from, from + ranges);
    }

    /** Removes what is on the local disk. */
    @Override
    public void close() throws IOException {
      parts.close();
    }
  }
}
