package org.seqlm.ngram.kenlm;

import java.util.Arrays;
import org.seqlm.store.MappedFile;

/**
 * The words at the end of a KenLM binary, in the order of their numbers, each followed by a zero.
 * They stay in the file; what is kept of them, once one is asked for, is where each 64th begins.
 */
final class WordList {
  private static final byte[] FIRST = {'<', 'u', 'n', 'k', '>', 0};
  private static final int EACH_BITS = 6;
  private static final int CHUNK = 1 << 16;

  /** Bytes of a last word that are looked at. */
  private static final int LONGEST = 1 << 24;

  private final MappedFile file;
  private final String name;
  private final long start;
  private final int size;
  private long[] places; // of each 64th word; null until one is asked for

  /**
   * Finds the list. That its first and its last word are the right ones is checked, which tells a
   * file that is cut short without reading the others.
   *
   * @param start where the words begin
   * @param words their numbers
   * @throws org.seqlm.UserException with exit code 3 if there is no such list
   */
  WordList(MappedFile file, String name, long start, WordIds words) {
    this.file = file;
    this.name = name;
    this.start = start;
    this.size = words.size();
    // A word takes two bytes at least.
    long least = start + FIRST.length + 2L * (size - 1);
    if (file.size() < least) {
      throw KenlmHeader.cut(name, file, least);
    }
    byte[] first = new byte[FIRST.length];
    file.get(start, first, 0, first.length);
    if (!Arrays.equals(first, FIRST)) {
      throw KenlmHeader.damaged(
          name, "<unk> is due at byte " + start + ", before all other words, but is not there");
    }
    long last = file.size() - 1;
    long from = last;
    while (from > start && last - from < LONGEST && file.get(from - 1) != 0) {
      from--;
    }
    byte[] utf8 = new byte[(int) (last - from)];
    file.get(from, utf8, 0, utf8.length);
    if (file.get(last) != 0 || words.id(MurmurHash.of(utf8, 0, utf8.length)) != size - 1) {
      throw KenlmHeader.damaged(name, "it does not end with the last of its " + size + " words");
    }
  }

  /** The bytes of the word with a number. */
  byte[] utf8(int number) {
    long at = places()[number >> EACH_BITS];
    for (int skipped = number & (1 << EACH_BITS) - 1; skipped > 0; skipped--) {
      at = end(at) + 1;
    }
    byte[] utf8 = new byte[Math.toIntExact(end(at) - at)];
    file.get(at, utf8, 0, utf8.length);
    return utf8;
  }

  private long end(long from) {
    long at = from;
    while (file.get(at) != 0) {
      at++;
    }
    return at;
  }

  private synchronized long[] places() {
    if (places == null) {
      long[] found = new long[(size - 1 >> EACH_BITS) + 1];
      found[0] = start;
      byte[] chunk = new byte[CHUNK];
      long ends = 0;
      for (long at = start; at < file.size(); at += CHUNK) {
        int length = (int) Math.min(CHUNK, file.size() - at);
        file.get(at, chunk, 0, length);
        for (int i = 0; i < length; i++) {
          if (chunk[i] != 0) {
            continue;
          }
          ends++;
          if ((ends & (1 << EACH_BITS) - 1) == 0 && ends < size) {
            found[(int) (ends >> EACH_BITS)] = at + i + 1;
          }
        }
      }
      if (ends != size) {
        throw KenlmHeader.damaged(
            name, "it has " + size + " words, but " + ends + " stand at its end");
      }
      places = found;
    }
    return places;
  }
}
