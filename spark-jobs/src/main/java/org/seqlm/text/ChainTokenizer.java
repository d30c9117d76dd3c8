package org.seqlm.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.seqlm.text.chain.Chain;

/**
 * The tokens of a chain of stages. The array that they lie in holds the record as the leading
 * normalisers left it; a token that a later stage made anew stands there in a copy, behind a space.
 */
final class ChainTokenizer implements Tokenizer {
  private static final String LINE_END = "</s>";
  private static final String LINE_START = "<s>";

  private final Chain chain;
  private byte[] buffer = new byte[1024];
  private int length;
  private int[] bounds = new int[64]; // the first byte of each token, and one past its last
  private int tokens;
  private String normal;
  private int copied; // chars of normal that are in the buffer, or that a token stood for

  ChainTokenizer(TextRules rules) {
    chain = Chain.of(rules.chain());
  }

  @Override
  public int tokenize(byte[] utf8, int from, int to, TokenSink sink) {
    normal = chain.normalize(new String(utf8, from, to - from, StandardCharsets.UTF_8));
    length = 0;
    tokens = 0;
    copied = 0;
    chain.cut(normal, this::token);
    for (int i = 0; i < tokens; i++) {
      sink.token(buffer, bounds[2 * i], bounds[2 * i + 1]);
    }
    int codePoints = normal.codePointCount(0, normal.length());
    normal = null;
    return codePoints;
  }

  private void token(String text, int from, int to) {
    if (text == normal && from >= copied) {
      append(text, copied, from);
      copied = to;
    } else if (tokens > 0) {
      append(" ", 0, 1);
    }
    int start = length;
    append(text, from, to);
    if (length > start) {
      if (2 * tokens == bounds.length) {
        bounds = Arrays.copyOf(bounds, 2 * bounds.length);
      }
      bounds[2 * tokens] = start;
      bounds[2 * tokens + 1] = length;
      tokens++;
    }
  }

  /** As UTF-8; half of a pair alone, which no stage should leave, becomes a question mark. */
  private void append(String text, int from, int to) {
    int most = length + 3 * (to - from);
    if (most > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(most, 2 * buffer.length));
    }
    int n = length;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        buffer[n++] = (byte) c;
      } else if (c < 0x800) {
        buffer[n++] = (byte) (0xC0 | c >> 6);
        buffer[n++] = (byte) (0x80 | c & 0x3F);
      } else if (!Character.isSurrogate(c)) {
        buffer[n++] = (byte) (0xE0 | c >> 12);
        buffer[n++] = (byte) (0x80 | c >> 6 & 0x3F);
        buffer[n++] = (byte) (0x80 | c & 0x3F);
      } else if (i + 1 < to && Character.isSurrogatePair(c, text.charAt(i + 1))) {
        int code = Character.toCodePoint(c, text.charAt(++i));
        buffer[n++] = (byte) (0xF0 | code >> 18);
        buffer[n++] = (byte) (0x80 | code >> 12 & 0x3F);
        buffer[n++] = (byte) (0x80 | code >> 6 & 0x3F);
        buffer[n++] = (byte) (0x80 | code & 0x3F);
      } else {
        buffer[n++] = '?';
      }
    }
    length = n;
  }

  @Override
  public String detokenize(List<String> tokens) {
    StringBuilder text = new StringBuilder();
    List<String> line = new ArrayList<>();
    for (String token : tokens) {
      if (token.equals(LINE_END)) {
        text.append(joined(line)).append('\n');
        line.clear();
      } else if (!token.equals(LINE_START)) {
        line.add(token);
      }
    }
    return text.append(joined(line)).toString();
  }

  private String joined(List<String> line) {
    String own = chain.join(List.copyOf(line));
    return own == null ? Lines.join(line, Punctuation.DROP) : own;
  }
}
