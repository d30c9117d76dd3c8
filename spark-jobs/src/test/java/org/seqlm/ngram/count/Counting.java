package org.seqlm.ngram.count;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.seqlm.ngram.model.CountTrie;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.Vocabulary;

/** Counts blocks in memory the way the distributed step does. */
public final class Counting {
  private static final int TOP = 10;
  private static final int COUNTS = 5;

  private Counting() {}

  /**
   * What was counted.
   *
   * @param order of what is stored, at least 2
   * @param slices their files
   * @param statistics of the slices, and at last of the unigrams
   */
  public record Counted(
      int order,
      Vocabulary vocabulary,
      Passages passages,
      Slices cut,
      List<byte[]> slices,
      List<byte[]> trees,
      Spill spill,
      List<SliceStatistics> statistics,
      UnigramCounts unigrams) {

    /** Reads a slice, with what it shares with others. */
    public CountSlice slice(int slice) throws IOException {
      return slice(slice, spill);
    }

    private CountSlice slice(int slice, Spill within) throws IOException {
      return new CountSlice(
          new ByteArrayInputStream(slices.get(slice)), order, shared(slice), within);
    }

    /** Reads what a slice shares with others. */
    public SharedContexts shared(int slice) throws IOException {
      return SharedContexts.of(
          tree -> new ByteArrayInputStream(trees.get(tree)), cut, slice, order, spill);
    }

    /** Raw and adjusted counts by n-gram, those above the order that was asked for too. */
    public Map<List<Integer>, List<Long>> ngrams() {
      Map<List<Integer>, List<Long>> all = new HashMap<>();
      for (int i = 0; i < unigrams.types(); i++) {
        all.put(List.of(unigrams.id(i)), List.of(unigrams.raw(i), unigrams.adjusted(i)));
      }
      try {
        for (int slice = 0; slice < slices.size(); slice++) {
          CountSlice counts = slice(slice);
          while (counts.next()) {
            List<Integer> ngram = new ArrayList<>();
            for (int i = counts.length(); i > 0; i--) {
              ngram.add(counts.reversed()[i]);
            }
            for (int i = 0; i < counts.size(); i++) {
              List<Integer> whole = new ArrayList<>(ngram);
              whole.add(counts.words()[i]);
              if (all.put(whole, List.of(counts.raw()[i], counts.adjusted()[i])) != null) {
                throw new AssertionError(whole + " twice");
              }
            }
          }
          counts.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return all;
    }

    /** Every window that was counted, of this order or a lower one. */
    TreeMap<long[], Long> windows(KeyLayout layout, int[] ids) throws IOException {
      TreeMap<long[], Long> found = new TreeMap<>(Arrays::compare);
      for (int slice = 0; slice < slices.size(); slice++) {
        try (StoredWindows windows =
            new StoredWindows(slice(slice), layout, ids == null ? null : id -> ids[id])) {
          long[] before = null;
          while (windows.next()) {
            long[] key = windows.key().clone();
            if (ids == null && layout.order() == order && before != null) {
              assertThat(layout.compare(before, 0, key, 0)).isNegative();
            }
            before = key;
            found.merge(key, windows.count(), Long::sum);
          }
        }
      }
      return found;
    }

    /** The counts in memory, by way of the slices' bytes. */
    public CountTrie trie() {
      CountTrie.Builder builder = new CountTrie.Builder(order, vocabulary.size(), unigrams);
      try {
        for (int slice = 0; slice < slices.size(); slice++) {
          CountSlice counts = slice(slice, null);
          builder.add(counts);
          counts.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return builder.build();
    }
  }

  /** How a text is dealt out. */
  public record Deal(int slices, int tasks, int drainEvery, long memory, Path folder) {
    /** In one piece. */
    static final Deal WHOLE = new Deal(1, 1, Integer.MAX_VALUE, 1 << 30, Path.of("unused"));
  }

  /**
   * Counts a text.
   *
   * @param deal blocks are dealt out in consecutive parts to {@code tasks} tasks, each of which
   *     gives what it has after every {@code drainEvery} blocks; {@code memory} bytes hold parts to
   *     be merged
   */
  public static Counted count(
      List<TokenBlock> blocks, Vocabulary vocabulary, Passages passages, int order, Deal deal) {
    int stored = Math.max(2, order);
    KeyLayout layout = KeyLayout.of(stored, vocabulary.size());
    long tokens = blocks.stream().mapToLong(block -> block.tokens().length).sum();
    Slices cut = Slices.of(sample(blocks, passages, layout, tokens, tokens), layout, deal.slices());
    return count(
        sorted(blocks, passages, layout, cut, deal),
        vocabulary,
        passages,
        stored,
        cut,
        deal,
        null,
        false);
  }

  /** The windows of a text as its tasks give them, by slice. */
  static List<List<byte[]>> sorted(
      List<TokenBlock> blocks, Passages passages, KeyLayout layout, Slices cut, Deal deal) {
    long tokens = blocks.stream().mapToLong(block -> block.tokens().length).sum();
    List<List<byte[]>> sorted = new ArrayList<>();
    for (int i = 0; i < cut.count(); i++) {
      sorted.add(new ArrayList<>());
    }
    for (int t = 0; t < deal.tasks(); t++) {
      WindowCounter counter = new WindowCounter(layout, passages, cut, tokens, 1);
      int from = (int) ((long) blocks.size() * t / deal.tasks());
      int to = (int) ((long) blocks.size() * (t + 1) / deal.tasks());
      int read = 0;
      for (TokenBlock block : blocks.subList(from, to)) {
        counter.count(block, (part, slice) -> sorted.get(slice).add(part));
        if (++read % deal.drainEvery() == 0) {
          counter.drain((part, slice) -> sorted.get(slice).add(part));
        }
      }
      counter.drain((part, slice) -> sorted.get(slice).add(part));
    }
    return sorted;
  }

  /**
   * Counts windows.
   *
   * @param sorted parts by slice
   * @param base counts to add them to, or to take them from; null for none
   */
  static Counted count(
      List<List<byte[]>> sorted,
      Vocabulary vocabulary,
      Passages passages,
      int stored,
      Slices cut,
      Deal deal,
      Counted base,
      boolean subtract) {
    KeyLayout layout = KeyLayout.of(stored, vocabulary.size());
    Spill spill = new Spill(deal.memory(), deal.folder());
    List<byte[]> files = new ArrayList<>();
    List<byte[]> treeFiles = new ArrayList<>();
    List<SliceStatistics> statistics = new ArrayList<>();
    UnigramCounts sum = new UnigramCounts();
    try {
      List<SharedCounts> trees = new ArrayList<>();
      for (int tree = 0; tree < cut.trees().length; tree++) {
        trees.add(new SharedCounts(layout, passages, spill));
      }
      for (int slice = 0; slice < cut.count(); slice++) {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        SliceStatistics found = new SliceStatistics(passages, stored, TOP, COUNTS);
        UnigramCounts share = new UnigramCounts();
        List<ContextShare> shares = new ArrayList<>();
        try (WindowMerger merger = new WindowMerger(layout, spill);
            CountSliceWriter writer =
                new CountSliceWriter(
                    layout, passages, cut, slice, written, spill, found, share, shares::add)) {
          Collections.shuffle(sorted.get(slice), new Random(8));
          for (byte[] part : sorted.get(slice)) {
            merger.add(part);
          }
          try (StoredWindows stand =
              base == null ? null : new StoredWindows(base.slice(slice), layout, null)) {
            if (base != null) {
              merger.base(stand, subtract);
            }
            merger.merge(writer);
          }
          writer.finish();
        }
        for (ContextShare one : shares) {
          trees.get(cut.tree(one.nearest())).add(one);
        }
        statistics.add(found.finish());
        sum.addAll(share.bytes());
        files.add(written.toByteArray());
      }
      for (SharedCounts tree : trees) {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        SliceStatistics found = new SliceStatistics(passages, stored, TOP, COUNTS);
        UnigramCounts share = new UnigramCounts();
        tree.write(written, spill, found, (word, raw) -> share.add(word, raw, 1));
        tree.close();
        statistics.add(found.finish());
        sum.addAll(share.bytes());
        treeFiles.add(written.toByteArray());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SliceStatistics ofUnigrams = new SliceStatistics(passages, stored, TOP, COUNTS);
    ofUnigrams.unigrams(sum);
    statistics.add(ofUnigrams.finish());
    return new Counted(stored, vocabulary, passages, cut, files, treeFiles, spill, statistics, sum);
  }

  /** A sample of a text's keys, dealt out as blocks. */
  static long[][] sample(
      List<TokenBlock> blocks, Passages passages, KeyLayout layout, long tokens, long wanted) {
    List<long[]> keys = new ArrayList<>();
    for (TokenBlock block : blocks) {
      KeySample sample = new KeySample(layout, passages, tokens, wanted);
      sample.read(block);
      keys.addAll(List.of(sample.keys()));
    }
    TreeSet<long[]> distinct = new TreeSet<>(Arrays::compare);
    distinct.addAll(keys);
    return distinct.toArray(new long[0][]);
  }

  /** The counts of a whole text in one piece. */
  public static CountTrie trie(
      int[] tokens, int[] documentStarts, Vocabulary vocabulary, Passages passages, int order) {
    TokenBlock block = new TokenBlock(0, new int[0], tokens, documentStarts);
    return count(List.of(block), vocabulary, passages, order, Deal.WHOLE).trie();
  }
}
