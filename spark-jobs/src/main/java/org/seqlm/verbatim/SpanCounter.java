package org.seqlm.verbatim;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.vocab.TokenBlock;

/**
 * Counts the spans of an index in blocks of a text. A span lies within a document, and belongs to
 * the block that holds its last token; so each is counted once, however the text is cut.
 *
 * <p>What is found of a span is a row: how often, up to {@link SpanRules#CAP}, and, while it is
 * less often, the documents that hold it, each by the position of its first token. The document
 * that a block begins within it does not know: it is the block's own position, negative and less
 * one, until {@link #documents} tells.
 */
public final class SpanCounter {
  private final SpanIndex index;
  private final Map<Integer, long[]> found = new TreeMap<>();
  private final Map<Long, Long> lastStarts = new TreeMap<>();

  public SpanCounter(SpanIndex index) {
    this.index = index;
  }

  /**
   * Reads a block.
   *
   * @param block with at least the {@code length - 1} tokens that stand before it, where there are
   *     so many
   */
  public void read(TokenBlock block) {
    int length = index.length();
    int before = block.before().length;
    int[] tokens = new int[before + block.tokens().length];
    System.arraycopy(block.before(), 0, tokens, 0, before);
    System.arraycopy(block.tokens(), 0, tokens, before, block.tokens().length);
    int[] starts = block.documentStarts();
    long document = -block.offset() - 1;
    int next = 0;
    long hash = 0;
    int run = 0;
    for (int i = 0; i < tokens.length; i++) {
      if (next < starts.length && starts[next] == i) {
        next++;
        run = 0;
        hash = 0;
        document = block.offset() - before + i;
      }
      hash =
          run < length
              ? index.next(hash, tokens[i])
              : index.next(hash, tokens[i - length], tokens[i]);
      run++;
      if (run >= length && i >= before) {
        int span = index.find(hash, tokens, i - length + 1);
        if (span >= 0) {
          found.merge(span, new long[] {1, document}, SpanCounter::plus);
        }
      }
    }
    if (starts.length > 0) {
      lastStarts.put(block.offset(), block.offset() - before + starts[starts.length - 1]);
    }
  }

  /** What was found, by span. Not a copy. */
  public Map<Integer, long[]> found() {
    return found;
  }

  /**
   * Where the last document begins that does so in a block or in what it named before it, by the
   * block's position; nothing of blocks in which none does. Not a copy.
   */
  public Map<Long, Long> lastStarts() {
    return lastStarts;
  }

  /** Both rows of a span together; in any order, the same in the end. */
  public static long[] plus(long[] one, long[] other) {
    long count = Math.min(SpanRules.CAP, one[0] + other[0]);
    if (count == SpanRules.CAP) {
      return new long[] {count};
    }
    // Within a block documents come in their order: most often the new one is known.
    if (other.length == 2 && other[1] == one[one.length - 1]) {
      one[0] = count;
      return one;
    }
    long[] sum = Arrays.copyOf(one, one.length + other.length - 1);
    sum[0] = count;
    System.arraycopy(other, 1, sum, one.length, other.length - 1);
    return sum;
  }

  /**
   * In how many documents a span stands; 0 if it is so frequent that nobody looked.
   *
   * @param lastStarts of all blocks of the text
   */
  public static long documents(long[] row, TreeMap<Long, Long> lastStarts) {
    return Arrays.stream(row, 1, row.length)
        .map(
            document -> {
              if (document >= 0) {
                return document;
              }
              // A text that begins without a document has one that begins with it.
              Map.Entry<Long, Long> open = lastStarts.lowerEntry(-document - 1);
              return open == null ? 0 : open.getValue();
            })
        .distinct()
        .count();
  }
}
