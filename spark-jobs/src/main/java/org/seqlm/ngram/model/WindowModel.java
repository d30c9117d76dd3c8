package org.seqlm.ngram.model;

import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.Passages;
import org.seqlm.vocab.Vocabulary;

/** A back-off model that lies elsewhere: what is read of a text are the keys of its windows. */
abstract class WindowModel implements LanguageModel {
  private final Vocabulary vocabulary;
  private final Passages passages;
  private final int order;
  private final WindowKeys keys;

  /**
   * @param vocabulary of the model
   * @param ids of the counts, by the model's; null where they are the same
   * @param order N of the model
   * @param layout of the keys, of that order or a higher one
   */
  WindowModel(Vocabulary vocabulary, Passages passages, int[] ids, int order, KeyLayout layout) {
    this.vocabulary = vocabulary;
    this.passages = passages;
    this.order = order;
    this.keys = new WindowKeys(layout, ids);
  }

  @Override
  public final Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public final Memory memory() {
    return PassageReading.memory(passages);
  }

  @Override
  public final boolean reads(int token) {
    return passages.reads(token);
  }

  /** A reading that has not begun. */
  abstract WindowReading reading();

  @Override
  public final Reading start() {
    WindowReading reading = reading();
    reading.startPassage();
    return reading;
  }

  @Override
  public final Reading startUnmarked() {
    WindowReading reading = reading();
    reading.clear();
    return reading;
  }

  /** Knows the key of the context. */
  abstract class WindowReading extends PassageReading {
    private final long[] context;

    WindowReading() {
      super(vocabulary, passages, order);
      context = keys.empty();
    }

    WindowReading(WindowReading other) {
      super(other);
      context = other.context.clone();
    }

    @Override
    final void seek() {
      keys.context(history, length, context);
    }

    /** The key of a word after what was read, overwritten by the next call. */
    final long[] window(int word) {
      return keys.window(context, word);
    }
  }
}
