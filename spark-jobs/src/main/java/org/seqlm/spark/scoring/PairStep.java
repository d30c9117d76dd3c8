package org.seqlm.spark.scoring;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.Scorer;
import org.seqlm.metrics.MinimalPair;
import org.seqlm.metrics.PairScore;
import org.seqlm.spark.models.ModelSupplier;
import org.seqlm.text.TextRules;
import org.seqlm.text.Tokenizer;
import org.seqlm.vocab.ShortText;
import org.seqlm.vocab.Vocabulary;

/** Asks a model which of two continuations it prefers, for many pairs. */
public final class PairStep {
  private static final int PAIRS_A_TASK = 256;

  private PairStep() {}

  /**
   * Counts by group how often the right continuation is the likelier one.
   *
   * @param name of the model, for the result
   * @param rules by which the model's text was cut
   * @param vocabulary of the model
   * @return a score a group, in the order in which groups first appear
   */
  public static List<PairScore> score(
      JavaSparkContext spark,
      String name,
      List<MinimalPair> pairs,
      TextRules rules,
      Vocabulary vocabulary,
      ModelSupplier supplier) {
    int[][] sides = new int[pairs.size() * 3][];
    Tokenizer tokenizer = Tokenizer.of(rules);
    for (int i = 0; i < pairs.size(); i++) {
      MinimalPair pair = pairs.get(i);
      sides[3 * i] = ShortText.of(tokenizer, vocabulary, pair.prefix()).ids();
      sides[3 * i + 1] = ShortText.of(tokenizer, vocabulary, pair.right()).ids();
      sides[3 * i + 2] = ShortText.of(tokenizer, vocabulary, pair.wrong()).ids();
    }
    List<Integer> starts = new ArrayList<>();
    for (int start = 0; start < pairs.size(); start += PAIRS_A_TASK) {
      starts.add(start);
    }
    Broadcast<int[][]> ids = spark.broadcast(sides);
    try {
      List<double[]> rights =
          spark
              .parallelize(starts, Math.max(1, starts.size()))
              .map(start -> rights(supplier.model(), ids.value(), start))
              .collect();
      Map<String, double[]> byGroup = new LinkedHashMap<>();
      for (int i = 0; i < pairs.size(); i++) {
        double[] sum = byGroup.computeIfAbsent(pairs.get(i).group(), group -> new double[2]);
        sum[0]++;
        sum[1] += rights.get(i / PAIRS_A_TASK)[i % PAIRS_A_TASK];
      }
      List<PairScore> scores = new ArrayList<>();
      byGroup.forEach(
          (group, sum) -> scores.add(new PairScore(name, group, (long) sum[0], sum[1])));
      return scores;
    } finally {
      ids.destroy();
    }
  }

  private static double[] rights(LanguageModel model, int[][] sides, int start) {
    int end = Math.min(start + PAIRS_A_TASK, sides.length / 3);
    double[] rights = new double[end - start];
    for (int i = start; i < end; i++) {
      LanguageModel.Reading reading = model.start();
      for (int token : sides[3 * i]) {
        reading.read(token);
      }
      double right = Scorer.logProbability(reading, sides[3 * i + 1]);
      double wrong = Scorer.logProbability(reading, sides[3 * i + 2]);
      rights[i - start] = right == wrong ? 0.5 : right > wrong ? 1 : 0;
    }
    return rights;
  }
}
