package org.seqlm.ngram.model;

import java.util.Arrays;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.Passages;
import org.seqlm.vocab.Vocabulary;

/**
 * Stands in for a back-off model that lies elsewhere: it writes down what it is asked, so that an
 * {@link AnsweringModel} that reads the same text in the same way knows the answers. Every
 * probability that it gives is 1.
 */
public final class AskingModel implements LanguageModel {
  private final Vocabulary vocabulary;
  private final Passages passages;
  private final int order;
  private final WindowKeys keys;
  private final Asked asked;

  /** Takes what is asked. */
  @FunctionalInterface
  public interface Asked {
    /**
     * A word after a context.
     *
     * @param key of the window, in the ids of the counts; overwritten after the call
     */
    void window(long[] key);
  }

  /**
   * @param vocabulary of the model
   * @param ids of the counts, by the model's; null where they are the same
   * @param order N of the model
   * @param layout of the keys, of that order or a higher one
   */
  public AskingModel(
      Vocabulary vocabulary,
      Passages passages,
      int[] ids,
      int order,
      KeyLayout layout,
      Asked asked) {
    this.vocabulary = vocabulary;
    this.passages = passages;
    this.order = order;
    this.keys = new WindowKeys(layout, ids);
    this.asked = asked;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public Memory memory() {
    return PassageReading.memory(passages);
  }

  @Override
  public boolean reads(int token) {
    return passages.reads(token);
  }

  @Override
  public Reading start() {
    return new Asking();
  }

  @Override
  public Reading startUnmarked() {
    Asking reading = new Asking();
    reading.clear();
    return reading;
  }

  private final class Asking extends PassageReading {
    private final long[] context;

    Asking() {
      super(vocabulary, passages, order);
      context = keys.empty();
      startPassage();
    }

    private Asking(Asking other) {
      super(other);
      context = other.context.clone();
    }

    @Override
    void seek() {
      keys.context(history, length, context);
    }

    @Override
    public double logProbability(int token) {
      if (!passages.reads(token)) {
        return Double.NEGATIVE_INFINITY;
      }
      asked.window(keys.window(context, token));
      return 0;
    }

    @Override
    public void logProbabilities(float[] into) {
      Arrays.fill(into, 0);
    }

    @Override
    public Reading copy() {
      return new Asking(this);
    }
  }
}
