package org.seqlm.spark.words;

/** Numbers for words that are known where these go, by their order. */
public final class WordNumbers implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  private final int part;
  private final int piece;
  private final int[] numbers;

  /**
   * @param part of the words, by hash
   * @param piece of the part, or chunk of a range, that they are in
   */
  WordNumbers(int part, int piece, int[] numbers) {
    this.part = part;
    this.piece = piece;
    this.numbers = numbers;
  }

  int part() {
    return part;
  }

  int piece() {
    return piece;
  }

  int[] numbers() {
    return numbers;
  }
}
