package org.seqlm.job.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.seqlm.Problems;
import org.seqlm.artifact.Json;
import org.seqlm.bench.scale.Corpus;
import org.seqlm.bench.scale.CorpusText;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.job.ngrams.NgramsConfig;
import org.seqlm.ngram.smooth.Estimator;

/** See {@code conf/bench-scale.yaml}. */
record BenchScaleConfig(
    List<Corpus> corpora,
    List<Double> exponents,
    long types,
    long base,
    List<Long> fit,
    List<Long> test,
    List<Integer> orders,
    Estimator estimator,
    boolean arpa,
    Limits limits,
    String folder,
    Cluster cluster,
    long seed,
    int partitions)
    implements JobConfig {

  /** A law has two numbers; how well it fits is told by the rest. */
  private static final int LEAST_SIZES = 3;

  /** That have n-grams of all orders. */
  private static final int LEAST_WORDS = 100;

  /**
   * What makes a small text behave as a large one.
   *
   * @param slices of the counts; 0 leaves it to the text
   * @param dictionaryBytes that the driver may hold of the dictionary; 0 leaves it to the heap
   */
  record Limits(int slices, long dictionaryBytes) {
    Limits {
      new Problems()
          .inRange("limits.slices", slices, 0, NgramsConfig.MOST_SLICES)
          .atLeast("limits.dictionary-bytes", dictionaryBytes, 0)
          .throwIfAny();
    }
  }

  /**
   * A cluster to predict.
   *
   * @param tokens of its text
   * @param executors of it
   * @param executorCores of each
   * @param gigabytesACore memory, in 10⁹ bytes
   */
  record Cluster(double tokens, int executors, int executorCores, double gigabytesACore) {
    Cluster {
      new Problems()
          .positive("cluster.tokens", tokens)
          .inRange("cluster.executors", executors, 1, 1_000_000)
          .inRange("cluster.executor-cores", executorCores, 1, 10_000)
          .positive("cluster.gigabytes-a-core", gigabytesACore)
          .throwIfAny();
    }

    long cores() {
      return (long) executors * executorCores;
    }
  }

  BenchScaleConfig {
    Problems problems =
        new Problems()
            .present("corpora", corpora, "give --corpus zipf")
            .present("exponents", exponents, "give --exponent 1.0")
            .present("orders", orders, "give --order 3")
            .present("estimator", estimator, "give --estimator kneser-ney, or mle to count only")
            .present("limits", limits, "leave the group as it is")
            .present("cluster", cluster, "leave the group as it is")
            .require(
                corpora.stream().distinct().count() == corpora.size()
                    && exponents.stream().distinct().count() == exponents.size()
                    && orders.stream().distinct().count() == orders.size(),
                "corpora, exponents and orders must each be named once, but are "
                    + corpora.stream().map(Json::name).toList()
                    + ", "
                    + exponents
                    + " and "
                    + orders)
            .inRange("types", types, 1, 1L << 40)
            .atLeast("base", base, LEAST_WORDS)
            .inRange("partitions", partitions, 0, 1_000_000)
            .require(
                fit.size() >= LEAST_SIZES && grows(fit),
                "fit must be "
                    + LEAST_SIZES
                    + " sizes or more, each larger than the one before, but is "
                    + fit)
            .require(
                fit.isEmpty() || fit.get(0) > base,
                "fit must be sizes larger than base, " + base + ", but is " + fit)
            .require(
                grows(test)
                    && (test.isEmpty() || fit.isEmpty() || test.get(0) > fit.get(fit.size() - 1)),
                "test must be sizes larger than those of fit, each larger than the one before, but"
                    + " is "
                    + test)
            .require(
                !arpa || estimator == null || estimator.backsOff(),
                "an ARPA file holds a model that backs off, but --estimator is "
                    + (estimator == null ? null : estimator.title())
                    + ": give --estimator kneser-ney, or leave out --arpa");
    exponents.forEach(exponent -> problems.inRange("exponents", exponent, 0.1, 10));
    orders.forEach(order -> problems.inRange("orders", order, 1, NgramsConfig.HIGHEST_ORDER));
    problems.throwIfAny();
  }

  private static boolean grows(List<Long> sizes) {
    return sizes.stream().allMatch(size -> size > 0)
        && sizes.stream().sorted().distinct().toList().equals(sizes);
  }

  /** All sizes, from the smallest on. */
  List<Long> sizes() {
    return Stream.of(List.of(base), fit, test).flatMap(List::stream).toList();
  }

  /** The texts, each in its smallest size. */
  List<CorpusText> texts() {
    List<CorpusText> texts = new ArrayList<>();
    for (Corpus corpus : corpora) {
      for (double exponent : corpus.followsZipf() ? exponents : exponents.subList(0, 1)) {
        texts.add(new CorpusText(corpus, fit.get(0), exponent, types, seed));
      }
    }
    return texts;
  }

  /**
   * How one of them is counted.
   *
   * @param input its folder
   * @param output folder of counts
   * @param arpaFile where an ARPA file goes if one is wanted
   */
  NgramsConfig counting(Corpus corpus, int order, String input, String output, String arpaFile) {
    return ConfigLoader.load(
        "ngrams",
        NgramsConfig.class,
        new FlagValues()
            .put("input.paths", List.of(input))
            .put("output", output)
            .put("order", order)
            .put("tokenizer.kind", corpus == Corpus.FOUR_LETTERS ? "char" : "whitespace")
            .put("model.estimator", estimator)
            .put("export.arpa", arpa ? arpaFile : null)
            .put("slices", limits.slices())
            .put("partitions", partitions)
            .tree());
  }

  @Override
  public JobFiles files() {
    return new JobFiles().writes("--folder", folder);
  }
}
