package org.seqlm.text.subword;

import org.seqlm.text.TokenSink;

/** Cuts text into the stretches that a model works on; no token goes over two of them. */
@FunctionalInterface
public interface Splitter {
  /** All of it in one; nothing of nothing. */
  Splitter WHOLE =
      (bytes, from, to, sink) -> {
        if (from < to) {
          sink.token(bytes, from, to);
        }
      };

  /**
   * Cuts {@code [from, to)}; what the sink receives lies in the same array, without gaps.
   *
   * @param bytes any; UTF-8 where it is valid
   */
  void split(byte[] bytes, int from, int to, TokenSink sink);
}
