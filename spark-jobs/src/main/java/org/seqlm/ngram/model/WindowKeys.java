package org.seqlm.ngram.model;

import java.util.Arrays;
import org.seqlm.ngram.count.KeyLayout;

/** Keys of the windows that a reading of a model comes to, in the ids of the model's counts. */
final class WindowKeys {
  private final KeyLayout layout;
  private final int[] ids; // of the counts, by the model's; null where they are the same
  private final long[] window;

  WindowKeys(KeyLayout layout, int[] ids) {
    this.layout = layout;
    this.ids = ids;
    this.window = empty();
  }

  long[] empty() {
    return new long[layout.longs()];
  }

  /** Writes the key of a context, the nearest token first, with the word's place empty. */
  void context(int[] history, int length, long[] key) {
    Arrays.fill(key, 0);
    for (int place = 0; place < length; place++) {
      layout.put(key, place, stored(history[place]));
    }
  }

  /** The key of a word after a context, overwritten by the next call. */
  long[] window(long[] context, int word) {
    System.arraycopy(context, 0, window, 0, window.length);
    layout.put(window, layout.order() - 1, stored(word));
    return window;
  }

  private int stored(int id) {
    return (ids == null ? id : ids[id]) + 1;
  }
}
