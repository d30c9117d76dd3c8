package org.seqlm.spark.words;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.seqlm.corpus.LocalBlock;
import org.seqlm.corpus.LocalDictionary;
import org.seqlm.corpus.RangeDocuments;
import org.seqlm.corpus.RangePart;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.TokenSplits;
import org.seqlm.dataset.Split;
import org.seqlm.spark.corpus.CorpusScan;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.TokenCounts;
import org.seqlm.vocab.TokenTable;
import org.seqlm.vocab.Vocabulary;
import scala.Tuple2;

/**
 * Counts the words of a text's train split. Each range deals the words of its dictionaries out by
 * hash, with their counts in it; all occurrences of a word meet in one part, where they are added.
 */
final class WordCounting {
  /** Words go in blocks of about so many bytes. */
  private static final int BLOCK_BYTES = 1 << 20;

  private WordCounting() {}

  /**
   * Whether ranges want to know the ids of their words. Then all of them are sent, those that the
   * train split has not with a count of 0, and the last words of the range.
   */
  enum Ids {
    IGNORED,
    WANTED;

    private long leastCount() {
      return this == WANTED ? 0 : 1;
    }
  }

  /**
   * The words of the train split with their counts, range by range, dealt out by hash.
   *
   * @param parts that they are dealt out to
   */
  static JavaPairRDD<Integer, DealtWords> words(
      CorpusScan scan, TokenSplits splits, int parts, Ids ids) {
    int reserved = Vocabulary.reservedTokens(scan.rules().kind()).size();
    return Shuffles.byNumber(
        scan.secondPass(
                (range, asides, blocks) ->
                    count(splits, range, reserved, asides, blocks, parts, ids))
            .mapToPair(dealt -> dealt),
        parts);
  }

