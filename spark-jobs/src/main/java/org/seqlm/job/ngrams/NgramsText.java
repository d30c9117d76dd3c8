package org.seqlm.job.ngrams;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.Progress;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.ngram.files.CountedText;
import org.seqlm.ngram.files.CountedTexts;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.spark.ngrams.NgramCounting;
import org.seqlm.spark.ngrams.NgramInput;
import org.seqlm.spark.ngrams.TextInput;
import org.seqlm.spark.tokens.DatasetTokens;
import org.seqlm.spark.tokens.TokenizedCorpus;
import org.seqlm.spark.words.CorpusVocabulary;
import org.seqlm.spark.words.CountedWords;
import org.seqlm.spark.words.IdMap;
import org.seqlm.spark.words.WordJoining;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.VocabularyLimits;

/**
 * What to count: a text, counts that were made before, or one added to the other, with the
 * vocabulary of all and what is told of it.
 *
 * @param source as messages name it
 * @param inputs fingerprints, by what they are of
 * @param input windows that are counted
 * @param base counts that they are added to, or taken from; null for none
 * @param limits of the vocabulary; null where they are not known
 * @param present ids of words that the text holds; null for all
 * @param tokens of all
 * @param unknown tokens that the vocabulary lacks
 * @param badRecords left out, by kind
 * @param texts that the counts are of
 */
public record NgramsText(
    String source,
    Map<String, String> inputs,
    CorpusVocabulary vocabulary,
    NgramInput input,
    NgramCounting.Base base,
    VocabularyLimits limits,
    BitSet present,
    long tokens,
    long unknown,
    Map<String, Long> badRecords,
    CountedTexts texts) {

  /** Raw text, just read. */
  static NgramsText of(TokenizedCorpus corpus, NgramsConfig config) {
    String paths = String.join(", ", config.input().paths());
    return new NgramsText(
        paths,
        Map.of("corpus", corpus.fingerprint()),
        corpus.words(),
        TextInput.of(corpus.blocks(TokenizedCorpus.MAX_REACH), corpus.tokens()),
        null,
        config.vocabulary(),
        null,
        corpus.tokens(),
        corpus.unknown(),
        corpus.badRecords(),
        CountedTexts.of(
            List.of(CountedText.once(paths, corpus.fingerprint(), null, corpus.tokens()))));
  }

  /** A split of a dataset. */
  static NgramsText of(JavaSparkContext spark, Dataset dataset, Split split, NgramsConfig config)
      throws IOException {
    long unknown = dataset.details().splits().get(split).unknown();
    return new NgramsText(
        name(dataset, split),
        Map.of("dataset", dataset.artifact().manifest().fingerprint()),
        CorpusVocabulary.of(spark, dataset.vocabulary()),
        TextInput.of(
            DatasetTokens.blocks(spark, dataset, split, config.boundary(), reach(config)),
            dataset.tokens(split)),
        null,
        unknown == 0 ? VocabularyLimits.NONE : null,
        null,
        dataset.tokens(split),
        unknown,
        Map.of(),
        CountedTexts.of(
            List.of(
                CountedText.once(
                    dataset.artifact().name(),
                    dataset.details().corpusFingerprint(),
                    Json.name(split),
                    dataset.tokens(split)))));
  }

  /** The order of the longest windows: what is stored has a context at least. */
  private static int reach(NgramsConfig config) {
    return Math.max(2, config.order());
  }

  /** As messages name a split. */
  static String name(Dataset dataset, Split split) {
    return "the " + Json.name(split) + " split of " + dataset.artifact().name();
  }

  /** A text to score. */
  public record HeldOut(String name, JavaRDD<TokenBlock> blocks, long tokens) {
    static HeldOut of(JavaSparkContext spark, Dataset dataset, Split split, NgramsConfig config)
        throws IOException {
      return new HeldOut(
          "the " + Json.name(split) + " split",
          DatasetTokens.blocks(spark, dataset, split, config.boundary(), reach(config)),
          dataset.tokens(split));
    }
  }

  /**
   * What to count, and what to score.
   *
   * @param heldOut null for none
   * @param joined the words of several texts, which are let go of in the end; null for none
   */
  public record Texts(NgramsText counted, HeldOut heldOut, WordJoining.Joined joined)
      implements AutoCloseable {
    /** A text whose words are nobody else's. */
    public static Texts of(NgramsText counted, HeldOut heldOut) {
      return new Texts(counted, heldOut, null);
    }

    @Override
    public void close() {
      if (joined != null) {
        joined.close();
      }
    }

    /** Finds out what to count, when there is a place for what tasks need for it. */
    @FunctionalInterface
    public interface Source {
      /**
       * Gives the texts; to be closed.
       *
       * @param folder for files that tasks read until the texts are closed: its parent is there
       */
      Texts open(Path folder) throws IOException;
    }

    /**
     * With a text that was counted before, whose words keep their ids.
     *
     * @param before null for none
     * @param folder as {@link Source#open} has it
     */
    Texts addedTo(JavaSparkContext spark, NgramArtifact before, Path folder, Progress progress)
        throws IOException {
      if (before == null) {
        return this;
      }
      WordJoining.Joined all =
          WordJoining.join(
              spark,
              before.details().rules().kind(),
              new CountedWords(spark, before),
              List.of(counted.vocabulary),
              WordJoining.Operation.ADD,
              folder,
              progress);
      Map<String, String> fingerprints = new TreeMap<>(counted.inputs);
      fingerprints.put("counts", before.artifact().manifest().fingerprint());
      IdMap ids = all.ids().get(0);
      return new Texts(
          new NgramsText(
              before.artifact().name() + " and " + counted.source,
              fingerprints,
              all.vocabulary(),
              ((TextInput) counted.input).under(spark, ids, all.vocabulary()),
              NgramCounting.Base.of(before, false),
              VocabularyLimits.NONE,
              all.present(),
              before.details().tokens() + counted.tokens,
              before.details().unknown() + counted.unknown,
              counted.badRecords,
              before.texts().plus(counted.texts.all())),
          heldOut == null
              ? null
              : new HeldOut(
                  heldOut.name, TextInput.under(spark, heldOut.blocks, ids), heldOut.tokens),
          all);
    }
  }
}
