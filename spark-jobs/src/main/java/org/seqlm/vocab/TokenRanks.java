package org.seqlm.vocab;

/**
 * What there is to know of a vocabulary without its tokens: how many ids it has, and which are
 * marks. It stays small where the tokens do not.
 */
public interface TokenRanks {
  /** The number of ids, reserved ones included. */
  int size();

  /** How many of the first ids are reserved: 1 for characters, 3 otherwise. */
  int reserved();

  /** The id of {@code <s>}, or -1 where lines are not marked (characters). */
  default int sentenceStart() {
    return reserved() > 1 ? 1 : -1;
  }

  /** The id of {@code </s>}, or -1 where lines are not marked (characters). */
  default int sentenceEnd() {
    return reserved() > 1 ? 2 : -1;
  }

  /**
   * The id of the token that ends a line: {@code </s>}, or of characters the line feed; -1 if the
   * vocabulary has none.
   */
  int lineEnd();

  /** SHA-256 in hexadecimal over the tokens in the order of their ids. */
  String fingerprint();
}
