package org.seqlm.vocab;

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

  /** The words of some ids, by rising id. */
  public static Spellings some(PackedTokens words, IdSet ids) {
    if (ids.size() != words.size()) {
      throw new IllegalArgumentException(words.size() + " words for " + ids.size() + " ids");
    }
    return new Spellings(words.arena(), words.ends(), 0, ids);
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
