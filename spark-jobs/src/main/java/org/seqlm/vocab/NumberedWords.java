package org.seqlm.vocab;

/** Some words of one of several vocabularies, with their counts and their ids there, which rise. */
public final class NumberedWords implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  private final int vocabulary;
  private final int[] ids;
  private final PackedTokens tokens;

  /**
   * @param vocabulary its number, from 0
   * @param ids of the words // (words)
   */
  public NumberedWords(int vocabulary, int[] ids, PackedTokens tokens) {
    this.vocabulary = vocabulary;
    this.ids = ids;
    this.tokens = tokens;
  }

  /** Words whose ids follow each other. */
  public static NumberedWords from(int vocabulary, int first, PackedTokens tokens) {
    int[] ids = new int[tokens.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = first + i;
    }
    return new NumberedWords(vocabulary, ids, tokens);
  }

  public int vocabulary() {
    return vocabulary;
  }

  public int[] ids() {
    return ids;
  }

  public PackedTokens tokens() {
    return tokens;
  }

  /** The number of words. */
  public int size() {
    return ids.length;
  }
}
