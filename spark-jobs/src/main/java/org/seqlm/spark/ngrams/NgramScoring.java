package org.seqlm.spark.ngrams;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.heldout.HeldOutEvents;
import org.seqlm.ngram.heldout.HeldOutSums;
import org.seqlm.ngram.heldout.HeldOutUnigrams;
import org.seqlm.ngram.heldout.NgramScore;
import org.seqlm.ngram.heldout.Tuning;
import org.seqlm.ngram.heldout.WindowScorer;
import org.seqlm.ngram.model.ModelSelector;
import org.seqlm.ngram.smooth.Estimator;
import org.seqlm.ngram.smooth.JelinekMercer;
import org.seqlm.ngram.smooth.Pruning;
import org.seqlm.ngram.smooth.Unigrams;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.Vocabulary;

/**
 * Reads a held-out text beside the counts and the model of another one: scores it, and tunes
 * Jelinek-Mercer's λ on it.
 *
 * <p>The text's windows go to the slices of the counts, in whose order they are merged; a slice's
 * task reads the slice's files once beside them. No task holds more of a model than the unigrams of
 * the text's words and the contexts at hand.
 */
public final class NgramScoring {
  /** Held-out tokens that say enough about 32 λ an order. */
  private static final long TUNING_TOKENS = 2_000_000;

  private static final int TUNING_STEPS = 20;
  private static final double TUNING_GAIN = 1e-4;

  private final JavaSparkContext spark;
  private final JavaRDD<TokenBlock> blocks;
  private final long tokens;
  private final Passages passages;
  private final int order;
  private final KeyLayout layout;
  private final HeldOutSlices slices;

  /**
   * A held-out text and the counts of another.
   *
   * @param blocks the held-out text; each block names enough of what stands before it
   * @param tokens of it
   * @param counting whose folder holds the model, too, where one is scored
   */
  public NgramScoring(
      JavaSparkContext spark,
      JavaRDD<TokenBlock> blocks,
      long tokens,
      Passages passages,
      NgramCounting counting) {
    this.spark = spark;
    this.blocks = blocks;
    this.tokens = tokens;
    this.passages = passages;
    this.order = counting.plan().order();
    this.layout = KeyLayout.of(counting.plan().storedOrder(), passages.vocabularySize());
    this.slices = new HeldOutSlices(spark, passages, layout, counting);
  }

  /**
   * What the models make of the text.
   *
   * @param tokens that they read
   * @param unknown of them, those outside the vocabulary
   * @param models for each order maximum likelihood, then add-k; then the back-off model
   */
  public record Scores(long tokens, long unknown, List<NgramScore> models) {}

  /** λ, and how they were found. */
  public record Tuned(Tuning tuning, JelinekMercer smoothing) {}

  /**
   * Scores the text under the models of every order that the counts make, and the back-off model of
   * the highest.
   *
   * @param chosen whether there is a back-off model, and k of the others
   */
  public Scores score(ModelSelector chosen) throws IOException {
    int order = this.order; // tasks are not sent this object
    double k = chosen.k();
    int predictable = passages.predictable();
    HeldOutUnigrams unigrams = new HeldOutUnigrams(ids());
    slices.unigramCounts((id, raw) -> unigrams.count(id, raw, false));
    boolean backsOff = chosen.estimator().backsOff();
    BitSet pruned = new BitSet();
    if (backsOff) {
      slices.unigrams(
          (id, log) -> {
            unigrams.logProbability(id, log);
            pruned.set(id, passages.reads(id) && Float.isNaN(log));
          });
    }
    // Words that the model has not are unknown to it, other windows than those of the counts.
    boolean together = backsOff && pruned.isEmpty();
    int[] ofCounts = new int[2 * order];
    int[] ofBoth = Arrays.copyOf(ofCounts, 2 * order + 1);
    ofBoth[2 * order] = order;
    Broadcast<HeldOutUnigrams> shared = spark.broadcast(unigrams);
    KeyLayout keys = layout;
    try {
      HeldOutSums all =
          sum(
              blocks,
              together ? ofBoth : ofCounts,
              (files, sums) -> {
                WindowScorer scorer =
                    new WindowScorer(keys, order, sums)
                        .scoreCounts(files.counts(), shared.value(), k, predictable);
                return together ? scorer.scoreModel(files.model(), shared.value()) : scorer;
              });
      List<NgramScore> scores = new ArrayList<>();
      for (int n = 1; n <= order; n++) {
        scores.add(NgramScore.of(Estimator.MLE, n, null, all.score(n - 1)));
        scores.add(NgramScore.of(Estimator.ADD_K, n, k, all.score(order + n - 1)));
      }
      if (backsOff) {
        HeldOutSums model =
            together
                ? all
                : sum(
                    withoutPruned(blocks, pruned),
                    new int[] {order},
                    (files, sums) ->
                        new WindowScorer(keys, order, sums)
                            .scoreModel(files.model(), shared.value()));
        scores.add(
            NgramScore.of(chosen.estimator(), order, null, model.score(together ? 2 * order : 0)));
      }
      return new Scores(all.tokens(), all.unknown(), scores);
    } finally {
      shared.destroy();
    }
  }

