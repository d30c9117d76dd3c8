package org.seqlm.vocab;

import java.util.Arrays;

/** The UTF-8 of words by id: of all, of consecutive ids, or of some. */
public final class Spellings {
  private final byte[] arena; // one word after the other
  private final int[] ends; // by place
  private final int first;
  private final IdSet ids; // null for consecutive ids
  private final int longest;

  private Spellings(byte[] arena, int[] ends, int first, IdSet ids) {
    this.arena = arena;
    this.ends = ends;
    this.first = first;
    this.ids = ids;
    int most = 0;
    for (int i = 0; i < ends.length; i++) {
      most = Math.max(most, ends[i] - (i == 0 ? 0 : ends[i - 1]));
    }
    this.longest = most;
  }

  /** The words of consecutive ids from {@code first} on. */
  public static Spellings consecutive(PackedTokens words, int first) {
    return new Spellings(words.arena(), words.ends(), first, null);
  }

  /**
   * Collects the words of some ids, by rising id, in little more memory than they take: a slice may
   * have millions.
   */
  public static final class Builder {
    private final IdSet ids;
    private final int[] ends;
    private byte[] arena = new byte[64];
    private int size;

    /**
     * @param ids all of them; no more are added to the set
     */
    public Builder(IdSet ids) {
      this.ids = ids;
      this.ends = new int[ids.size()];
    }

    /** Adds the next word, which stands in {@code [from, to)}. */
    public void add(byte[] utf8, int from, int to) {
      int start = size == 0 ? 0 : ends[size - 1];
      int end = Math.addExact(start, to - from);
      if (arena.length < end) {
        long wanted = Math.max(end, arena.length + (arena.length >> 1));
        arena = Arrays.copyOf(arena, (int) Math.min(wanted, Integer.MAX_VALUE - 64));
      }
      System.arraycopy(utf8, from, arena, start, to - from);
      ends[size++] = end;
    }

    /** The words. */
    public Spellings build() {
      if (size != ends.length) {
        throw new IllegalStateException(size + " words for " + ends.length + " ids");
      }
      return new Spellings(arena, ends, 0, ids);
    }
  }

  /** The same ids with other words. */
  public Spellings with(PackedTokens words) {
    return new Spellings(words.arena(), words.ends(), first, ids);
  }

  /** The number of words. */
  public int size() {
    return ends.length;
  }

  public byte[] arena() {
    return arena;
  }

  /** Bytes of the longest word. */
  public int longest() {
    return longest;
  }

  public int place(int id) {
    return ids == null ? id - first : ids.place(id);
  }

  public int start(int place) {
    return place == 0 ? 0 : ends[place - 1];
  }

  public int end(int place) {
    return ends[place];
  }
}
