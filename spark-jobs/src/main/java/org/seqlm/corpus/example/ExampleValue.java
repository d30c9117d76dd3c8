package org.seqlm.corpus.example;

import java.util.List;

/** What an example has in one role. */
public sealed interface ExampleValue {
  /**
   * A sequence of tokens, or of tags.
   *
   * @param tokens at least one
   * @param cut whether a tokenizer cut them from a text
   */
  record Words(List<String> tokens, boolean cut) implements ExampleValue {}

  /** A label. */
  record Name(String name) implements ExampleValue {}

  /**
   * Numbers, all of them finite.
   *
   * @param values 0 where one is missing // (items, itemShape...)
   * @param observed 1 where a value is there, 0 where it is missing; null where none may be missing
   *     // (items, itemShape...)
   * @param items at least one
   * @param itemShape of each; empty where it is one number
   */
  @SuppressWarnings("ArrayRecordComponent") // made and used within one task, and not compared
  record Numbers(float[] values, byte[] observed, int items, List<Integer> itemShape)
      implements ExampleValue {}

  /** What it is, and of which shape, in words. */
  default String form() {
    if (this instanceof Words words) {
      return words.cut() ? "a text" : "an array of strings";
    }
    if (this instanceof Numbers numbers) {
      return numbers.itemShape().isEmpty() ? "numbers" : "numbers of shape " + numbers.itemShape();
    }
    return "a label";
  }
}
