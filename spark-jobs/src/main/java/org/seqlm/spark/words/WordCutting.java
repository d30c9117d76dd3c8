package org.seqlm.spark.words;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.seqlm.Progress;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.NumberedWords;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.TokenCounts;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyLimits;
import scala.Tuple2;

/**
 * Ranks the words of a vocabulary anew by their counts, within limits: what {@link WordRanking}
 * does with the words of a text. Many of them are sorted on the executors, and what their ids
 * become goes the way back that the words came.
 */
public final class WordCutting {
  private WordCutting() {}

  /**
   * Ranks words that stand in a text.
   *
   * @param kind of the tokens
   * @param folder as {@link WordJoining#join} has it
   * @param progress as well
   * @return one vocabulary's ids; those of words beyond the limits become {@link
   *     Vocabulary#UNKNOWN}
   */
  public static WordJoining.Joined cut(
      JavaSparkContext spark,
      TokenizerKind kind,
      WordsById words,
      VocabularyLimits limits,
      Path folder,
      Progress progress)
      throws IOException {
    long mostBytes = DictionaryLimit.of(spark);
    if (words.bytes() <= mostBytes) {
      return inMemory(spark, kind, words.vocabulary(), limits);
    }
    progress.stage("rank", words.size(), "words");
    WordJoining.Joined cut = onExecutors(spark, kind, words, limits, folder, mostBytes);
    progress.update(words.size(), "");
    return cut;
  }

  private static WordJoining.Joined inMemory(
      JavaSparkContext spark, TokenizerKind kind, Vocabulary old, VocabularyLimits limits) {
    TokenCounts words = new TokenCounts(old.size());
    for (int id = old.reserved(); id < old.size(); id++) {
      if (old.count(id) > 0) {
        byte[] utf8 = old.token(id).getBytes(StandardCharsets.UTF_8);
        words.add(utf8, 0, utf8.length, old.count(id));
      }
    }
    long lineEnds = old.sentenceEnd() < 0 ? 0 : old.count(old.sentenceEnd());
    Vocabulary vocabulary = Vocabularies.rank(kind, words, lineEnds, limits);
    int[] ids = new int[old.size()];
    for (int id = 0; id < ids.length; id++) {
      ids[id] = id < old.reserved() ? id : vocabulary.id(old.token(id));
    }
    return new WordJoining.Joined(
        CorpusVocabulary.of(spark, vocabulary), List.of(IdMap.of(spark, ids)), null, null);
  }

  private static WordJoining.Joined onExecutors(
      JavaSparkContext spark,
      TokenizerKind kind,
      WordsById words,
      VocabularyLimits limits,
      Path folder,
      long mostBytes) {
    long partBytes = WordRanking.partBytes(words.bytes(), mostBytes);
    int parts = WordRanking.parts(words.bytes(), spark.defaultParallelism(), partBytes);
    int reserved = Vocabulary.reservedTokens(kind).size();
    int most = limits.maxSize() == 0 ? Integer.MAX_VALUE : limits.maxSize() - reserved;
    JavaRDD<NumberedWords> dealt = WordJoining.dealt(words.numbered(1), parts);
    long minCount = Math.max(1, limits.minCount());
    int candidates = limits.candidates(kind);
    JavaRDD<Object> added =
        dealt
            .mapPartitions(
                part ->
                    WordCounting.addInBlocks(counted(part, reserved), kind, minCount, candidates))
            .persist(StorageLevel.DISK_ONLY());
    try {
      long spacing = Math.max(1, partBytes / WordSamples.A_PART);
      WordSamples samples =
          new WordSamples(added.mapPartitions(part -> WordSamples.sample(part, spacing)).collect());
      JavaRDD<Object> sorted =
          WordSort.sort(added, samples.shares(most)).persist(StorageLevel.DISK_ONLY());
      try {
        SortedVocabulary vocabulary =
            WordSort.vocabulary(spark, sorted, kind, samples.lineEnds(), most);
        IdMapRanges ranges = IdMapRanges.of(new int[] {words.size()}, partBytes);
        List<IdMap> ids =
            ranges.write(
                spark,
                WordNumbering.numbered(added, sorted, vocabulary, reserved, parts)
                    .zipPartitions(dealt, (found, asked) -> answer(found, asked, reserved, ranges))
                    .mapToPair(pair -> pair),
                folder);
        return new WordJoining.Joined(
            vocabulary, ids, null, new WordJoining.Files(folder, spark.hadoopConfiguration()));
      } catch (RuntimeException e) {
        sorted.unpersist();
        throw e;
      }
    } finally {
      added.unpersist();
    }
  }

  /** A part's words that appear, as those of a text are dealt. */
  private static Iterator<DealtWords> counted(Iterator<NumberedWords> part, int reserved) {
    return new Iterator<>() {
      private DealtWords lineEnds; // null unless they are next

      @Override
      public boolean hasNext() {
        return lineEnds != null || part.hasNext();
      }

      @Override
      public DealtWords next() {
        if (lineEnds != null) {
          DealtWords next = lineEnds;
          lineEnds = null;
          return next;
        }
        if (!part.hasNext()) {
          throw new NoSuchElementException();
        }
        NumberedWords some = part.next();
        PackedTokens tokens = some.tokens();
        PackedTokens.Builder words = new PackedTokens.Builder();
        for (int i = 0; i < some.size(); i++) {
          long count = tokens.counts()[i];
          if (some.ids()[i] >= reserved) {
            words.add(tokens.arena(), tokens.start(i), tokens.end(i), count);
          } else if (some.ids()[i] == WordJoining.SENTENCE_END && count > 0) {
            PackedTokens ends = new PackedTokens(new byte[0], new int[] {0}, new long[] {count});
            lineEnds = new DealtWords(0, DealtWords.LINE_ENDS, ends);
          }
        }
        return new DealtWords(0, 0, words.take());
      }
    };
  }

  /** What the ids of a part's words become, by range of these. */
  private static Iterator<Tuple2<Integer, WordNumbers>> answer(
      Iterator<PackedTokens> numbered,
      Iterator<NumberedWords> asked,
      int reserved,
      IdMapRanges ranges) {
    TokenCounts ids = new TokenCounts(1 << 10);
    numbered.forEachRemaining(ids::addAll);
    List<Tuple2<Integer, WordNumbers>> answers = new ArrayList<>();
    while (asked.hasNext()) {
      NumberedWords some = asked.next();
      PackedTokens tokens = some.tokens();
      int[] become = new int[some.size()];
      Arrays.setAll(
          become,
          i -> {
            if (some.ids()[i] < reserved) {
              return some.ids()[i];
            }
            int place = ids.table().find(tokens.arena(), tokens.start(i), tokens.end(i));
            return place < 0 ? Vocabulary.UNKNOWN : (int) ids.count(place);
          });
      answers.addAll(ranges.pairs(some, become));
    }
    return answers.iterator();
  }
}
