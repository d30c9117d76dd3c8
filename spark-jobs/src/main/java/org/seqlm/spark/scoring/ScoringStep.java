package org.seqlm.spark.scoring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.DatasetHandle;
import org.seqlm.dataset.Split;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.Score;
import org.seqlm.lm.Scorer;
import org.seqlm.vocab.TokenBlock;

/**
 * Scores a split with a model, piece by piece. A piece is read after a warm-up by the tokens before
 * it, so that a model with an unbounded memory starts it as it would have come to it, to within
 * what 1,024 tokens forget. Pieces do not depend on the cluster and are added up in their order, so
 * neither does the result.
 */
public final class ScoringStep {
  /** Tokens of a piece. */
  public static final int PIECE = 1 << 14;

  /** Tokens read, unscored, before a piece. */
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
    private Result plus(double[] piece) {
      return new Result(
          score.plus(Score.unpack(Arrays.copyOfRange(piece, 2, piece.length))),
          lackingWords + (long) piece[0],
          lackingBytes + (long) piece[1]);
    }
  }

  /**
   * Scores the first {@code maxTokens} tokens of a split.
   *
   * @param mapping to the model's vocabulary, or null if it is the dataset's
   * @return the sum over all pieces
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
    for (long start = 0; start < total; start += PIECE) {
      starts.add(start);
    }
    Result sum = new Result(Score.NONE, 0, 0);
    if (starts.isEmpty()) {
      return sum;
    }
    DatasetHandle handle = dataset.handle();
    SerializableConfiguration conf = new SerializableConfiguration(spark.hadoopConfiguration());
    VocabularyMapping known = mapping == null ? VocabularyMapping.SAME : mapping;
    Broadcast<int[][]> tables = spark.broadcast(known.tables());
    try {
      List<double[]> pieces =
          spark
              .parallelize(starts, starts.size())
              .map(
                  start -> {
                    long end = Math.min(start + PIECE, total);
                    TokenBlock block = handle.open(conf.value()).read(split, start, end, WARM_UP);
                    return score(supplier.model(), block, VocabularyMapping.of(tables.value()));
                  })
              .collect();
      for (double[] piece : pieces) {
        sum = sum.plus(piece);
      }
      return sum;
    } finally {
      tables.destroy();
    }
  }

  /**
   * Words and bytes that the model lacks, then the score: records do not cross the wire, and a
   * piece's counts fit a double.
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
