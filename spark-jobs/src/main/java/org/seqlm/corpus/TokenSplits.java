package org.seqlm.corpus;

import java.io.Serializable;
import java.util.List;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.text.WordsHash;

/** Which split each token of a range belongs to. Made on the driver, asked in the tasks. */
public final class TokenSplits implements Serializable {
  private static final long serialVersionUID = 1L;

  private final SplitRules rules;
  private final long seed;
  private final long[] offsets; // of each range in the stream, and at last the stream's length
  private final long[] cuts;
  private final long[] openHashes; // hash of the document that is open where each range begins
  private final long[] tails; // hash of the document that is open where each range ends

  private TokenSplits(
      SplitRules rules, long seed, long[] offsets, long[] cuts, long[] openHashes, long[] tails) {
    this.rules = rules;
    this.seed = seed;
    this.offsets = offsets;
    this.cuts = cuts;
    this.openHashes = openHashes;
    this.tails = tails;
  }

  /**
   * Everything is train.
   *
   * @param offsets of each range in the stream, and at last the stream's length
   */
  public static TokenSplits all(long[] offsets) {
    long n = offsets[offsets.length - 1];
    SplitRules rules = new SplitRules(SplitMethod.CONTIGUOUS, 1, 0, 0);
    return new TokenSplits(rules, 0, offsets, new long[] {n, n}, new long[0], new long[0]);
  }

  /**
   * Cuts a stream into splits.
   *
   * @param seed of hashed splits; those by words have a salt
   * @param unit what is one document
   * @param summaries of all ranges in their order
   * @param offsets of each range in the stream, and at last the stream's length
   */
  public static TokenSplits of(
      SplitRules rules,
      long seed,
      DocumentUnit unit,
      List<RangeSummary> summaries,
      long[] offsets) {
    int n = summaries.size();
    long[] openHashes = new long[n];
    long[] tails = new long[n];
    for (int i = 0; i < n; i++) {
      openHashes[i] = summaries.get(i).firstHash;
      tails[i] = summaries.get(i).tailHash;
    }
    boolean words = rules.method() == SplitMethod.HASHED_WORDS;
    if (words || unit == DocumentUnit.BLANK_LINE) {
      // A document's hash is made of its lines' and it may go on through several ranges: where
      // words are hashed any unit's, as what ends at a range's end goes on with nothing.
      long open = 0;
      int opened = -1; // the range whose tail the open document is, or -1 before the first
      for (int i = 0; i <= n; i++) {
        boolean closes = i == n || summaries.get(i).documents > 0;
        if (i < n) {
          RangeSummary range = summaries.get(i);
          open =
              words
                  ? WordsHash.join(open, range.firstHash, range.firstPower)
                  : open + range.firstHash;
        }
        if (closes) {
          if (opened >= 0) {
            tails[opened] = open;
          }
          for (int k = opened + 1; k <= i && k < n; k++) {
            openHashes[k] = open;
            if (k < i) {
              tails[k] = open;
            }
          }
          opened = i;
          open = i < n ? summaries.get(i).tailHash : 0;
        }
      }
    }
    return new TokenSplits(
        rules, words ? rules.saltSeed() : seed, offsets, rules.cuts(offsets[n]), openHashes, tails);
  }

  private boolean contiguous() {
    return rules.method() == SplitMethod.CONTIGUOUS;
  }

  /** The split that holds the whole range, or null if it has several or that is not known yet. */
  public Split whole(int range) {
    if (!contiguous()) {
      return null;
    }
    Split first = at(offsets[range]);
    return offsets[range + 1] <= end(first) ? first : null;
  }

  private Split at(long position) {
    return position < cuts[0] ? Split.TRAIN : position < cuts[1] ? Split.VALID : Split.TEST;
  }

  private long end(Split split) {
    return switch (split) {
      case TRAIN -> cuts[0];
      case VALID -> cuts[1];
      case TEST -> offsets[offsets.length - 1];
    };
  }

  /**
   * A reading of one range.
   *
   * @param documents of the range; used by hashed splits only
   */
  public Cursor cursor(int range, RangeDocuments documents) {
    return new Cursor(range, documents);
  }

  /** Tells the split of each position of a range; positions are asked for in rising order. */
  public final class Cursor {
    private final int range;
    private final RangeDocuments documents;
    private int document = -1;
    private long end; // of the tokens of this split, in the range
    private Split split;

    private Cursor(int range, RangeDocuments documents) {
      this.range = range;
      this.documents = documents;
    }

    /** The split of a position in the range. */
    public Split at(long position) {
      while (position >= end || split == null) {
        advance(position);
      }
      return split;
    }

    private void advance(long position) {
      if (contiguous()) {
        split = TokenSplits.this.at(offsets[range] + position);
        end = TokenSplits.this.end(split) - offsets[range];
        return;
      }
      int count = documents.starts.length;
      while (document + 1 < count && documents.starts[document + 1] <= position) {
        document++;
      }
      end = document + 1 < count ? documents.starts[document + 1] : Long.MAX_VALUE;
      long hash =
          document < 0
              ? openHashes[range]
              : document == count - 1 ? tails[range] : documents.hashes[document];
      split = rules.split(hash, seed);
    }
  }
}
