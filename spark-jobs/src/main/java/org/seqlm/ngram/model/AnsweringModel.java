package org.seqlm.ngram.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.Passages;
import org.seqlm.vocab.Vocabulary;

/**
 * A back-off model that lies elsewhere, as far as one text asks for it: the same probabilities, to
 * the bit, as a {@link BackoffModel} gives. It answers what an {@link AskingModel} was asked, in
 * the same order, and holds the answers to one part of these questions at a time; so it is for one
 * thread and one reading of the text.
 */
public final class AnsweringModel extends WindowModel {
  private static final double LN10 = Math.log(10);

  private final float[] unigrams;
  private final long partSize;
  private final Parts parts;
  private WindowAnswers answers;
  private long asked;

  /** Gives the answers, a part of the questions after the other. */
  @FunctionalInterface
  public interface Parts {
    /** Those to a part of the questions, from 0; the part before it is not needed any more. */
    WindowAnswers part(int part) throws IOException;
  }

  /**
   * @param vocabulary of the model
   * @param ids of the counts, by the model's; null where they are the same
   * @param order N of the model
   * @param layout of the keys, of that order or a higher one
   * @param unigrams decimal logarithms by the model's ids; NaN where there is none
   * @param partSize questions of a part
   */
  public AnsweringModel(
      Vocabulary vocabulary,
      Passages passages,
      int[] ids,
      int order,
      KeyLayout layout,
      float[] unigrams,
      long partSize,
      Parts parts) {
    super(vocabulary, passages, ids, order, layout);
    this.unigrams = unigrams;
    this.partSize = partSize;
    this.parts = parts;
  }

  @Override
  WindowReading reading() {
    return new Answering();
  }

  private final class Answering extends WindowReading {
    private int matched; // of the last question

    Answering() {}

    private Answering(Answering other) {
      super(other);
      matched = other.matched;
    }

    @Override
    public double logProbability(int token) {
      matched = 0;
      if (!reads(token)) {
        return Double.NEGATIVE_INFINITY;
      }
      if (asked % partSize == 0) {
        try {
          answers = parts.part(Math.toIntExact(asked / partSize));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      asked++;
      int place = answers.find(window(token));
      if (place < 0) {
        throw new IllegalStateException("what is read is not what was asked for");
      }
      if (answers.order(place) > 0) {
        matched = answers.order(place);
        return LN10 * answers.log(place);
      }
      if (Float.isNaN(unigrams[token])) {
        return Double.NEGATIVE_INFINITY;
      }
      matched = 1;
      return LN10 * (answers.log(place) + unigrams[token]);
    }

    /** Of the last token that was asked for. */
    @Override
    public int matched(int token) {
      return matched;
    }

    @Override
    public void logProbabilities(float[] into) {
      throw new UnsupportedOperationException(
          "a model that lies elsewhere knows what it was asked");
    }

    @Override
    public Reading copy() {
      return new Answering(this);
    }
  }
}
