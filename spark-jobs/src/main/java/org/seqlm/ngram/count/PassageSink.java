package org.seqlm.ngram.count;

/** Receives the passages of a text: an n-gram lies within one passage. */
public interface PassageSink {
  /** A passage begins; the one before, if any, is over. */
  void startPassage();

  /**
   * The passage's next token.
   *
   * @param id of the token; {@code <s>} included where lines are marked
   * @param position of the token in the stream; for {@code <s>} that of the token after it
   */
  void token(int id, long position);
}
