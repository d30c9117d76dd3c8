package org.seqlm.ngram.count;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.seqlm.text.Hash128;
import org.seqlm.vocab.TokenBlock;

/**
 * Some keys of a text's windows, each once: those whose hash is below a bound. So a sample depends
 * neither on how the text is dealt out nor on the order of its parts, and a window that is
 * frequent, and sent to its slice a few times at most, counts no more than others.
 */
public final class KeySample implements PassageSink {
  private final KeyLayout layout;
  private final Passages passages;
  private final long bound; // of hashes without their sign bit
  private final long[] key; // the context of the next token, the word's place empty
  private final Set<Long> seen = new HashSet<>(); // hashes
  private final List<long[]> keys = new ArrayList<>();
  private long end = -1; // of the blocks so far
  private boolean quiet; // while the tokens before a block are read again

  /**
   * @param tokens of the whole text
   * @param wanted keys of the whole text if all of its windows were different
   */
  public KeySample(KeyLayout layout, Passages passages, long tokens, long wanted) {
    this.layout = layout;
    this.passages = passages;
    double part = (double) wanted / Math.max(1, tokens);
    this.bound = part >= 1 ? Long.MAX_VALUE : (long) (part * Long.MAX_VALUE);
    this.key = new long[layout.longs()];
  }

  /** Looks at a block's windows. */
  public void read(TokenBlock block) {
    if (block.offset() != end) {
      Arrays.fill(key, 0);
      quiet = true;
      if (block.before().length == block.offset() && passages.passageStart() >= 0) {
        token(passages.passageStart(), 0);
      }
      passages.walkBefore(block, this);
      quiet = false;
    }
    int length = block.tokens().length;
    passages.walk(block, 0, length, this);
    end = block.offset() + length;
  }

  /** The keys so far. */
  public long[][] keys() {
    return keys.toArray(new long[0][]);
  }

  @Override
  public void startPassage() {
    Arrays.fill(key, 0);
  }

  @Override
  public void token(int id, long position) {
    if (!quiet && id != passages.passageStart()) {
      take(id + 1);
    }
    layout.advance(key, id + 1);
  }

  private void take(int stored) {
    long hash = stored;
    for (long part : key) {
      hash = Hash128.mix(hash * 31 + part);
    }
    if (hash >>> 1 < bound && seen.add(hash)) {
      long[] whole = key.clone();
      layout.put(whole, layout.order() - 1, stored);
      keys.add(whole);
    }
  }
}
