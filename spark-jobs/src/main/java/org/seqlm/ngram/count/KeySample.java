package org.seqlm.ngram.count;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.seqlm.vocab.TokenBlock;

/**
 * Some keys of a stream's windows: the stream is cut into stretches of one length, and of each the
 * window that ends in one token, drawn by the stretch's number, is taken, if that token ends one.
 * So a sample is the same however the stream is dealt out.
 */
public final class KeySample {
  private final KeyLayout layout;
  private final Passages passages;
  private final long stretch;
  private final List<long[]> keys = new ArrayList<>();
  private final Reading reading;

  /**
   * @param tokens of the whole stream
   * @param wanted keys of the whole stream, more or less
   */
  public KeySample(KeyLayout layout, Passages passages, long tokens, long wanted) {
    this.layout = layout;
    this.passages = passages;
    this.reading = new Reading();
    this.stretch = Math.max(1, tokens / Math.max(1, wanted));
  }

  /** Takes the keys of a block's windows. */
  public void read(TokenBlock block) {
    long end = block.offset() + block.tokens().length;
    for (long number = block.offset() / stretch; number * stretch < end; number++) {
      long drawn = number * stretch + new SplittableRandom(number).nextLong(stretch);
      if (drawn >= block.offset() && drawn < end) {
        take(block, (int) (drawn - block.offset()));
      }
    }
  }

  private void take(TokenBlock block, int at) {
    for (long back = 4L * layout.order(); !take(block, at, back); back *= 4) {}
  }

  /**
   * Takes the key of the window that ends in a token.
   *
   * @return whether so many tokens before it are enough to know its context
   */
  private boolean take(TokenBlock block, int at, long back) {
    int from = (int) Math.max(0, at - back);
    reading.begin(block.offset() + at);
    if (from == 0) {
      if (block.before().length == block.offset() && passages.passageStart() >= 0) {
        reading.token(passages.passageStart(), -1);
      }
      passages.walkBefore(block, reading);
    }
    passages.walk(block, from, at + 1, reading);
    if (from > 0 && !reading.knowsContext()) {
      return false;
    }
    if (reading.found) {
      keys.add(reading.key.clone());
    }
    return true;
  }

  /** The keys so far. */
  public long[][] keys() {
    return keys.toArray(new long[0][]);
  }

  /** Reads up to a token. */
  private final class Reading implements PassageSink {
    private final long[] key = new long[layout.longs()];
    private long sought;
    private int read; // tokens since the beginning
    private boolean begun; // a passage began since then
    private boolean found;

    private void begin(long position) {
      Arrays.fill(key, 0);
      sought = position;
      read = 0;
      begun = false;
      found = false;
    }

    /** Whether what was read before the token was enough. */
    private boolean knowsContext() {
      return begun || read >= layout.order();
    }

    @Override
    public void startPassage() {
      if (!found) { // else the token that was sought ends its passage
        Arrays.fill(key, 0);
        begun = true;
      }
    }

    @Override
    public void token(int id, long position) {
      read++;
      if (position == sought && id != passages.passageStart()) {
        layout.put(key, layout.order() - 1, id + 1);
        found = true;
      } else if (!found) {
        layout.advance(key, id + 1);
      }
    }
  }
}
