package org.seqlm.job.ngrams;

import java.io.IOException;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.spark.tokens.DatasetTokens;
import org.seqlm.spark.tokens.TokenizedCorpus;
import org.seqlm.spark.words.CorpusVocabulary;
import org.seqlm.vocab.TokenBlock;

/**
 * A text to count: a stream of blocks of ids, its vocabulary, and what is told of it.
 *
 * @param source as messages name it
 * @param inputs fingerprints, by what they are of
 * @param unknown tokens that the vocabulary lacks
 * @param badRecords left out, by kind
 */
record NgramsText(
    String source,
    Map<String, String> inputs,
    CorpusVocabulary vocabulary,
    JavaRDD<TokenBlock> blocks,
    long tokens,
    long unknown,
    Map<String, Long> badRecords) {

  /** Raw text, just read. */
  static NgramsText of(TokenizedCorpus corpus, NgramsConfig config) {
    return new NgramsText(
        String.join(", ", config.input().paths()),
        Map.of("corpus", corpus.fingerprint()),
        corpus.words(),
        corpus.blocks(TokenizedCorpus.MAX_REACH),
        corpus.tokens(),
        corpus.unknown(),
        corpus.badRecords());
  }

  /** A split of a dataset. */
  static NgramsText of(JavaSparkContext spark, Dataset dataset, Split split, NgramsConfig config)
      throws IOException {
    return new NgramsText(
        name(dataset, split),
        Map.of("dataset", dataset.artifact().manifest().fingerprint()),
        CorpusVocabulary.of(spark, dataset.vocabulary()),
        DatasetTokens.blocks(spark, dataset, split, config.boundary(), config.order()),
        dataset.tokens(split),
        dataset.details().splits().get(split).unknown(),
        Map.of());
  }

  /** As messages name a split. */
  static String name(Dataset dataset, Split split) {
    return "the " + Json.name(split) + " split of " + dataset.artifact().name();
  }

  /** A text to score. */
  record HeldOut(String name, JavaRDD<TokenBlock> blocks, long tokens) {
    static HeldOut of(JavaSparkContext spark, Dataset dataset, Split split, NgramsConfig config)
        throws IOException {
      return new HeldOut(
          "the " + Json.name(split) + " split",
          DatasetTokens.blocks(spark, dataset, split, config.boundary(), config.order()),
          dataset.tokens(split));
    }
  }
}
