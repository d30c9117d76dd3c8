package org.seqlm.spark.scoring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.DatasetHandle;
import org.seqlm.dataset.Split;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.Score;
import org.seqlm.lm.Scorer;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.models.ModelSupplier;
import org.seqlm.vocab.TokenBlock;

/**
 * Scores a split with a model, stretch by stretch. A stretch is read after a warm-up by the tokens
 * before it, so that a model with an unbounded memory starts it as it would have come to it, to
 * within what 1,024 tokens forget. Stretches do not depend on the cluster and are added up in their
 * order, so neither does the result.
 */
public final class ScoringStep {
  /** Tokens of a stretch. */
  public static final int STRETCH = 1 << 14;

  /** Tokens read, unscored, before a stretch. */
  public static final int WARM_UP = 1 << 10;

  private ScoringStep() {}

  /**
   * What a split comes to.
   *
   * @param score of all its tokens
   * @param lackingWords of them that the dataset's vocabulary has and the model's lacks
   * @param lackingBytes of those words in UTF-8
   */
  public record Result(Score score, long lackingWords, long lackingBytes) {
    private Result plus(double[] stretch) {
      return new Result(
          score.plus(Score.unpack(Arrays.copyOfRange(stretch, 2, stretch.length))),
          lackingWords + (long) stretch[0],
          lackingBytes + (long) stretch[1]);
    }
  }

  /**
   * Scores the first {@code maxTokens} tokens of a split.
   *
   * @param mapping to the model's vocabulary, or null if it is the dataset's
   * @return the sum over all stretches
   */
  public static Result score(
      JavaSparkContext spark,
      Dataset dataset,
      Split split,
      long maxTokens,
      ModelSupplier supplier,
      VocabularyMapping mapping) {
    long total = Math.min(maxTokens, dataset.tokens(split));
    List<Long> starts = new ArrayList<>();
    for (long start = 0; start < total; start += STRETCH) {
      starts.add(start);
    }
    Result sum = new Result(Score.NONE, 0, 0);
    if (starts.isEmpty()) {
      return sum;
    }
    DatasetHandle handle = dataset.handle();
    SharedSettings conf = new SharedSettings(spark.hadoopConfiguration());
    VocabularyMapping known = mapping == null ? VocabularyMapping.SAME : mapping;
    Broadcast<int[][]> tables = spark.broadcast(known.tables());
    try {
      List<double[]> stretches =
          spark
              .parallelize(starts, starts.size())
              .map(
                  start -> {
                    long end = Math.min(start + STRETCH, total);
                    TokenBlock block = handle.open(conf.value()).read(split, start, end, WARM_UP);
                    return score(supplier.model(), block, VocabularyMapping.of(tables.value()));
                  })
              .collect();
      for (double[] stretch : stretches) {
        sum = sum.plus(stretch);
      }
      return sum;
    } finally {
      tables.destroy();
    }
  }

  /**
   * Words and bytes that the model lacks, then the score: records do not cross the wire, and a
   * stretch's counts fit a double.
   */
  private static double[] score(LanguageModel model, TokenBlock block, VocabularyMapping mapping) {
    int before = block.before().length;
    int[] tokens = new int[before + block.tokens().length];
    System.arraycopy(block.before(), 0, tokens, 0, before);
    System.arraycopy(block.tokens(), 0, tokens, before, block.tokens().length);
    long[] lacking = mapping.map(tokens, before);
    Score score = Scorer.score(model, tokens, before, block.documentStarts());
    double[] packed = score.packed();
    double[] result = new double[2 + packed.length];
    result[0] = lacking[0];
    result[1] = lacking[1];
    System.arraycopy(packed, 0, result, 2, packed.length);
    return result;
  }
}
