package org.seqlm.ngram.count;

import java.io.Closeable;
import java.io.IOException;
import java.util.function.IntUnaryOperator;
import org.seqlm.ngram.trie.Bytes;

/**
 * The windows of a slice of counts, in the order of its keys: what {@link CountSliceWriter} was
 * given, or, for a lower order, what it would have been given. So counts can be added to others,
 * taken from them, and counted again under other ids, without their text.
 */
public final class StoredWindows implements WindowSource, Closeable {
  private final CountSlice slice;
  private final KeyLayout layout;
  private final IntUnaryOperator ids; // null where they stay
  private final long[] key;
  private final Bytes.Reader withoutContext;
  private int left; // windows without a context
  private int stored;
  private int size; // of the context at hand
  private int at;
  private boolean own; // whether they are its own followers alone
  private long count;

  /**
   * @param slice not read yet, of this order or a higher one; with what it shares with others, if
   *     the order is lower
   * @param layout of the keys
   * @param ids what those of the slice become; null where they are the same, and so in order
   */
  public StoredWindows(CountSlice slice, KeyLayout layout, IntUnaryOperator ids) {
    this.slice = slice;
    this.layout = layout;
    this.ids = ids;
    this.key = new long[layout.longs()];
    this.withoutContext = slice.withoutContext();
    this.left = withoutContext.hasMore() ? withoutContext.readInt() : 0;
  }

  @Override
  public boolean next() throws IOException {
    if (left > 0) {
      left--;
      stored += withoutContext.readInt();
      word(stored, withoutContext.readNumber());
      return true;
    }
    while (at == size) {
      if (!slice.next()) {
        return false;
      }
      context();
    }
    if (own) {
      word(slice.ownWords()[at], slice.ownCounts()[at]);
    } else if (at == 0 && slice.ends() > 0) {
      word(0, slice.ends());
    } else {
      int place = at - (slice.ends() > 0 ? 1 : 0);
      word(slice.words()[place] + 1, slice.raw()[place]);
    }
    at++;
    return true;
  }

  /** Looks at the next context. */
  private void context() {
    int length = slice.length();
    int longest = layout.order() - 1;
    at = 0;
    own = length < longest && slice.hasLonger();
    if (length > longest || slice.goesOn()) {
      size = 0;
      return;
    }
    size = own ? slice.owns() : slice.size() + (slice.ends() > 0 ? 1 : 0);
    if (size > 0) {
      layout.clearFrom(key, 0);
      for (int place = 0; place < length; place++) {
        layout.put(key, place, mapped(slice.reversed()[place + 1] + 1));
      }
    }
  }

  private void word(int storedWord, long times) {
    layout.clearFrom(key, layout.order() - 1);
    layout.put(key, layout.order() - 1, mapped(storedWord));
    count = times;
  }

  private int mapped(int storedId) {
    return ids == null || storedId == 0 ? storedId : ids.applyAsInt(storedId - 1) + 1;
  }

  @Override
  public long[] key() {
    return key;
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public void close() throws IOException {
    slice.close();
  }
}
