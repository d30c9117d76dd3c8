package org.seqlm.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.Score;
import org.seqlm.lm.Scorer;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.Vocabulary;

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
   * Scores the first {@code maxTokens} tokens of a split.
   *
   * @param mapping model's id by the dataset's id, or null if both have the same vocabulary
   * @return the sum over all pieces
   */
  public static Score score(
      JavaSparkContext spark,
      Dataset dataset,
      Split split,
      long maxTokens,
      ModelSupplier supplier,
      int[] mapping) {
    long total = Math.min(maxTokens, dataset.tokens(split));
    List<Long> starts = new ArrayList<>();
    for (long start = 0; start < total; start += PIECE) {
      starts.add(start);
    }
    if (starts.isEmpty()) {
      return Score.NONE;
    }
    String folder = dataset.artifact().name();
    SerializableConfiguration conf = new SerializableConfiguration(spark.hadoopConfiguration());
    Broadcast<int[]> ids = spark.broadcast(mapping == null ? new int[0] : mapping);
    try {
      List<double[]> scores =
          spark
              .parallelize(starts, starts.size())
              .map(
                  start -> {
                    long end = Math.min(start + PIECE, total);
                    TokenBlock block =
                        Dataset.open(conf.value(), folder).read(split, start, end, WARM_UP);
                    return encode(score(supplier.model(), block, ids.value()));
                  })
              .collect();
      Score sum = Score.NONE;
      for (double[] score : scores) {
        sum = sum.plus(decode(score));
      }
      return sum;
    } finally {
      ids.destroy();
    }
  }

  /**
   * The model's ids of a dataset's tokens, matched by string.
   *
   * @return null if both vocabularies are the same
   */
  public static int[] mapping(Vocabulary dataset, Vocabulary model) {
    if (dataset.fingerprint().equals(model.fingerprint())) {
      return null;
    }
    int[] mapping = new int[dataset.size()];
    for (int id = 0; id < mapping.length; id++) {
      mapping[id] = id == Vocabulary.UNKNOWN ? Vocabulary.UNKNOWN : model.id(dataset.token(id));
    }
    for (String marker : List.of(Vocabulary.SENTENCE_START_TOKEN, Vocabulary.SENTENCE_END_TOKEN)) {
      int from =
          marker.equals(Vocabulary.SENTENCE_START_TOKEN)
              ? dataset.sentenceStart()
              : dataset.sentenceEnd();
      int to =
          marker.equals(Vocabulary.SENTENCE_START_TOKEN)
              ? model.sentenceStart()
              : model.sentenceEnd();
      if (from >= 0 && to >= 0) {
        mapping[from] = to;
      }
    }
    return mapping;
  }

  private static Score score(LanguageModel model, TokenBlock block, int[] mapping) {
    int before = block.before().length;
    int[] tokens = new int[before + block.tokens().length];
    System.arraycopy(block.before(), 0, tokens, 0, before);
    System.arraycopy(block.tokens(), 0, tokens, before, block.tokens().length);
    if (mapping.length > 0) {
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = mapping[tokens[i]];
      }
    }
    return Scorer.score(model, tokens, before, block.documentStarts());
  }

  /**
   * A score as an array: records do not cross the wire. The counts of a piece are exact in a
   * double.
   */
  private static double[] encode(Score score) {
    return new double[] {score.tokens(), score.unknown(), score.zeroProbability(), score.nats()};
  }

  private static Score decode(double[] values) {
    return new Score((long) values[0], (long) values[1], (long) values[2], values[3]);
  }
}
