package org.seqlm.lm;

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
    boolean none = true;
    for (float logProbability : logProbabilities) {
      none &= logProbability == Float.NEGATIVE_INFINITY;
    }
    if (none) {
      throw org.seqlm.UserException.data(
          "the model gives no token a probability after this text (it never saw the context): "
              + "give another --prompt, a lower order or a smoothed estimator");
    }
    return rules.draw(logProbabilities, random::nextDouble);
  }
}
