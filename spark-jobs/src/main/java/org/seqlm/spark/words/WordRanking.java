package org.seqlm.spark.words;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;
import org.seqlm.UserException;
import org.seqlm.corpus.LocalDictionary;
import org.seqlm.corpus.RangePart;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.TokenSplits;
import org.seqlm.spark.corpus.AssignedIds;
import org.seqlm.spark.corpus.CorpusScan;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.TokenCounts;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyLimits;
import scala.Tuple2;

/**
 * Ranks the words of a text, which may be too many for one memory: has them counted ({@link
 * WordCounting}) in parts that fit in one, and either merges on the driver those that the
 * vocabulary can hold, or has these sorted on the executors ({@link WordSort}) and their ids sent
 * back to the ranges ({@link WordNumbering}). How many parts there are follows from an estimate of
 * the different words ({@link DictionarySketch}), whatever else from what was counted; so an
 * estimate that is wrong costs memory in proportion, and no result depends on it.
 */
public final class WordRanking {
  private static final int LEAST_PART = 16 << 10;
  private static final int MOST_PART = 32 << 20;

  /**
   * With more words parts grow: 256 GiB in parts of 32 MiB. Each range sends a block to each part,
   * and each part to each share of the sorted words.
   */
  static final int MOST_PARTS = 1 << 13;

  private WordRanking() {}

  /**
   * The words of a text.
   *
   * @param types different tokens before any limit
   * @param ids what the ranges' local ids mean, one element a range; null where the vocabulary is
   *     in memory
   * @param tails ids of the ranges' last tokens // (ranges, tokens)
   */
  public record Result(
      CorpusVocabulary vocabulary, long types, JavaRDD<AssignedIds> ids, int[][] tails)
      implements AutoCloseable {
    @Override
    public void close() {
      if (vocabulary instanceof SortedVocabulary sorted) {
        sorted.close();
        ids.unpersist();
      }
    }
  }

  /**
   * Ranks the words of the train split. The driver gets those that the vocabulary holds, if it is
   * to be in memory, and a sample of all; or at most {@code mostBytes} of them.
   *
   * @param tasks at least, where words are added; no result depends on it
   * @param mostBytes that the words may take for the vocabulary to be in memory: UTF-8 and {@link
   *     DictionaryLimit#WORD_BYTES} each, up to {@link DictionaryLimit#MOST_BYTES}; no result
   *     depends on it
   * @throws UserException with exit code 3 if there are more words than ids
   */
  public static Result rank(
      CorpusScan scan, TokenSplits splits, VocabularyLimits limits, int tasks, long mostBytes) {
    RangeSummary total = scan.total();
    // Each word once for each range that has it.
    long atMost = total.typeBytes() + DictionaryLimit.WORD_BYTES * total.types();
    return atMost <= mostBytes
        ? few(scan, splits, limits, tasks)
        : many(scan, splits, limits, tasks, mostBytes);
  }

  /** Ranks words that all fit in the driver's memory. */
  private static Result few(
      CorpusScan scan, TokenSplits splits, VocabularyLimits limits, int tasks) {
    TokenizerKind kind = scan.rules().kind();
    int candidates = limits.candidates(kind);
    long minCount = limits.minCount();
    List<Tuple2<PackedTokens, long[]>> ranked =
        WordCounting.words(scan, splits, Math.max(1, tasks), WordCounting.Ids.IGNORED)
            .values()
            .mapPartitions(
                words -> List.of(WordCounting.add(words, minCount, candidates)).iterator())
            .collect();
    long types = 0;
    long lineEnds = 0;
    for (Tuple2<PackedTokens, long[]> part : ranked) {
      types += part._2()[0];
      lineEnds += part._2()[1];
    }
    List<PackedTokens> parts = ranked.stream().map(Tuple2::_1).toList();
    return inMemory(scan, Vocabularies.of(kind, parts, lineEnds, limits), types);
  }

