package org.seqlm.duplicates;

import org.seqlm.text.Hash128;

/** Makes the sketch of one document after another, of lines in their order. One a thread. */
public final class DocumentSketcher {
  private static final long[] NONE = {};

  private final Hash128 hash = new Hash128();
  private final MinHash minHash; // null where likeness is not asked for
  private final Bands bands;
  private final Shingles shingles;
  private long high;
  private long low;

  /** One that knows equal texts only. */
  public DocumentSketcher() {
    minHash = null;
    bands = null;
    shingles = null;
  }

  /**
   * @param seed of the functions of MinHash
   */
  public DocumentSketcher(ShingleRules rules, Bands bands, long seed) {
    this.bands = bands;
    minHash = new MinHash(bands.values(), seed);
    shingles = new Shingles(rules, Shingles.MOST, minHash::add);
  }

  /** Begins a document. */
  public void clear() {
    high = 1; // of 0 and no bytes the hash would be 0 again
    low = 2;
    if (minHash != null) {
      minHash.clear();
      shingles.clear();
    }
  }

  /** Adds a line, valid UTF-8. */
  public void line(byte[] utf8, int from, int to) {
    // A line's length is in its hash, so no two texts are joined alike.
    hash.hash(utf8, from, to, high, low);
    high = hash.high();
    low = hash.low();
    if (shingles != null) {
      shingles.add(utf8, from, to);
    }
  }

  /** Ends the document. */
  public DocumentSketch end() {
    if (shingles == null) {
      return new DocumentSketch(high, low, NONE, NONE);
    }
    long[] set = shingles.end();
    long[] keys = set.length == 0 ? NONE : bands.keys(minHash.signature());
    return new DocumentSketch(high, low, keys, set);
  }
}
