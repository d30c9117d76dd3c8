package org.seqlm.ngram.count;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.TokenRanks;
import org.seqlm.vocab.Vocabulary;

/**
 * Where the passages of a text begin and end: what a {@link Boundary} means for the tokens of a
 * vocabulary. Counting and scoring read text through the same rules.
 */
public final class Passages implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int NONE = -1;

  private final Boundary boundary;
  private final int vocabularySize;
  private final int sentenceStart;
  private final int sentenceEnd;
  private final int lineEnd;

  private Passages(
      Boundary boundary, int vocabularySize, int sentenceStart, int sentenceEnd, int lineEnd) {
    this.boundary = boundary;
    this.vocabularySize = vocabularySize;
    this.sentenceStart = sentenceStart;
    this.sentenceEnd = sentenceEnd;
    this.lineEnd = lineEnd;
  }

  /** The rules for texts over a vocabulary. */
  public static Passages of(Boundary boundary, TokenRanks vocabulary) {
    return new Passages(
        boundary,
        vocabulary.size(),
        vocabulary.sentenceStart(),
        vocabulary.sentenceEnd(),
        vocabulary.lineEnd());
  }

  public Boundary boundary() {
    return boundary;
  }

  /** The number of ids. */
  public int vocabularySize() {
    return vocabularySize;
  }

  /**
   * Whether the rules know where lines end. They do not where lines matter and the vocabulary has
   * no line feed: harmless in a text of one line, but not where it is one of the unknown tokens.
   */
  public boolean knowsLineEnds() {
    return boundary != Boundary.LINE || lineEnd != NONE;
  }

  /** The id that begins every passage, {@code <s>}, or -1 where passages have no mark. */
  public int passageStart() {
    return boundary == Boundary.LINE ? sentenceStart : NONE;
  }

  /** Whether a token of a text is a part of any passage; {@code <s>} is implied and never read. */
  public boolean reads(int id) {
    return id != sentenceStart && (id != sentenceEnd || boundary == Boundary.LINE);
  }

  /** Whether a passage ends with this token. */
  public boolean endsPassage(int id) {
    return boundary == Boundary.LINE && id == lineEnd;
  }

  /** Whether an id is the vocabulary's own: {@code <unk>}, {@code <s>} or {@code </s>}. */
  public boolean reserved(int id) {
    return id == Vocabulary.UNKNOWN || (id >= 0 && (id == sentenceStart || id == sentenceEnd));
  }

  /** Whether a passage ends where a document begins. */
  public boolean restartsAtDocuments() {
    return boundary != Boundary.STREAM;
  }

  /** How many ids can follow a context: all that {@link #reads} takes. */
  public int predictable() {
    int size = vocabularySize;
    if (sentenceStart >= 0) {
      size--;
    }
    if (sentenceEnd >= 0 && boundary != Boundary.LINE) {
      size--;
    }
    return size;
  }

  /**
   * V of a model: how many ids can follow a context in it.
   *
   * @param pruned ids that it leaves out, of those that {@link #reads} takes
   */
  public int predictable(BitSet pruned) {
    return predictable() - pruned.cardinality();
  }

  /** Whether an n-gram that begins and ends with these ids holds {@code <s>} or {@code </s>}. */
  public boolean marked(int first, int last) {
    return (first == sentenceStart && first >= 0) || (last == sentenceEnd && last >= 0);
  }

  /**
   * Reads the tokens {@code [from, to)} of a block. That the stream itself begins is not told: its
   * first passage has begun already.
   */
  public void walk(TokenBlock block, int from, int to, PassageSink sink) {
    int[] tokens = block.tokens();
    int[] starts = block.documentStarts();
    int skipped = block.before().length;
    int found = Arrays.binarySearch(starts, skipped + from);
    int next = found < 0 ? -found - 1 : found;
    for (int i = from; i < to; i++) {
      long position = block.offset() + i;
      if (next < starts.length && starts[next] - skipped == i) {
        next++;
        if (restartsAtDocuments()) {
          startPassage(sink, position);
        }
      }
      int id = tokens[i];
      if (!reads(id)) {
        continue;
      }
      sink.token(id, position);
      if (endsPassage(id)) {
        startPassage(sink, position + 1);
      }
    }
  }

  /** Reads the tokens that stand before a block. */
  public void walkBefore(TokenBlock block, PassageSink sink) {
    int[] before = block.before();
    walk(
        new TokenBlock(block.offset() - before.length, new int[0], before, block.documentStarts()),
        0,
        before.length,
        sink);
  }

  /**
   * Whether what stands before a block is enough to know the contexts of its tokens.
   *
   * @param order of the longest n-grams
   */
  public boolean reachesBack(TokenBlock block, int order) {
    if (block.before().length == block.offset()) {
      return true;
    }
    int read = 0;
    for (int id : block.before()) {
      read += reads(id) ? 1 : 0;
    }
    return read >= order - 1;
  }

  private void startPassage(PassageSink sink, long position) {
    sink.startPassage();
    if (passageStart() >= 0) {
      sink.token(passageStart(), position);
    }
  }
}
