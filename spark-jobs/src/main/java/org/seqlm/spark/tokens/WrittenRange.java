package org.seqlm.spark.tokens;

/** What writing one range of a dataset gave. */
public final class WrittenRange {
  /** By split and {@link #TOKENS} to {@link #APPENDED}. */
  long[][] counts = new long[3][7];

  /** By split: the files' names, in order. */
  String[][] paths = new String[3][];

  /** By split: SHA-256 of each file. */
  String[][] hashes = new String[3][];

  /** By split: bytes of each file. */
  long[][] bytes = new long[3][];

  /** By split: tokens of each file. */
  int[][] lengths = new int[3][];

  /** Name and SHA-256 of the file with the labels of the test split's documents; null for none. */
  String[] labels;

  /** Bytes of that file. */
  long labelBytes;

  static final int TOKENS = 0;
  static final int UNKNOWN = 1;
  static final int UNKNOWN_BYTES = 2;
  static final int CHARACTERS = 3;
  static final int LINES = 4;
  static final int DOCUMENTS = 5;

  /** Tokens that the vocabulary which is extended does not know. */
  static final int APPENDED = 6;
}
