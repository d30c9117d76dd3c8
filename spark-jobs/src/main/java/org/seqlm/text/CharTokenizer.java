package org.seqlm.text;

import java.util.List;

/** Every code point of the normalised record is a token. */
final class CharTokenizer implements Tokenizer {
  private final Normalizer normalizer;

  CharTokenizer(TextRules rules) {
    normalizer = new Normalizer(rules);
  }

  @Override
  public int tokenize(byte[] utf8, int from, int to, TokenSink sink) {
    normalizer.normalize(utf8, from, to);
    byte[] bytes = normalizer.bytes();
    int end = normalizer.to();
    int count = 0;
    for (int i = normalizer.from(); i < end; count++) {
      int next = i + Utf8.length(bytes[i]);
      sink.token(bytes, i, next);
      i = next;
    }
    return count;
  }

  @Override
  public String detokenize(List<String> tokens) {
    return String.join("", tokens);
  }
}
