package org.seqlm.text.subword;

import java.util.Arrays;

/** Ids in their order, with the text of those that stand for what has no id. Not thread-safe. */
public final class IdList {
  private int[] ids = new int[64];
  private int size;
  private byte[][] texts; // by place; null where the id says it; null where no id needs one

  public int size() {
    return size;
  }

  public int id(int index) {
    return ids[index];
  }

  /** The text that an unknown id stands for; null where the id is that of a token. */
  public byte[] text(int index) {
    return texts == null || index >= texts.length ? null : texts[index];
  }

  public int[] toArray() {
    return Arrays.copyOf(ids, size);
  }

  /** Makes it empty. */
  public void clear() {
    size = 0;
    texts = null;
  }

  void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, size * 2);
    }
    ids[size++] = id;
  }

  void addUnknown(int id, byte[] utf8, int from, int to) {
    add(id);
    if (texts == null) {
      texts = new byte[ids.length][];
    } else if (texts.length < size) {
      texts = Arrays.copyOf(texts, ids.length);
    }
    texts[size - 1] = Arrays.copyOfRange(utf8, from, to);
  }

  void addAll(int[] others, int from, int to) {
    int n = to - from;
    if (ids.length - size < n) {
      ids = Arrays.copyOf(ids, Math.max(size + n, size * 2));
    }
    System.arraycopy(others, from, ids, size, n);
    size += n;
  }
}
