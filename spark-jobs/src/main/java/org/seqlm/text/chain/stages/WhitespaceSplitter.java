package org.seqlm.text.chain.stages;

import org.seqlm.text.chain.SpanSink;
import org.seqlm.text.chain.Stage;
import org.seqlm.text.chain.StageValues;

/** What stands between Unicode's white space (the property White_Space). */
final class WhitespaceSplitter implements Stage.Splitter {
  /** {@code whitespace}. */
  public static final class Provider extends PlainProvider {
    public Provider() {
      super(Kind.SPLITTER, "whitespace", "What stands between white space of any kind is a token.");
    }

    @Override
    public Stage create(StageValues values) {
      return new WhitespaceSplitter();
    }
  }

  @Override
  public void split(String text, int from, int to, SpanSink sink) {
    int start = from;
    for (int i = from; i < to; i++) {
      if (isSpace(text.charAt(i))) {
        if (i > start) {
          sink.token(text, start, i);
        }
        start = i + 1;
      }
    }
    if (to > start) {
      sink.token(text, start, to);
    }
  }

  /** All of White_Space lies in the basic plane. */
  static boolean isSpace(char c) {
    if (c <= ' ') {
      return c == ' ' || (c >= '\t' && c <= '\r');
    }
    return c >= 0x85
        && (c == 0x85
            || c == 0xA0
            || c == 0x1680
            || (c >= 0x2000 && c <= 0x200A)
            || c == 0x2028
            || c == 0x2029
            || c == 0x202F
            || c == 0x205F
            || c == 0x3000);
  }
}