  private static Iterator<Tuple2<Integer, DealtWords>> count(
      TokenSplits splits,
      int range,
      int reserved,
      Iterator<RangePart> asides,
      Iterator<LocalBlock> blocks,
      int parts,
      Ids ids) {
    Split whole = splits.whole(range);
    if (whole == null) {
      return countSome(splits, range, reserved, asides, blocks, parts, ids);
    }
    boolean counted = whole == Split.TRAIN;
    if (!counted && ids == Ids.IGNORED) {
      return Collections.emptyIterator();
    }
    // A dictionary at a time: all those of a range may be large.
    return new Iterator<>() {
      private final Deque<Tuple2<Integer, DealtWords>> ready = new ArrayDeque<>();
      private int chunk;

      @Override
      public boolean hasNext() {
        while (ready.isEmpty() && asides.hasNext()) {
          RangePart aside = asides.next();
          if (aside instanceof LocalDictionary dictionary) {
            PackedTokens tokens = dictionary.tokens();
            long[] counts = counted ? tokens.counts() : new long[tokens.size()];
            send(range, chunk++, tokens, counts, ids, parts, ready);
          } else if (aside instanceof RangeSummary summary) {
            sendLineEnds(range, counted && reserved > 1 ? summary.lineEnds() : 0, ready);
            sendTail(range, summary.tail(), ids, parts, ready);
          }
        }
        return !ready.isEmpty();
      }

      @Override
      public Tuple2<Integer, DealtWords> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return ready.poll();
      }
    };
  }

  /** The counts of a range of which only some is in the train split. */
  private static Iterator<Tuple2<Integer, DealtWords>> countSome(
      TokenSplits splits,
      int range,
      int reserved,
      Iterator<RangePart> asides,
      Iterator<LocalBlock> blocks,
      int parts,
      Ids ids) {
    List<PackedTokens> dictionaries = new ArrayList<>();
    List<long[]> counts = new ArrayList<>();
    RangeDocuments documents = null;
    byte[][] tail = new byte[0][];
    while (asides.hasNext()) {
      RangePart aside = asides.next();
      if (aside instanceof LocalDictionary dictionary) {
        dictionaries.add(dictionary.tokens());
        counts.add(new long[reserved + dictionary.tokens().size()]);
      } else if (aside instanceof RangeDocuments found) {
        documents = found;
      } else if (aside instanceof RangeSummary summary) {
        tail = summary.tail();
      }
    }
    TokenSplits.Cursor cursor = splits.cursor(range, documents);
    while (blocks.hasNext()) {
      LocalBlock block = blocks.next();
      long[] chunk = counts.get(block.chunk());
      int[] tokens = block.tokens();
      for (int i = 0; i < tokens.length; i++) {
        if (cursor.at(block.offset() + i) == Split.TRAIN) {
          chunk[tokens[i]]++;
        }
      }
    }
    List<Tuple2<Integer, DealtWords>> counted = new ArrayList<>();
    long lineEnds = 0;
    for (int k = 0; k < counts.size(); k++) {
      long[] chunk = counts.get(k);
      lineEnds += reserved > 1 ? chunk[2] : 0;
      long[] words = Arrays.copyOfRange(chunk, reserved, chunk.length);
      send(range, k, dictionaries.get(k), words, ids, parts, counted);
    }
    sendLineEnds(range, lineEnds, counted);
    sendTail(range, tail, ids, parts, counted);
    return counted.iterator();
  }

  private static void send(
      int range,
      int chunk,
      PackedTokens words,
      long[] counts,
      Ids ids,
      int parts,
      Collection<Tuple2<Integer, DealtWords>> sent) {
    PackedTokens[] dealt = DealtWords.deal(words, counts, ids.leastCount(), parts);
    for (int part = 0; part < parts; part++) {
      if (dealt[part] != null) {
        sent.add(new Tuple2<>(part, new DealtWords(range, chunk, dealt[part])));
      }
    }
  }

  private static void sendLineEnds(
      int range, long lineEnds, Collection<Tuple2<Integer, DealtWords>> sent) {
    if (lineEnds > 0) {
      PackedTokens ends = new PackedTokens(new byte[0], new int[] {0}, new long[] {lineEnds});
      sent.add(new Tuple2<>(0, new DealtWords(range, DealtWords.LINE_ENDS, ends)));
    }
  }

  private static void sendTail(
      int range, byte[][] tail, Ids ids, int parts, Collection<Tuple2<Integer, DealtWords>> sent) {
    if (ids == Ids.IGNORED) {
      return;
    }
    PackedTokens.Builder words = new PackedTokens.Builder();
    for (byte[] token : tail) {
      if (token.length > 0) {
        words.add(token, 0, token.length, 1);
      }
    }
    PackedTokens packed = words.take();
    send(range, DealtWords.TAIL, packed, packed.counts(), ids, parts, sent);
  }

  /** Adds the counts of one part of the words; gives how many line ends stand among them. */
  private static long addTo(TokenCounts counts, Iterator<DealtWords> words) {
    long lineEnds = 0;
    while (words.hasNext()) {
      DealtWords some = words.next();
      if (some.chunk() == DealtWords.LINE_ENDS) {
        lineEnds += some.tokens().counts()[0];
      } else if (some.chunk() != DealtWords.TAIL) {
        counts.addAll(some.tokens());
      }
    }
    return lineEnds;
  }

  /**
   * Adds a part's counts.
   *
   * @param most words that are kept
   * @return the words in their order; types and line ends // (2)
   */
  static Tuple2<PackedTokens, long[]> add(Iterator<DealtWords> words, long minCount, int most) {
    TokenCounts counts = new TokenCounts(1 << 10);
    long lineEnds = addTo(counts, words);
    return new Tuple2<>(counts.ranked(minCount, most), new long[] {types(counts), lineEnds});
  }

  /** Words that were counted, and not only asked for. */
  private static long types(TokenCounts counts) {
    long types = 0;
    for (int id = 0; id < counts.size(); id++) {
      types += counts.count(id) > 0 ? 1 : 0;
    }
    return types;
  }

  /** Adds a part's counts; gives how many line ends stand among them, too. */
  static Tuple2<TokenCounts, Long> sum(Iterator<DealtWords> words) {
    TokenCounts counts = new TokenCounts(1 << 10);
    return new Tuple2<>(counts, addTo(counts, words));
  }

  /**
   * Adds a part's counts; gives types and line ends // (2), and then the words in their order,
   * block by block.
   */
  static Iterator<Object> addInBlocks(
      Iterator<DealtWords> words, TokenizerKind kind, long minCount, int most) {
    TokenCounts counts = new TokenCounts(1 << 10);
    long lineEnds = addTo(counts, words);
    TokenTable marks = new TokenTable(4);
    for (String mark : Vocabulary.noWords(kind)) {
      byte[] utf8 = mark.getBytes(StandardCharsets.UTF_8);
      marks.add(utf8, 0, utf8.length);
    }
    long types = types(counts);
    PackedTokens ranked = counts.ranked(minCount, most);
    return new Iterator<>() {
      private boolean told;
      private int next;

      @Override
      public boolean hasNext() {
        return !told || next < ranked.size();
      }

      @Override
      public Object next() {
        if (!told) {
          told = true;
          return new long[] {types, lineEnds};
        }
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        PackedTokens.Builder block = new PackedTokens.Builder();
        while (next < ranked.size() && !full(block)) {
          int start = ranked.start(next);
          int end = ranked.end(next);
          // A text's own "</s>" is an unknown word.
          if (marks.find(ranked.arena(), start, end) < 0) {
            block.add(ranked.arena(), start, end, ranked.counts()[next]);
          }
          next++;
        }
        return block.take();
      }
    };
  }

  /** The blocks of words among what tasks told. */
  static JavaRDD<PackedTokens> blocks(JavaRDD<Object> told) {
    return told.filter(one -> one instanceof PackedTokens).map(one -> (PackedTokens) one);
  }

  /** Whether a block has as many words as are sent together. */
  static boolean full(PackedTokens.Builder block) {
    return block.bytes() + (long) DictionaryLimit.WORD_BYTES * block.size() >= BLOCK_BYTES;
  }
}