  private static Result many(
      CorpusScan scan, TokenSplits splits, VocabularyLimits limits, int tasks, long mostBytes) {
    long bytes = estimate(scan.asides()).mostBytes();
    long partBytes = partBytes(bytes, mostBytes);
    int parts = parts(bytes, tasks, partBytes);
    TokenizerKind kind = scan.rules().kind();
    int reserved = Vocabulary.reservedTokens(kind).size();
    long minCount = limits.minCount();
    int most = limits.maxSize() == 0 ? Integer.MAX_VALUE : limits.maxSize() - reserved;
    int candidates = limits.candidates(kind);

    JavaPairRDD<Integer, DealtWords> words =
        WordCounting.words(scan, splits, parts, WordCounting.Ids.WANTED);
    JavaRDD<Object> added =
        words
            .values()
            .mapPartitions(part -> WordCounting.addInBlocks(part, kind, minCount, candidates))
            .persist(StorageLevel.DISK_ONLY());
    try {
      long spacing = Math.max(1, partBytes / WordSamples.A_PART);
      WordSamples samples =
          new WordSamples(added.mapPartitions(part -> WordSamples.sample(part, spacing)).collect());
      WordSamples.Shares shares = samples.shares(most);
      if (shares.bytes() <= mostBytes) {
        TokenCounts all = new TokenCounts(1 << 10);
        WordSort.words(added, shares).collect().forEach(all::addAll);
        Vocabulary vocabulary = Vocabularies.rank(kind, all, samples.lineEnds(), limits);
        return inMemory(scan, vocabulary, samples.types());
      }
      JavaRDD<Object> sorted = WordSort.sort(added, shares).persist(StorageLevel.DISK_ONLY());
      try {
        SortedVocabulary vocabulary =
            WordSort.vocabulary(scan.spark(), sorted, kind, samples.lineEnds(), most);
        if (vocabulary.bytes() <= mostBytes) {
          List<PackedTokens> ranked = List.of(joined(vocabulary.blocks().collect()));
          vocabulary.close();
          return inMemory(
              scan, Vocabularies.of(kind, ranked, samples.lineEnds(), limits), samples.types());
        }
        JavaRDD<AssignedIds> ids =
            WordNumbering.assign(scan, words, added, sorted, vocabulary, reserved);
        int[][] tails = ids.map(AssignedIds::tail).collect().toArray(new int[0][]);
        return new Result(vocabulary, samples.types(), ids, tails);
      } catch (RuntimeException e) {
        sorted.unpersist();
        throw e;
      }
    } finally {
      added.unpersist();
    }
  }

  /** How much the different words of the ranges' dictionaries take. */
  static DictionarySketch estimate(JavaRDD<RangePart> asides) {
    JavaRDD<byte[]> sketches = asides.mapPartitions(WordRanking::sketch);
    return DictionarySketch.of(
        Shuffles.inTree(sketches, new DictionarySketch().packed(), WordRanking::union));
  }

  private static Iterator<byte[]> sketch(Iterator<RangePart> asides) {
    DictionarySketch sketch = new DictionarySketch();
    while (asides.hasNext()) {
      if (asides.next() instanceof LocalDictionary dictionary) {
        sketch.add(dictionary.tokens());
      }
    }
    return Collections.singleton(sketch.packed()).iterator();
  }

  private static byte[] union(byte[] some, byte[] others) {
    DictionarySketch union = DictionarySketch.of(some);
    union.add(DictionarySketch.of(others));
    return union.packed();
  }

  /** Bytes of the words that one task adds, or sorts. */
  static long partBytes(long bytes, long mostBytes) {
    long wanted = Math.max(LEAST_PART, Math.min(MOST_PART, mostBytes / 4));
    return Math.max(wanted, bytes / MOST_PARTS + 1);
  }

  static int parts(long bytes, int tasks, long partBytes) {
    return (int) Math.max(tasks, bytes / partBytes + 1);
  }

  private static PackedTokens joined(List<PackedTokens> blocks) {
    PackedTokens.Builder all = new PackedTokens.Builder();
    for (PackedTokens block : blocks) {
      for (int i = 0; i < block.size(); i++) {
        all.add(block.arena(), block.start(i), block.end(i), block.counts()[i]);
      }
    }
    return all.take();
  }

  private static Result inMemory(CorpusScan scan, Vocabulary vocabulary, long types) {
    int[][] tails = new int[scan.summaries().size()][];
    for (int range = 0; range < tails.length; range++) {
      byte[][] spellings = scan.summaries().get(range).tail();
      tails[range] = new int[spellings.length];
      for (int k = 0; k < spellings.length; k++) {
        byte[] token = spellings[k];
        tails[range][k] =
            token.length == 0 ? vocabulary.sentenceEnd() : vocabulary.id(token, 0, token.length);
      }
    }
    return new Result(CorpusVocabulary.of(scan.spark(), vocabulary), types, null, tails);
  }
}
