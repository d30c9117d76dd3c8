package org.seqlm.text;

import java.io.IOException;

/** Makes another line of a line, before a model's rules cut it. One instance a thread. */
@FunctionalInterface
public interface LineStage {
  /**
   * The line that stands for this one.
   *
   * @param utf8 holds the line as valid UTF-8, without its line feed
   * @param from its first byte
   * @param to one past its last byte
   * @return the other line in UTF-8, of any length; not kept by the stage
   */
  byte[] apply(byte[] utf8, int from, int to) throws IOException;
}
