package org.seqlm.ngram.model;

import java.util.Arrays;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.Passages;
import org.seqlm.vocab.Vocabulary;

/**
 * Stands in for a back-off model that lies elsewhere: it writes down what it is asked, so that an
 * {@link AnsweringModel} that reads the same text in the same way knows the answers. Every
 * probability that it gives is 1.
 */
public final class AskingModel extends WindowModel {
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
    super(vocabulary, passages, ids, order, layout);
    this.asked = asked;
  }

  @Override
  WindowReading reading() {
    return new Asking();
  }

  private final class Asking extends WindowReading {
    Asking() {}

    private Asking(Asking other) {
      super(other);
    }

    @Override
    public double logProbability(int token) {
      if (!reads(token)) {
        return Double.NEGATIVE_INFINITY;
      }
      asked.window(window(token));
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
