package org.seqlm.ngram.kenlm;

import org.seqlm.store.MappedFile;

/**
 * Words in a hash table ({@code ProbingVocabulary} of {@code lm/vocab.hh}), numbered as the ARPA
 * file lists them: the version of the table, 0, and how many words there are, {@code <unk>} among
 * them, in 32 bits each; then the table of hash (64 bits) and number (32).
 */
final class ProbedWords implements WordIds {
  private static final int VERSION = 0;
  private static final int HEADER = 2 * Integer.BYTES;

  private final MappedFile file;
  private final long start;
  private final HashTable table;
  private final int size;

  ProbedWords(MappedFile file, KenlmHeader header, String name) {
    this.file = file;
    this.start = header.size();
    long unigrams = header.counts()[0];
    table =
        new HashTable(
            file,
            start + HEADER,
            Long.BYTES + Integer.BYTES,
            HashTable.buckets(unigrams, header.multiplier()));
    if (file.size() < table.end()) {
      throw KenlmHeader.cut(name, file, table.end());
    }
    int version = file.getInt(start);
    if (version != VERSION) {
      throw KenlmHeader.damaged(
          name, "its words must be of version " + VERSION + ", but are of " + version);
    }
    size = file.getInt(start + Integer.BYTES);
    // Where the ARPA file had no <unk> there is one more.
    if (size < 1 || size > unigrams + 1) {
      throw KenlmHeader.damaged(
          name, "it has " + size + " words, but its header tells of " + unigrams);
    }
  }

  @Override
  public int id(long hash) {
    long at = table.find(hash);
    if (at < 0) {
      return 0;
    }
    int id = file.getInt(at);
    if (id < 0 || id >= size) {
      throw new IndexOutOfBoundsException("word " + id + " of " + size);
    }
    return id;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public long start() {
    return start;
  }

  @Override
  public long end() {
    return table.end();
  }
}
