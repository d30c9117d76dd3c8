package org.seqlm.ngram.count;

import java.io.IOException;
import java.io.InputStream;
import org.seqlm.ngram.trie.Bytes;

/**
 * Sorted windows with their counts as bytes. A window is written as what it does not share with the
 * one before: a byte whose low half is the number of leading places it shares and whose high half
 * is the count, or 0 where the count follows; the places from there to the end of the context, a 0
 * last where the context is short of N-1 tokens; then the word, or, after the same context, by how
 * much its id is larger. All numbers are LEB128, ids plus one.
 */
public final class SortedWindows {
  private static final int SMALL_COUNT = 15;

  private SortedWindows() {}

  /** Appends windows in rising order. */
  public static final class Writer {
    private final KeyLayout layout;
    private final int word; // the last place
    private final int[] places; // of the window before // (N)
    private final long[] key;
    private final Bytes out;

    /**
     * Writes windows of a layout.
     *
     * @param out takes the bytes
     */
    public Writer(KeyLayout layout, Bytes out) {
      this.layout = layout;
      this.word = layout.order() - 1;
      this.places = new int[layout.order()];
      this.key = new long[layout.longs()];
      this.out = out;
    }

    /** The next window is not written as a difference. */
    void restart() {
      java.util.Arrays.fill(places, 0);
    }

    void add(long[][] keys, int at, long count) {
      for (int k = 0; k < key.length; k++) {
        key[k] = keys[k][at];
      }
      add(key, count);
    }

    /**
     * Writes a window, which is not below the one before.
     *
     * @param count at least 1
     */
    public void add(long[] window, long count) {
      int shared = 0;
      while (shared < word && layout.stored(window, shared) == places[shared]) {
        if (places[shared] == 0) {
          shared = word;
          break;
        }
        shared++;
      }
      out.ensure(10 * (layout.order() + 2));
      out.writeByte(shared | (count <= SMALL_COUNT ? (int) count << 4 : 0));
      if (count > SMALL_COUNT) {
        out.writeNumber(count);
      }
      int last = layout.stored(window, word);
      if (shared == word) {
        out.writeNumber(last - places[word]);
      } else {
        for (int i = shared; i < word; i++) {
          places[i] = layout.stored(window, i);
          out.writeNumber(places[i]);
          if (places[i] == 0) {
            break;
          }
        }
        out.writeNumber(last);
      }
      places[word] = last;
    }
  }

  /** Reads windows back, one at a time, from bytes or from a stream of them. */
  public static final class Reader implements WindowSource {
    private final KeyLayout layout;
    private final int word;
    private final long[] key;
    private final InputStream more; // null where all bytes are here
    private byte[] bytes;
    private int at;
    private int end;
    private long count;
    private int last;

    /** Reads all that some bytes hold. */
    public Reader(KeyLayout layout, byte[] bytes) {
      this(layout, bytes, bytes.length, null);
    }

    /**
     * Reads a stream through a buffer.
     *
     * @param buffer bytes, enough for two windows
     */
    public Reader(KeyLayout layout, InputStream in, int buffer) {
      this(layout, new byte[buffer], 0, in);
    }

    private Reader(KeyLayout layout, byte[] bytes, int end, InputStream more) {
      this.layout = layout;
      this.word = layout.order() - 1;
      this.key = new long[layout.longs()];
      this.bytes = bytes;
      this.end = end;
      this.more = more;
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
    public boolean next() throws IOException {
      if (end - at < 10 * (layout.order() + 2) && more != null) {
        refill();
      }
      if (at == end) {
        bytes = null; // what is read to its end needs no memory
        at = 0;
        end = 0;
        return false;
      }
      int head = bytes[at++];
      int shared = head & 15;
      count = head >>> 4 & 15;
      if (count == 0) {
        count = number();
      }
      if (shared == word) {
        layout.clearFrom(key, word);
        last += (int) number();
      } else {
        layout.clearFrom(key, shared);
        for (int i = shared; i < word; i++) {
          int stored = (int) number();
          if (stored == 0) {
            break;
          }
          layout.put(key, i, stored);
        }
        last = (int) number();
      }
      layout.put(key, word, last);
      return true;
    }

    private void refill() throws IOException {
      if (bytes == null) {
        return;
      }
      System.arraycopy(bytes, at, bytes, 0, end - at);
      end -= at;
      at = 0;
      while (end < bytes.length) {
        int read = more.read(bytes, end, bytes.length - end);
        if (read < 0) {
          return;
        }
        end += read;
      }
    }

    /**
     * {@link Bytes.Reader#readNumber} once more: through an object of its own, reading windows took
     * 5 to 10 % longer.
     */
    private long number() {
      byte b = bytes[at++];
      if (b >= 0) {
        return b;
      }
      long value = b & 0x7f;
      for (int shift = 7; ; shift += 7) {
        b = bytes[at++];
        value |= (long) (b & 0x7f) << shift;
        if (b >= 0) {
          return value;
        }
      }
    }
  }
}
