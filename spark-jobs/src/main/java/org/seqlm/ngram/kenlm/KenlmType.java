package org.seqlm.ngram.kenlm;

/** How a KenLM binary holds its n-grams, by KenLM's numbers ({@code lm/model_type.hh}). */
enum KenlmType {
  /** Hash tables with linear probing. */
  PROBING(0, "probing"),
  /** A trie packed to bits. */
  TRIE(2, "trie"),
  /** The same with probabilities and back-offs from tables. */
  QUANTIZED_TRIE(3, "quantized trie"),
  /** A trie whose pointers share their high bits. */
  ARRAY_TRIE(4, "array trie"),
  /** Both. */
  QUANTIZED_ARRAY_TRIE(5, "quantized array trie");

  /** The number of hash tables that also hold rest costs, which are not read. */
  static final int REST_PROBING = 1;

  private final int number;
  private final String title;

  KenlmType(int number, String title) {
    this.number = number;
    this.title = title;
  }

  /** The type of a number, or null. */
  static KenlmType of(int number) {
    for (KenlmType type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    return null;
  }

  /** The version of its layout that is read. */
  int version() {
    return this == PROBING ? 0 : 1;
  }

  /** Whether numbers come from tables. */
  boolean quantized() {
    return this == QUANTIZED_TRIE || this == QUANTIZED_ARRAY_TRIE;
  }

  /** Whether pointers share their high bits. */
  boolean sharesPointers() {
    return this == ARRAY_TRIE || this == QUANTIZED_ARRAY_TRIE;
  }

  @Override
  public String toString() {
    return title;
  }
}
