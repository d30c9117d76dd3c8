package org.seqlm.job.counts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.UserException;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.ngrams.NgramOutputs;
import org.seqlm.job.ngrams.NgramsConfig;
import org.seqlm.job.ngrams.NgramsJob;
import org.seqlm.job.ngrams.NgramsResult;
import org.seqlm.job.ngrams.NgramsText;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramDetails;
import org.seqlm.spark.ngrams.CountsInput;
import org.seqlm.spark.ngrams.NgramCounting;
import org.seqlm.spark.task.JobCosts;
import org.seqlm.spark.words.CorpusVocabulary;
import org.seqlm.spark.words.CountedWords;
import org.seqlm.spark.words.IdMap;
import org.seqlm.spark.words.WordJoining;
import org.seqlm.vocab.TokenCounts;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyLimits;

/**
 * Has counts made of counts: says what becomes of the ids, and hands over to the job that counts.
 */
final class CountsJob {
  private CountsJob() {}

  /** What is done with the counts after the first. */
  enum Operation {
    MERGE,
    SUBTRACT
  }

  /** Adds counts to the first, or takes them from it. */
  static NgramsResult combine(CombiningConfig combining, Operation operation, JobContext context)
      throws IOException {
    long start = System.nanoTime();
    List<NgramArtifact> counts = combining.open(context);
    NgramArtifact first = counts.get(0);
    NgramDetails details = first.details();
    NgramsConfig config = combining.of(counts, details, VocabularyLimits.NONE, details.order());
    check(config, details, context);
    boolean merge = operation == Operation.MERGE;
    long tokens = details.tokens();
    long unknown = details.unknown();
    Map<String, String> inputs = new TreeMap<>();
    inputs.put("counts", first.artifact().manifest().fingerprint());
    for (int i = 1; i < counts.size(); i++) {
      NgramArtifact other = counts.get(i);
      tokens += merge ? other.details().tokens() : -other.details().tokens();
      unknown += merge ? other.details().unknown() : -other.details().unknown();
      inputs.put((merge ? "added-" : "subtracted-") + i, other.artifact().manifest().fingerprint());
    }
    long allTokens = tokens;
    long allUnknown = unknown;
    JavaSparkContext spark = context.sparkContext();
    NgramsText.Texts.Source texts =
        folder -> {
          WordJoining.Joined joined =
              WordJoining.join(
                  spark,
                  details.rules().kind(),
                  new CountedWords(spark, first),
                  counts.stream().skip(1).map(other -> new CountedWords(spark, other)).toList(),
                  merge ? WordJoining.Operation.ADD : WordJoining.Operation.SUBTRACT,
                  folder);
          CountsInput input = new CountsInput(spark, joined.vocabulary());
          for (int i = 1; i < counts.size(); i++) {
            input.add(counts.get(i), joined.ids().get(i - 1));
          }
          return new NgramsText.Texts(
              new NgramsText(
                  names(counts.subList(0, 1))
                      + (merge ? " and " : " without ")
                      + names(counts.subList(1, counts.size())),
                  inputs,
                  joined.vocabulary(),
                  input,
                  NgramCounting.Base.of(first, !merge),
                  VocabularyLimits.NONE,
                  joined.present(),
                  allTokens,
                  allUnknown,
                  Map.of()),
              null,
              joined);
        };
    try (JobCosts costs = new JobCosts(spark)) {
      return NgramsJob.run(config, texts, context, costs, start);
    }
  }

  /** The order of the result. */
  static int order(CountsRestrictConfig config, NgramArtifact counts) {
    return config.order() == 0 ? counts.details().order() : config.order();
  }

  /** Cuts counts to a lower order or a smaller vocabulary, with ids as a text has them. */
  static NgramsResult restrict(
      CountsRestrictConfig restrict, NgramArtifact counts, JobContext context) throws IOException {
    long start = System.nanoTime();
    NgramDetails details = counts.details();
    NgramsConfig config =
        restrict.of(List.of(counts), details, restrict.vocabulary(), order(restrict, counts));
    check(config, details, context);
    if (details.unknown() > 0
        && !VocabularyLimits.NONE.equals(details.limits())
        && !restrict.vocabulary().equals(VocabularyLimits.NONE)) {
      throw UserException.data(
          counts.artifact().name()
              + " has unknown tokens, whose words are not known any more: a smaller vocabulary can"
              + " be had from counts of every word only; leave out --max-size and --min-count, or"
              + " count the text without vocabulary.max-size and vocabulary.min-count");
    }
    Vocabulary old = counts.countedVocabulary();
    Vocabulary vocabulary = ranked(old, details, restrict.vocabulary());
    int[] ids = new int[old.size()];
    long unknown = details.unknown();
    for (int id = 0; id < ids.length; id++) {
      ids[id] = id < old.reserved() ? id : vocabulary.id(old.token(id));
      unknown += id > 0 && ids[id] == Vocabulary.UNKNOWN ? old.count(id) : 0;
    }
    JavaSparkContext spark = context.sparkContext();
    CorpusVocabulary words = CorpusVocabulary.of(spark, vocabulary);
    try (JobCosts costs = new JobCosts(spark)) {
      NgramsText text =
          new NgramsText(
              names(List.of(counts)),
              Map.of("counts", counts.artifact().manifest().fingerprint()),
              words,
              new CountsInput(spark, words).add(counts, IdMap.of(spark, ids)),
              null,
              // A limit that was there before is there still.
              restrict.vocabulary().equals(VocabularyLimits.NONE)
                  ? details.limits()
                  : restrict.vocabulary(),
              null,
              details.tokens(),
              unknown,
              Map.of());
      return NgramsJob.run(
          config, folder -> NgramsText.Texts.of(text, null), context, costs, start);
    }
  }

  private static Vocabulary ranked(Vocabulary old, NgramDetails details, VocabularyLimits limits) {
    TokenCounts words = new TokenCounts(old.size());
    for (int id = old.reserved(); id < old.size(); id++) {
      if (old.count(id) > 0) {
        byte[] utf8 = old.token(id).getBytes(StandardCharsets.UTF_8);
        words.add(utf8, 0, utf8.length, old.count(id));
      }
    }
    long lineEnds = old.sentenceEnd() < 0 ? 0 : old.count(old.sentenceEnd());
    return Vocabularies.rank(details.rules().kind(), words, lineEnds, limits);
  }

  private static void check(NgramsConfig config, NgramDetails details, JobContext context)
      throws IOException {
    NgramOutputs.check(config.export(), details.rules().kind(), context);
    NgramsJob.checkLimit(config, context.hadoop());
  }

  private static String names(List<NgramArtifact> counts) {
    return String.join(", ", counts.stream().map(one -> one.artifact().name()).toList());
  }
}
