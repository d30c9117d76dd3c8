package org.seqlm.lm;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.seqlm.vocab.Vocabulary;

/** Draws text from a model. The same model, prompt, rules and seed give the same text. */
public final class Sampler {
  private final LanguageModel model;
  private final SamplingRules rules;
  private final SplittableRandom random;
  private final LanguageModel.Reading reading;
  private final float[] logProbabilities;

  /**
   * A sampler at the end of a prompt.
   *
   * @param prompt ids of the model's vocabulary; may be empty
   */
  public Sampler(LanguageModel model, int[] prompt, SamplingRules rules, long seed) {
    this.model = model;
    this.rules = rules;
    this.random = new SplittableRandom(seed);
    this.reading = model.start();
    this.logProbabilities = new float[model.vocabulary().size()];
    for (int token : prompt) {
      if (model.reads(token)) {
        reading.read(token);
      }
    }
  }

  /** Draws {@code length} tokens; {@code <unk>} and {@code <s>} are never drawn. */
  public int[] draw(int length) {
    int[] tokens = new int[length];
    for (int i = 0; i < length; i++) {
      tokens[i] = next();
      reading.read(tokens[i]);
    }
    return tokens;
  }

  private int next() {
    reading.logProbabilities(logProbabilities);
    logProbabilities[Vocabulary.UNKNOWN] = Float.NEGATIVE_INFINITY;
    int start = model.vocabulary().sentenceStart();
    if (start >= 0) {
      logProbabilities[start] = Float.NEGATIVE_INFINITY;
    }
    int end = model.vocabulary().sentenceEnd();
    if (end >= 0 && !model.reads(end)) {
      logProbabilities[end] = Float.NEGATIVE_INFINITY;
    }
    int likeliest = 0;
    for (int id = 1; id < logProbabilities.length; id++) {
      if (logProbabilities[id] > logProbabilities[likeliest]) {
        likeliest = id;
      }
    }
    if (logProbabilities[likeliest] == Float.NEGATIVE_INFINITY) {
      throw org.seqlm.UserException.data(
          "the model gives no token a probability after this text (it never saw the context): "
              + "give another --prompt, a lower order or a smoothed estimator");
    }
    if (rules.temperature() == 0) {
      return likeliest;
    }
    double[] weights = new double[logProbabilities.length];
    double total = 0;
    for (int id = 0; id < weights.length; id++) {
      weights[id] =
          Math.exp((logProbabilities[id] - logProbabilities[likeliest]) / rules.temperature());
      total += weights[id];
    }
    if (rules.topK() > 0 || rules.topP() < 1) {
      total = truncate(weights, total);
    }
    double at = random.nextDouble() * total;
    int last = likeliest;
    for (int id = 0; id < weights.length; id++) {
      if (weights[id] > 0) {
        last = id;
        at -= weights[id];
        if (at < 0) {
          return id;
        }
      }
    }
    return last;
  }

  /**
   * Zeroes what top-k and top-p leave out; ties stay in by rising id. Returns the sum of what is
   * left.
   */
  private double truncate(double[] weights, double total) {
    Integer[] order = new Integer[weights.length];
    Arrays.setAll(order, id -> id);
    Arrays.sort(order, (a, b) -> Double.compare(weights[b], weights[a]));
    int most = rules.topK() > 0 ? Math.min(rules.topK(), order.length) : order.length;
    double enough = rules.topP() * total;
    double kept = 0;
    int count = 0;
    while (count < most && (count == 0 || kept < enough)) {
      kept += weights[order[count++]];
    }
    for (int i = count; i < order.length; i++) {
      weights[order[i]] = 0;
    }
    return kept;
  }
}
