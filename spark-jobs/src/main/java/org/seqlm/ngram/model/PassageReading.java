package org.seqlm.ngram.model;

import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.count.Passages;
import org.seqlm.vocab.Vocabulary;

/** A reading of a model of n-grams: it knows the last tokens of the passage that it is in. */
abstract class PassageReading implements LanguageModel.Reading {
  private final Vocabulary vocabulary;
  private final Passages passages;

  /** The passage's last tokens, the nearest first // (N - 1). */
  final int[] history;

  /** How many of them there are. */
  int length;

  /** Stands nowhere before the first {@link #startPassage}. */
  PassageReading(Vocabulary vocabulary, Passages passages, int order) {
    this.vocabulary = vocabulary;
    this.passages = passages;
    this.history = new int[order - 1];
  }

  PassageReading(PassageReading other) {
    vocabulary = other.vocabulary;
    passages = other.passages;
    history = other.history.clone();
    length = other.length;
  }

  /** How far contexts reach that passages end. */
  static LanguageModel.Memory memory(Passages passages) {
    return passages.boundary() == Boundary.LINE && passages.knowsLineEnds()
        ? LanguageModel.Memory.LINE
        : LanguageModel.Memory.TEXT;
  }

  /** Finds what the model knows of the history, which is another. */
  abstract void seek();

  final void startPassage() {
    length = 0;
    if (passages.passageStart() >= 0) {
      push(passages.passageStart());
    } else {
      seek();
    }
  }

  /** Forgets the passage's mark, too: nothing stands before the next token. */
  final void clear() {
    length = 0;
    seek();
  }

  private void push(int token) {
    if (history.length > 0) {
      int kept = Math.min(length, history.length - 1);
      System.arraycopy(history, 0, history, 1, kept);
      history[0] = token;
      length = kept + 1;
    }
    seek();
  }

  @Override
  public final void read(int token) {
    if (!passages.reads(token)) {
      return;
    }
    if (passages.endsPassage(token)) {
      startPassage();
    } else {
      push(token);
    }
  }

  @Override
  public final void startDocument() {
    if (passages.restartsAtDocuments()) {
      startPassage();
    }
  }

  /** Excludes what no passage holds. */
  final void excludeUnread(float[] logProbabilities) {
    for (int id = 0; id < vocabulary.reserved(); id++) {
      if (!passages.reads(id)) {
        logProbabilities[id] = Float.NEGATIVE_INFINITY;
      }
    }
  }
}
