package org.seqlm.text.subword;

import java.util.List;

/**
 * What was learned.
 *
 * @param special tokens, ids 0 and on
 * @param tokens the bytes of the other tokens, by id; the first 256 are single bytes
 * @param merges pairs of ids, the first merge first, each of which makes the next id // (merges, 2)
 */
public record BpeMerges(List<String> special, List<byte[]> tokens, List<int[]> merges) {
  public BpeMerges {
    special = List.copyOf(special);
    tokens = List.copyOf(tokens);
    merges = List.copyOf(merges);
  }

  /** All tokens. */
  public int size() {
    return special.size() + tokens.size();
  }

  /** A token as a tokenizer.json spells it: of bytes their letters. */
  public String spelled(int id) {
    int base = special.size();
    if (id < base) {
      return special.get(id);
    }
    byte[] bytes = tokens.get(id - base);
    return ByteLetters.letters(bytes, 0, bytes.length);
  }
}
