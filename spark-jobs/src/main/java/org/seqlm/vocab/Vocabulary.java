package org.seqlm.vocab;

import java.util.List;
import org.seqlm.text.TokenizerKind;

/**
 * An immutable one-to-one map between tokens and the ids 0 to {@code size() - 1}. Reserved ids come
 * first, then the tokens by falling count and, among equals, by rising UTF-8 bytes, so ids do not
 * depend on how the corpus was cut.
 */
public interface Vocabulary {
  /** The id of every token the vocabulary does not know; its token reads {@code <unk>}. */
  int UNKNOWN = 0;

  String UNKNOWN_TOKEN = "<unk>";
  String SENTENCE_START_TOKEN = "<s>";
  String SENTENCE_END_TOKEN = "</s>";

  /** The number of ids, reserved ones included. */
  int size();

  /** The token of an id, {@code 0 <= id < size()}. */
  String token(int id);

  /** How often the token stood in the text the vocabulary was made from; 0 where unknown. */
  long count(int id);

  /** The id of a token, reserved ones included; {@link #UNKNOWN} if it has none. */
  int id(String token);

  /**
   * The id of a token that stands in a text, given as the UTF-8 bytes {@code [from, to)}. A text's
   * own {@code <s>} or {@code </s>} is an unknown word: no text can start or end a line by spelling
   * a reserved token.
   */
  int id(byte[] utf8, int from, int to);

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

  /** SHA-256 in hexadecimal over the tokens in the order of their ids. */
  String fingerprint();

  /** The reserved tokens of a kind of tokeniser, in the order of their ids. */
  static List<String> reservedTokens(TokenizerKind kind) {
    return kind == TokenizerKind.CHAR
        ? List.of(UNKNOWN_TOKEN)
        : List.of(UNKNOWN_TOKEN, SENTENCE_START_TOKEN, SENTENCE_END_TOKEN);
  }
}
