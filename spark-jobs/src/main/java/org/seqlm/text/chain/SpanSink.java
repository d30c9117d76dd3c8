package org.seqlm.text.chain;

/** Receives tokens in their order, each as a part of a text. */
@FunctionalInterface
public interface SpanSink {
  /**
   * Takes one token.
   *
   * @param text holds the token
   * @param from its first char
   * @param to one past its last char; greater than {@code from}
   */
  void token(String text, int from, int to);
}
