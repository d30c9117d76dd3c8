package org.seqlm.terms;

/** Which tokens may stand in a list of words and phrases; all of them are counted. */
public enum TokenFilter {
  /** Those with a letter or a digit of any script: punctuation is none. */
  WORDS,
  ALL;

  /** Whether a token is taken. */
  public boolean takes(String token) {
    return this == ALL || token.codePoints().anyMatch(Character::isLetterOrDigit);
  }
}
