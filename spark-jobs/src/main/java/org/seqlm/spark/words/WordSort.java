package org.seqlm.spark.words;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.UserException;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.RankedMerge;
import org.seqlm.vocab.Vocabulary;
import scala.Tuple2;

/**
 * Sorts counted words that are too many for one memory: each part's words, which are sorted, are
 * cut where samples say that equal shares of all words end, and each share is merged. A word's
 * place in its share and the sizes of the shares before it are its rank. A part sends a block to
 * each share, so there are as many blocks as (bytes of the words / bytes of a part)², or a bit
 * more: 410,000 of 50 kB for 20 GiB of words in parts of 32 MiB. There are never more than 2^26,
 * the square of {@link WordRanking#MOST_PARTS}.
 */
final class WordSort {
  /** Places in the numbers that a sorted share tells before its {@link EqualCounts}. */
  private static final int WORDS = 0;

  private static final int BYTES = 1;
  private static final int LINE_FEED = 2;
  private static final int COUNTS = 3;

  private WordSort() {}

  /**
   * Sorts the words of all parts.
   *
   * @param added what {@link WordCounting#addInBlocks} gives, part by part
   * @return of each share what it is, its words in blocks, and the {@link WordNumbers} of all
   *     chunks that came to it: places in the share
   */
  static JavaRDD<Object> sort(JavaRDD<Object> added, WordSamples.Shares shares) {
    return Shuffles.byNumber(added.mapPartitionsToPair(part -> cut(part, shares)), shares.size())
        .values()
        .mapPartitions(WordSort::merge);
  }

  /** The words of all shares, unsorted. */
  static JavaRDD<PackedTokens> words(JavaRDD<Object> added, WordSamples.Shares shares) {
    return added.mapPartitionsToPair(part -> cut(part, shares)).values().map(SortedWords::tokens);
  }

  /** Cuts a part's words into shares. */
  private static Iterator<Tuple2<Integer, SortedWords>> cut(
      Iterator<Object> part, WordSamples.Shares shares) {
    int index = TaskContext.getPartitionId();
    PackedTokens bounds = shares.bounds();
    return new Iterator<>() {
      private PackedTokens words = new PackedTokens(new byte[0], new int[0], new long[0]);
      private int next;
      private int share;
      private int chunk;

      @Override
      public boolean hasNext() {
        while (next == words.size() && part.hasNext()) {
          if (part.next() instanceof PackedTokens block) {
            words = block;
            next = 0;
          }
        }
        while (next < words.size()
            && share < bounds.size()
            && RankedMerge.compare(bounds, share, words, next) <= 0) {
          share++;
        }
        return next < words.size() && share < shares.size();
      }

      @Override
      public Tuple2<Integer, SortedWords> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        PackedTokens.Builder some = new PackedTokens.Builder();
        while (next < words.size()
            && (share == bounds.size() || RankedMerge.compare(bounds, share, words, next) > 0)) {
          some.add(words.arena(), words.start(next), words.end(next), words.counts()[next]);
          next++;
        }
        return new Tuple2<>(share, new SortedWords(index, chunk++, some.take()));
      }
    };
  }

  /** Merges a share; gives what it is, its words, and the place of each word of each chunk. */
  private static Iterator<Object> merge(Iterator<SortedWords> share) {
    List<SortedWords> chunks = new ArrayList<>();
    share.forEachRemaining(chunks::add);
    chunks.sort(Comparator.comparingInt(SortedWords::part).thenComparingInt(SortedWords::chunk));
    List<PackedTokens> lists = chunks.stream().map(SortedWords::tokens).toList();
    int[][] places = new int[lists.size()][];
    Arrays.setAll(places, list -> new int[lists.get(list).size()]);
    List<Object> blocks = new ArrayList<>();
    PackedTokens.Builder block = new PackedTokens.Builder();
    EqualCounts counts = new EqualCounts();
    long[] told = {0, 0, -1};
    RankedMerge.merge(
        lists,
        (list, i) -> {
          PackedTokens from = lists.get(list);
          int start = from.start(i);
          int end = from.end(i);
          places[list][i] = (int) told[WORDS];
          if (end - start == 1 && from.arena()[start] == '\n') {
            told[LINE_FEED] = told[WORDS];
          }
          told[WORDS]++;
          told[BYTES] += end - start;
          counts.add(from.counts()[i]);
          block.add(from.arena(), start, end, from.counts()[i]);
          if (WordCounting.full(block)) {
            blocks.add(block.take());
          }
          return true;
        });
    if (block.size() > 0) {
      blocks.add(block.take());
    }
    List<Object> result = new ArrayList<>();
    result.add(counts.after(told));
    result.addAll(blocks);
    for (int list = 0; list < places.length; list++) {
      SortedWords chunk = chunks.get(list);
      result.add(new WordNumbers(chunk.part(), chunk.chunk(), places[list]));
    }
    return result.iterator();
  }

  /**
   * The counts of words in their order: each count, and how many words next to each other have it.
   */
  private static final class EqualCounts {
    private long[] values = new long[16];
    private int size;

    void add(long count) {
      if (size > 0 && values[size - 2] == count) {
        values[size - 1]++;
        return;
      }
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = count;
      values[size++] = 1;
    }

    long[] after(long[] first) {
      long[] all = Arrays.copyOf(first, first.length + size);
      System.arraycopy(values, 0, all, first.length, size);
      return all;
    }
  }

  /**
   * Sorts, and learns what the driver needs to know.
   *
   * @param sorted what {@link #sort} gives
   * @param most words that are kept
   */
  static SortedVocabulary vocabulary(
      JavaSparkContext spark, JavaRDD<Object> sorted, TokenizerKind kind, long lineEnds, int most) {
    List<Object> told = sorted.filter(one -> one instanceof long[]).collect();
    long[] offsets = new long[told.size() + 1];
    for (int share = 0; share < told.size(); share++) {
      offsets[share + 1] = offsets[share] + ((long[]) told.get(share))[WORDS];
    }
    int reserved = Vocabulary.reservedTokens(kind).size();
    long kept = Math.min(offsets[told.size()], most);
    if (kept + reserved > Integer.MAX_VALUE - 8) {
      throw UserException.data(
          String.format(
              Locale.ROOT,
              "the vocabulary has %,d tokens, more than there are ids (%,d): give"
                  + " vocabulary.max-size or a larger vocabulary.min-count",
              kept,
              Integer.MAX_VALUE - 8));
    }
    long bytes = 0;
    int lineFeed = -1;
    long counted = 0;
    for (int share = 0; share < told.size(); share++) {
      long[] one = (long[]) told.get(share);
      bytes += offsets[share] < kept ? one[BYTES] + DictionaryLimit.WORD_BYTES * one[WORDS] : 0;
      if (one[LINE_FEED] >= 0 && offsets[share] + one[LINE_FEED] < kept) {
        lineFeed = (int) (reserved + offsets[share] + one[LINE_FEED]);
      }
      long left = Math.max(0, kept - offsets[share]);
      for (int at = COUNTS; at < one.length && left > 0; at += 2) {
        long words = Math.min(left, one[at + 1]);
        counted += words * one[at];
        left -= words;
      }
    }
    for (int share = 0; share < offsets.length; share++) {
      offsets[share] = Math.min(offsets[share], kept);
    }
    return new SortedVocabulary(spark, sorted, kind, offsets, bytes, counted, lineEnds, lineFeed);
  }
}
