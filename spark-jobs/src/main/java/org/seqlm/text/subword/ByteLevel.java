package org.seqlm.text.subword;

import org.seqlm.text.TokenSink;

/**
 * The pre-tokenizer {@code ByteLevel}.
 *
 * @param prefix whether a text that begins with no space gets one
 * @param splitter cuts the bytes
 */
record ByteLevel(Prefix prefix, Splitter splitter) {
  /** A space in front. */
  enum Prefix {
    NONE,
    SPACE
  }

  /** Cuts {@code [from, to)}, which is not empty. */
  void split(byte[] bytes, int from, int to, TokenSink sink) {
    if (prefix == Prefix.NONE || bytes[from] == ' ') {
      splitter.split(bytes, from, to, sink);
      return;
    }
    byte[] prefixed = new byte[to - from + 1];
    prefixed[0] = ' ';
    System.arraycopy(bytes, from, prefixed, 1, to - from);
    splitter.split(prefixed, 0, prefixed.length, sink);
  }
}
