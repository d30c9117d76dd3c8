package org.seqlm.corpus;

import java.util.List;
import java.util.Locale;

/** What the driver learns of a range; or of all of them, as {@link #sum} adds them. */
public final class RangeSummary implements RangePart {
  private static final long serialVersionUID = 1L;

  /** The most tokens kept of a range's end. */
  public static final int MAX_TAIL = 64;

  long tokens;
  long lineEnds;
  long lines;
  long characters;
  long documents;
  long records;
  long split;
  String firstSplit; // where the first one of these is, or null
  long reservedSpellings;
  long types;
  long typeBytes;

  /** By {@link BadKind#index}. */
  final long[] bad = new long[BadKind.values().length];

  /** Where the first one of each kind is, or null. */
  final String[] firstBad = new String[BadKind.values().length];

  /** Sum modulo 2^128 of the records' hashes. */
  private long fingerprintHigh;

  private long fingerprintLow;

  /** Hash of what stands before the first document that begins here. */
  long firstHash;

  /** Of these words, see {@link org.seqlm.text.WordsHash#power}; 1 where words are not hashed. */
  long firstPower = 1;

  /** Hash, so far, of the document that is open at the end. */
  long tailHash;

  byte[][] tail;
  int[] tailDocuments;

  public RangeSummary() {}

  /** The counts, first bad records and fingerprints of ranges in their order; it has no tail. */
  public static RangeSummary sum(List<RangeSummary> ranges) {
    RangeSummary sum = new RangeSummary();
    for (RangeSummary range : ranges) {
      sum.tokens += range.tokens;
      sum.lineEnds += range.lineEnds;
      sum.lines += range.lines;
      sum.characters += range.characters;
      sum.documents += range.documents;
      sum.records += range.records;
      sum.split += range.split;
      sum.firstSplit = sum.firstSplit == null ? range.firstSplit : sum.firstSplit;
      sum.reservedSpellings += range.reservedSpellings;
      sum.types += range.types;
      sum.typeBytes += range.typeBytes;
      for (int kind = 0; kind < sum.bad.length; kind++) {
        sum.bad[kind] += range.bad[kind];
        if (sum.firstBad[kind] == null) {
          sum.firstBad[kind] = range.firstBad[kind];
        }
      }
      sum.addToFingerprint(range.fingerprintHigh, range.fingerprintLow);
    }
    return sum;
  }

  void addToFingerprint(long high, long low) {
    fingerprintLow += low;
    boolean carry = Long.compareUnsigned(fingerprintLow, low) < 0;
    fingerprintHigh += high + (carry ? 1 : 0);
  }

  /** Tokens, line ends included. */
  public long tokens() {
    return tokens;
  }

  /** Tokens {@code </s>} of words, line feeds of characters. */
  public long lineEnds() {
    return lineEnds;
  }

  /** Lines of the text. */
  public long lines() {
    return lines;
  }

  /** Code points of the normalised text, line feeds included. */
  public long characters() {
    return characters;
  }

  /** Documents that begin here. */
  public long documents() {
    return documents;
  }

  /** Records read, bad ones among them. */
  public long records() {
    return records;
  }

  /** Records that were cut since they, or lines of theirs, are too long. */
  public long split() {
    return split;
  }

  /** Tokens of the text that read like a reserved one. */
  public long reservedSpellings() {
    return reservedSpellings;
  }

  /** Tokens of the dictionaries of all chunks: at least the different tokens of the text. */
  public long types() {
    return types;
  }

  /** The UTF-8 bytes that these tokens have together. */
  public long typeBytes() {
    return typeBytes;
  }

  /** How many records, or files, are bad in this way. */
  public long bad(BadKind kind) {
    return bad[kind.index()];
  }

  /** The file and the place of the first one that is bad in this way; null if there is none. */
  public String firstBad(BadKind kind) {
    return firstBad[kind.index()];
  }

  /** The sum modulo 2^128 of the hashes of (path, offset, record), in 32 hexadecimal digits. */
  public String fingerprint() {
    return String.format(Locale.ROOT, "%016x%016x", fingerprintHigh, fingerprintLow);
  }

  /** Up to {@link #MAX_TAIL} last tokens in UTF-8; the empty one stands for a line end. */
  public byte[][] tail() {
    return tail;
  }

  /** Positions in {@link #tail} at which documents begin, rising. */
  public int[] tailDocuments() {
    return tailDocuments;
  }
}
