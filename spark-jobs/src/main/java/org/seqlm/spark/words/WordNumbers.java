package org.seqlm.spark.words;

/**
 * Numbers of words without the words, which whoever gets them knows in their order: places in a
 * share on the way to the parts, ids from there on.
 */
public final class WordNumbers implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  private final int part;
  private final int chunk;
  private final int[] numbers;

  /**
   * @param part of the words, by hash
   * @param chunk of the part's sorted words, or of the range's, that the words are in
   */
  WordNumbers(int part, int chunk, int[] numbers) {
    this.part = part;
    this.chunk = chunk;
    this.numbers = numbers;
  }

  int part() {
    return part;
  }

  int chunk() {
    return chunk;
  }

  int[] numbers() {
    return numbers;
  }
}
