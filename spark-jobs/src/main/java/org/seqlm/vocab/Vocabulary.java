package org.seqlm.vocab;

import java.util.ArrayList;
import java.util.List;
import org.seqlm.text.TokenizerKind;

/**
 * An immutable one-to-one map between tokens and the ids 0 to {@code size() - 1}. Reserved ids come
 * first, then the tokens by falling count and, among equals, by rising UTF-8 bytes, so ids do not
 * depend on how the corpus was cut; where a vocabulary was joined with others or extended, its
 * tokens come first.
 */
public interface Vocabulary extends TokenRanks {
  /** The id of every token the vocabulary does not know; its token reads {@code <unk>}. */
  int UNKNOWN = 0;

  String UNKNOWN_TOKEN = "<unk>";

  /** How some tools spell {@link #UNKNOWN_TOKEN}: whoever reads it in a model takes it for that. */
  String OTHER_UNKNOWN_TOKEN = "<UNK>";

  String SENTENCE_START_TOKEN = "<s>";
  String SENTENCE_END_TOKEN = "</s>";

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

  @Override
  default int lineEnd() {
    int end = sentenceEnd();
    if (end < 0) {
      int lineFeed = id("\n");
      end = lineFeed == UNKNOWN ? -1 : lineFeed;
    }
    return end;
  }

  /** The reserved tokens of a kind of tokeniser, in the order of their ids. */
  static List<String> reservedTokens(TokenizerKind kind) {
    return kind == TokenizerKind.CHAR
        ? List.of(UNKNOWN_TOKEN)
        : List.of(UNKNOWN_TOKEN, SENTENCE_START_TOKEN, SENTENCE_END_TOKEN);
  }

  /**
   * What is no word, though it may stand in a text, where it is an unknown one: the reserved tokens
   * and, for words, {@code <UNK>}, which an ARPA file could not tell from {@code <unk>}.
   */
  static List<String> noWords(TokenizerKind kind) {
    List<String> all = new ArrayList<>(reservedTokens(kind));
    if (kind != TokenizerKind.CHAR) {
      all.add(OTHER_UNKNOWN_TOKEN);
    }
    return all;
  }
}
