package org.seqlm.text;

/** Receives the tokens of a record in their order. */
@FunctionalInterface
public interface TokenSink {
  /**
   * Takes one token.
   *
   * @param utf8 holds the token; valid during the call only
   * @param from first byte of the token
   * @param to one past its last byte
   */
  void token(byte[] utf8, int from, int to);
}
