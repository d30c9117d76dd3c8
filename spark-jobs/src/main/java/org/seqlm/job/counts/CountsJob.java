package org.seqlm.job.counts;

import java.io.IOException;
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
import org.seqlm.ngram.files.CountedTexts;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramDetails;
import org.seqlm.spark.ngrams.CountsInput;
import org.seqlm.spark.ngrams.NgramCounting;
import org.seqlm.spark.task.JobCosts;
import org.seqlm.spark.words.CountedWords;
import org.seqlm.spark.words.WordCutting;
import org.seqlm.spark.words.WordJoining;
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
    CountedTexts texts = first.texts();
    Map<String, String> inputs = new TreeMap<>();
    inputs.put("counts", first.artifact().manifest().fingerprint());
    for (int i = 1; i < counts.size(); i++) {
      NgramArtifact other = counts.get(i);
      tokens += merge ? other.details().tokens() : -other.details().tokens();
      unknown += merge ? other.details().unknown() : -other.details().unknown();
      texts = merge ? texts.plus(other.texts().all()) : texts.minus(other.texts().all());
      inputs.put((merge ? "added-" : "subtracted-") + i, other.artifact().manifest().fingerprint());
    }
    long allTokens = tokens;
    long allUnknown = unknown;
    CountedTexts allTexts = texts;
    JavaSparkContext spark = context.sparkContext();
    NgramsText.Texts.Source source =
        folder -> {
          WordJoining.Joined joined =
              WordJoining.join(
                  spark,
                  details.rules().kind(),
                  new CountedWords(spark, first),
                  counts.stream().skip(1).map(other -> new CountedWords(spark, other)).toList(),
                  merge ? WordJoining.Operation.ADD : WordJoining.Operation.SUBTRACT,
                  folder,
                  context.progress());
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
                  Map.of(),
                  allTexts),
              null,
              joined);
        };
    try (JobCosts costs = new JobCosts(spark)) {
      return NgramsJob.run(config, source, context, costs, start);
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
    JavaSparkContext spark = context.sparkContext();
    NgramsText.Texts.Source source =
        folder -> {
          WordJoining.Joined cut =
              WordCutting.cut(
                  spark,
                  details.rules().kind(),
                  new CountedWords(spark, counts),
                  restrict.vocabulary(),
                  folder,
                  context.progress());
          // What the smaller vocabulary does not know any more.
          long lost = counts.countedWords().tokens() - cut.vocabulary().counted();
          NgramsText text =
              new NgramsText(
                  names(List.of(counts)),
                  Map.of("counts", counts.artifact().manifest().fingerprint()),
                  cut.vocabulary(),
                  new CountsInput(spark, cut.vocabulary()).add(counts, cut.ids().get(0)),
                  null,
                  // A limit that was there before is there still.
                  restrict.vocabulary().equals(VocabularyLimits.NONE)
                      ? details.limits()
                      : restrict.vocabulary(),
                  null,
                  details.tokens(),
                  details.unknown() + lost,
                  Map.of(),
                  counts.texts());
          return new NgramsText.Texts(text, null, cut);
        };
    try (JobCosts costs = new JobCosts(spark)) {
      return NgramsJob.run(config, source, context, costs, start);
    }
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
