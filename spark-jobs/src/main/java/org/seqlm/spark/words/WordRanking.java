package org.seqlm.spark.words;

import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;
import org.seqlm.UserException;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.TokenSplits;
import org.seqlm.spark.corpus.AssignedIds;
import org.seqlm.spark.corpus.CorpusScan;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.TokenCounts;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyLimits;
import scala.Tuple2;

/**
 * Ranks the words of a text, which may be too many for one memory: has them counted ({@link
 * WordCounting}) and either merges them on the driver, or has them sorted on the executors ({@link
 * WordSort}) and their ids sent back to the ranges ({@link WordNumbering}).
 */
public final class WordRanking {
  private static final int LEAST_PART = 16 << 10;
  private static final int MOST_PART = 32 << 20;
  private static final int MOST_PARTS = 1 << 16;

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
   * Ranks all words.
   *
   * @param tasks at least, where words are added; no result depends on it
   * @param mostBytes that the words may take for the vocabulary to be in memory: UTF-8 and {@link
   *     DictionaryLimit#WORD_BYTES} each
   */
  public static Result rank(CorpusScan scan, VocabularyLimits limits, int tasks, long mostBytes) {
    RangeSummary total = scan.total();
    long upperBound = total.typeBytes() + DictionaryLimit.WORD_BYTES * total.types();
    if (upperBound <= mostBytes) {
      return result(scan, inMemory(scan, TokenSplits.all(scan.offsets()), limits, tasks));
    }
    long partBytes = Math.max(LEAST_PART, Math.min(MOST_PART, mostBytes / 4));
    long wanted = upperBound / partBytes + 1;
    int parts = (int) Math.max(tasks, Math.min(MOST_PARTS, wanted));
    TokenizerKind kind = scan.rules().kind();
    int reserved = Vocabulary.reservedTokens(kind).size();
    long minCount = limits.minCount();
    int most = limits.maxSize() == 0 ? Integer.MAX_VALUE : limits.maxSize();
    int candidates = limits.candidates(kind);

    JavaPairRDD<Integer, DealtWords> words =
        WordCounting.words(scan, TokenSplits.all(scan.offsets()), parts, WordCounting.Tails.ASK);
    JavaRDD<Object> added =
        words
            .values()
            .mapPartitions(part -> WordCounting.addInBlocks(part, kind, minCount, candidates))
            .persist(StorageLevel.DISK_ONLY());
    try {
      long spacing = Math.max(1, partBytes / WordSort.SAMPLES);
      List<Tuple2<long[], PackedTokens>> sampled =
          added.mapPartitions(part -> WordSort.sample(part, spacing)).collect();
      long types = 0;
      long lineEnds = 0;
      long bytes = 0;
      for (Tuple2<long[], PackedTokens> part : sampled) {
        types += part._1()[0];
        lineEnds += part._1()[1];
        bytes += part._1()[2];
      }
      if (bytes <= mostBytes) {
        TokenCounts all = new TokenCounts(1 << 10);
        WordCounting.blocks(added).collect().forEach(all::addAll);
        Vocabulary vocabulary = Vocabularies.rank(kind, all, lineEnds, limits);
        return result(scan, new Ranked(vocabulary, types));
      }
      PackedTokens bounds = WordSort.bounds(sampled.stream().map(Tuple2::_2).toList());
      JavaRDD<Object> sorted = WordSort.sort(added, bounds).persist(StorageLevel.DISK_ONLY());
      try {
        SortedVocabulary vocabulary =
            WordSort.vocabulary(scan, sorted, kind, lineEnds, most - reserved);
        if (vocabulary.bytes() <= mostBytes) {
          PackedTokens.Builder all = new PackedTokens.Builder();
          for (PackedTokens block : vocabulary.blocks().collect()) {
            for (int i = 0; i < block.size(); i++) {
              all.add(block.arena(), block.start(i), block.end(i), block.counts()[i]);
            }
          }
          Vocabulary small = Vocabularies.of(kind, List.of(all.take()), lineEnds, limits);
          vocabulary.close();
          return result(scan, new Ranked(small, types));
        }
        JavaRDD<AssignedIds> ids =
            WordNumbering.assign(scan, words, added, sorted, vocabulary, reserved);
        int[][] tails = ids.map(AssignedIds::tail).collect().toArray(new int[0][]);
        return new Result(vocabulary, types, ids, tails);
      } catch (RuntimeException e) {
        sorted.unpersist();
        throw e;
      }
    } finally {
      added.unpersist();
    }
  }

  /**
   * A vocabulary in the driver's memory and what it was made from.
   *
   * @param types different tokens before any limit
   */
  public record Ranked(Vocabulary vocabulary, long types) {}

  /**
   * Ranks the words of the train split in the driver's memory, however many there are: each part's
   * counts are added by one task, and what is left within the limits is merged on the driver.
   *
   * @param tasks where words are added; no result depends on it
   * @throws UserException with exit code 3 if the words take more than one table holds
   */
  public static Ranked inMemory(
      CorpusScan scan, TokenSplits splits, VocabularyLimits limits, int tasks) {
    TokenizerKind kind = scan.rules().kind();
    int most = limits.candidates(kind);
    long minCount = limits.minCount();
    List<Tuple2<PackedTokens, long[]>> ranked =
        WordCounting.words(scan, splits, Math.max(1, tasks), WordCounting.Tails.LEAVE)
            .values()
            .mapPartitions(words -> List.of(WordCounting.add(words, minCount, most)).iterator())
            .collect();
    long bytes = 0;
    long types = 0;
    long lineEnds = 0;
    for (Tuple2<PackedTokens, long[]> part : ranked) {
      bytes += part._1().arena().length;
      types += part._2()[0];
      lineEnds += part._2()[1];
    }
    if (bytes > Integer.MAX_VALUE - 1024) {
      throw UserException.data(
          String.format(
              Locale.ROOT,
              "the vocabulary has %,d tokens of %,d bytes together, more than one table holds (2"
                  + " GiB): give vocabulary.max-size or a larger vocabulary.min-count",
              types,
              bytes));
    }
    List<PackedTokens> parts = ranked.stream().map(Tuple2::_1).toList();
    return new Ranked(Vocabularies.of(kind, parts, lineEnds, limits), types);
  }

  private static Result result(CorpusScan scan, Ranked ranked) {
    Vocabulary vocabulary = ranked.vocabulary();
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
    return new Result(CorpusVocabulary.of(scan.spark(), vocabulary), ranked.types(), null, tails);
  }
}
