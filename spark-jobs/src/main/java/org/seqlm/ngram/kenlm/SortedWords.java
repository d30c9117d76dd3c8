package org.seqlm.ngram.kenlm;

import org.seqlm.store.MappedFile;

/**
 * Words by rising hash, as unsigned numbers, which are also in the order of their own numbers
 * ({@code SortedVocabulary} of {@code lm/vocab.hh}): how many there are but for {@code <unk>}, then
 * the hashes, 64 bits each.
 */
final class SortedWords implements WordIds {
  private final MappedFile file;
  private final long start;
  private final long words; // without <unk>
  private final long end;

  SortedWords(MappedFile file, KenlmHeader header, String name) {
    this.file = file;
    this.start = header.size();
    long unigrams = header.counts()[0];
    end = start + Long.BYTES * (1 + unigrams);
    if (file.size() < end) {
      throw KenlmHeader.cut(name, file, end);
    }
    words = file.getLong(start);
    if (words < 0 || words >= unigrams) {
      throw KenlmHeader.damaged(
          name, "it has " + words + " words, but its header tells of " + unigrams);
    }
  }

  /**
   * Hashes are spread evenly, so each step looks where a hash would stand if they were so exactly.
   */
  @Override
  public int id(long hash) {
    long before = -1;
    long after = words;
    long key = hash >>> 1; // not negative, so that distances are numbers of Java's
    long low = 0;
    long high = Long.MAX_VALUE;
    while (after - before > 1) {
      long between = after - before - 1;
      double share = (double) (key - low) / ((double) (high - low) + 1);
      long pivot = before + 1 + Math.min(between - 1, (long) (share * between));
      long here = file.getLong(start + Long.BYTES * (1 + pivot));
      int order = Long.compareUnsigned(here, hash);
      if (order == 0) {
        return (int) pivot + 1;
      }
      if (order < 0) {
        before = pivot;
        low = here >>> 1;
      } else {
        after = pivot;
        high = here >>> 1;
      }
    }
    return 0;
  }

  @Override
  public int size() {
    return (int) words + 1;
  }

  @Override
  public long start() {
    return start;
  }

  @Override
  public long end() {
    return end;
  }
}
