package org.seqlm.ngram.count;

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
import org.seqlm.ngram.model.CountTrie;
import org.seqlm.vocab.ListVocabulary;
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
      List<SliceStatistics> statistics,
      UnigramCounts unigrams) {

    /** Raw and adjusted counts by n-gram, those above the order that was asked for too. */
    public Map<List<Integer>, List<Long>> ngrams() {
      Map<List<Integer>, List<Long>> all = new HashMap<>();
      for (int i = 0; i < unigrams.types(); i++) {
        all.put(List.of(unigrams.id(i)), List.of(unigrams.raw(i), unigrams.adjusted(i)));
      }
      try {
        for (byte[] slice : slices) {
          CountSlice counts = new CountSlice(new ByteArrayInputStream(slice), order);
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
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return all;
    }

    /** The counts in memory, by way of the slices' bytes. */
    public CountTrie trie() {
      CountTrie.Builder builder = new CountTrie.Builder(order, vocabulary.size(), unigrams);
      try {
        for (byte[] slice : slices) {
          builder.add(new CountSlice(new ByteArrayInputStream(slice), order));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return builder.build();
    }
  }

  /** How a text is dealt out. */
  record Deal(int slices, int tasks, int drainEvery, long memory, Path folder) {
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
  static Counted count(
      List<TokenBlock> blocks, Vocabulary vocabulary, Passages passages, int order, Deal deal) {
    int stored = Math.max(2, order);
    KeyLayout layout = KeyLayout.of(stored, vocabulary.size());
    long unknown = blocks.stream().mapToLong(block -> unknown(block.tokens())).sum();
    Slices cut = Slices.of(vocabulary, unknown, deal.slices(), stored);
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
    List<byte[]> files = new ArrayList<>();
    List<SliceStatistics> statistics = new ArrayList<>();
    UnigramCounts sum = new UnigramCounts();
    try {
      Map<Integer, UnigramCounts> heads = new HashMap<>();
      for (int slice = 0; slice < cut.count(); slice++) {
        if (cut.isHead(slice)) {
          heads.put(slice, new UnigramCounts());
        }
      }
      // Heads last: they are made of what their parts tell.
      ByteArrayOutputStream[] written = new ByteArrayOutputStream[cut.count()];
      for (int slice = 0; slice < cut.count(); slice++) {
        if (heads.containsKey(slice)) {
          if (!sorted.get(slice).isEmpty()) {
            throw new AssertionError("windows in a head");
          }
          continue;
        }
        written[slice] = new ByteArrayOutputStream();
        SliceStatistics found = new SliceStatistics(passages, stored, TOP, COUNTS);
        UnigramCounts share = new UnigramCounts();
        UnigramCounts ofHead = cut.headOf(slice) < 0 ? null : new UnigramCounts();
        try (WindowMerger merger = new WindowMerger(layout, deal.memory(), deal.folder())) {
          Collections.shuffle(sorted.get(slice), new Random(8));
          for (byte[] part : sorted.get(slice)) {
            merger.add(part);
          }
          CountSliceWriter writer =
              new CountSliceWriter(layout, passages, written[slice], found, share, ofHead);
          merger.merge(writer);
          writer.finish();
        }
        if (ofHead != null) {
          heads.get(cut.headOf(slice)).addAll(ofHead.bytes());
        }
        statistics.add(found.finish());
        sum.addAll(share.bytes());
      }
      for (int slice : cut.heads()) {
        written[slice] = new ByteArrayOutputStream();
        SliceStatistics found = new SliceStatistics(passages, stored, TOP, COUNTS);
        UnigramCounts share = new UnigramCounts();
        new CountSliceWriter(layout, passages, written[slice], found, share, null)
            .head(cut.first(slice), heads.get(slice));
        statistics.add(found.finish());
        sum.addAll(share.bytes());
      }
      for (ByteArrayOutputStream file : written) {
        files.add(file.toByteArray());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SliceStatistics ofUnigrams = new SliceStatistics(passages, stored, TOP, COUNTS);
    ofUnigrams.unigrams(sum);
    statistics.add(ofUnigrams.finish());
    return new Counted(stored, vocabulary, passages, cut, files, statistics, sum);
  }

  /**
   * How many tokens of a text are unknown, in proportion to what a {@link ListVocabulary} counts.
   */
  public static long unknown(int[] tokens) {
    return 10_000 * Arrays.stream(tokens).filter(id -> id == Vocabulary.UNKNOWN).count();
  }

  /** The counts of a whole text in one piece. */
  public static CountTrie trie(
      int[] tokens, int[] documentStarts, Vocabulary vocabulary, Passages passages, int order) {
    TokenBlock block = new TokenBlock(0, new int[0], tokens, documentStarts);
    return count(List.of(block), vocabulary, passages, order, Deal.WHOLE).trie();
  }
}