  /** The ids of the text's words, and that of unknown ones. */
  private BitSet ids() {
    JavaRDD<long[]> some =
        blocks.mapPartitions(
            part -> {
              BitSet found = new BitSet();
              while (part.hasNext()) {
                for (int id : part.next().tokens()) {
                  found.set(id);
                }
              }
              return List.of(found.toLongArray()).iterator();
            });
    BitSet all = BitSet.valueOf(Shuffles.inTree(some, new long[0], NgramScoring::union));
    all.set(Vocabulary.UNKNOWN);
    return all;
  }

  private static long[] union(long[] some, long[] others) {
    BitSet union = BitSet.valueOf(some);
    union.or(BitSet.valueOf(others));
    return union.toLongArray();
  }

  /** Makes a scorer of one slice's files. */
  private interface Scorers extends java.io.Serializable {
    WindowScorer of(HeldOutSlices.Files files, HeldOutSums sums) throws IOException;
  }

  private HeldOutSums sum(JavaRDD<TokenBlock> text, int[] models, Scorers scorers) {
    HeldOutSums all = new HeldOutSums(models);
    slices
        .read(
            text,
            tokens,
            (files, windows) -> {
              HeldOutSums sums = new HeldOutSums(models);
              windows.merge(scorers.of(files, sums));
              return List.of(sums.packed()).iterator();
            })
        .collect()
        .forEach(all::add);
    return all;
  }

  /**
   * Tunes λ by expectation-maximisation on the first two million tokens of the text, until the
   * likelihood gains less than a ten-thousandth.
   *
   * @param lambda to begin with, and of contexts of which the text has nothing to say
   */
  public Tuned tune(Pruning pruning, double lambda) throws IOException {
    int order = this.order;
    HeldOutUnigrams words = new HeldOutUnigrams(ids());
    BitSet pruned = new BitSet();
    slices.unigramCounts(
        (id, raw) -> {
          boolean left = Unigrams.prunes(id, raw, pruning, passages);
          pruned.set(id, left);
          words.count(id, raw, left);
        });
    int predictable = passages.predictable(pruned);
    Broadcast<HeldOutUnigrams> unigrams = spark.broadcast(words);
    long used = Math.min(tokens, TUNING_TOKENS);
    JavaRDD<TokenBlock> text =
        withoutPruned(
            blocks.filter(block -> block.offset() < used).map(block -> upTo(block, used)), pruned);
    KeyLayout keys = layout;
    Passages rules = passages;
    JavaRDD<double[]> events =
        slices
            .read(
                text,
                used,
                (files, windows) -> {
                  List<double[]> chunks = new ArrayList<>();
                  HeldOutEvents found =
                      new HeldOutEvents(
                          keys,
                          order,
                          files.counts(),
                          unigrams.value(),
                          pruned,
                          pruning,
                          rules,
                          chunks::add);
                  windows.merge(found);
                  found.finish();
                  return chunks.iterator();
                })
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      JelinekMercer current = JelinekMercer.of(order, lambda);
      double first = Double.NaN;
      double before = Double.NaN;
      HeldOutEvents.Step step;
      int steps = 0;
      while (true) {
        JelinekMercer given = current;
        List<long[]> sums =
            events
                .mapPartitions(
                    part ->
                        List.of(HeldOutEvents.expect(part, given, lambda, predictable)).iterator())
                .collect();
        step = HeldOutEvents.maximise(sums, given, lambda);
        first = steps == 0 ? step.natsPerToken() : first;
        if (steps == TUNING_STEPS || before - step.natsPerToken() < TUNING_GAIN * before) {
          break;
        }
        before = step.natsPerToken();
        current = step.next();
        steps++;
      }
      return new Tuned(
          new Tuning(step.tokens(), steps, Math.exp(first), Math.exp(step.natsPerToken())),
          current);
    } finally {
      events.unpersist();
      unigrams.destroy();
    }
  }

  /** The tokens of a block that stand before a position of the stream. */
  private static TokenBlock upTo(TokenBlock block, long end) {
    int length = (int) Math.min(block.tokens().length, end - block.offset());
    int whole = block.before().length + length;
    return new TokenBlock(
        block.offset(),
        block.before(),
        Arrays.copyOf(block.tokens(), length),
        Arrays.stream(block.documentStarts()).filter(start -> start < whole).toArray());
  }

  private static JavaRDD<TokenBlock> withoutPruned(JavaRDD<TokenBlock> text, BitSet pruned) {
    return pruned.isEmpty()
        ? text
        : text.map(
            block ->
                new TokenBlock(
                    block.offset(),
                    known(block.before(), pruned),
                    known(block.tokens(), pruned),
                    block.documentStarts()));
  }

  private static int[] known(int[] tokens, BitSet pruned) {
    return Arrays.stream(tokens).map(id -> pruned.get(id) ? Vocabulary.UNKNOWN : id).toArray();
  }
}
