package org.seqlm.spark.words;

import java.util.List;
import java.util.Locale;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.UserException;
import org.seqlm.corpus.TokenSplits;
import org.seqlm.spark.corpus.CorpusScan;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.ExtendedVocabulary;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.TokenCounts;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;
import scala.Tuple2;
import scala.Tuple3;

/**
 * Ranks the new words of a text behind a vocabulary that is there: each part's words are added and
 * held against it by one task, and what is new within the limits is merged on the driver, which
 * holds the vocabulary anyway.
 */
public final class WordAppending {
  private WordAppending() {}

  /**
   * The vocabulary with the new words of the train split.
   *
   * @param extended what to append to, and within which limits
   * @param tasks where words are added; no result depends on it
   * @throws UserException with exit code 3 if the words take more than one table holds
   */
  public static WordRanking.Result rank(
      CorpusScan scan, TokenSplits splits, ExtendedVocabulary extended, int tasks) {
    TokenizerKind kind = scan.rules().kind();
    long minCount = extended.limits().minCount();
    int most = extended.candidates(kind);
    Broadcast<Vocabulary> base = scan.spark().broadcast(extended.base());
    List<Tuple3<PackedTokens, PackedTokens, long[]>> told;
    try {
      told =
          WordCounting.words(scan, splits, Math.max(1, tasks), WordCounting.Ids.IGNORED)
              .values()
              .mapPartitions(
                  words -> {
                    Tuple2<TokenCounts, Long> added = WordCounting.sum(words);
                    TokenCounts counts = added._1();
                    var part = ExtendedVocabulary.Part.of(base.value(), counts, minCount, most);
                    long[] numbers = {counts.size(), added._2()};
                    return List.of(new Tuple3<>(part.known(), part.fresh(), numbers)).iterator();
                  })
              .collect();
    } finally {
      base.destroy();
    }
    long bytes = Vocabularies.pack(extended.base()).arena().length;
    long types = 0;
    long lineEnds = 0;
    for (Tuple3<PackedTokens, PackedTokens, long[]> part : told) {
      bytes += part._2().arena().length;
      types += part._3()[0];
      lineEnds += part._3()[1];
    }
    if (bytes > Integer.MAX_VALUE - 1024) {
      throw UserException.data(
          String.format(
              Locale.ROOT,
              "the vocabulary and the new words of the text have %,d bytes together, more than one"
                  + " table holds (2 GiB): give vocabulary.max-appended or a larger"
                  + " vocabulary.min-count",
              bytes));
    }
    Vocabulary vocabulary =
        extended.of(
            kind,
            told.stream().map(part -> new ExtendedVocabulary.Part(part._1(), part._2())).toList(),
            lineEnds);
    return new WordRanking.Result(
        new MemoryVocabulary(scan.spark(), vocabulary), types, null, null);
  }
}
