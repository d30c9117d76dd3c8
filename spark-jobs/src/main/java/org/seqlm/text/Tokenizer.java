package org.seqlm.text;

import java.util.List;

/** Cuts one record into tokens and puts tokens together again; pure, one instance a thread. */
public interface Tokenizer {
  /**
   * Cuts one record.
   *
   * @param utf8 holds the record as valid UTF-8, without its line feed
   * @param from first byte of the record
   * @param to one past its last byte
   * @param sink receives the tokens in order; all of a record's tokens lie in one array, so what
   *     stands between two of them are the bytes that separated them (a space, where a stage of a
   *     chain made a token anew)
   * @return the code points of the normalised record
   */
  int tokenize(byte[] utf8, int from, int to, TokenSink sink);

  /** Text that reads as these tokens would have been written; {@code </s>} becomes a line feed. */
  String detokenize(List<String> tokens);

  /** The tokeniser of these rules. */
  static Tokenizer of(TextRules rules) {
    return switch (rules.kind()) {
      case CHAR -> new CharTokenizer(rules);
      case WORD -> new WordTokenizer(rules);
      case WHITESPACE -> new WhitespaceTokenizer(rules);
      case CHAIN -> new ChainTokenizer(rules);
    };
  }
}
