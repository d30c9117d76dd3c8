package org.seqlm.ngram;

/** The UTF-8 of words by id: of all, of a run of ids, or of some. */
public final class Spellings {
  private final byte[] arena; // one word after the other
  private final int[] ends; // by place
  private final int first;
  private final IdSet ids; // null for a run of ids
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

  /**
   * The words of consecutive ids.
   *
   * @param arena UTF-8 of the words, one after the other
   * @param ends where each word ends in it
   * @param first id
   */
  public static Spellings run(byte[] arena, int[] ends, int first) {
    return new Spellings(arena, ends, first, null);
  }

  /**
   * The words of some ids, by rising id.
   *
   * @param arena UTF-8 of the words, one after the other
   * @param ends where each word ends in it // (ids)
   */
  public static Spellings some(byte[] arena, int[] ends, IdSet ids) {
    if (ids.size() != ends.length) {
      throw new IllegalArgumentException(ends.length + " words for " + ids.size() + " ids");
    }
    return new Spellings(arena, ends, 0, ids);
  }

  /** The first id of a run. */
  int from() {
    return first;
  }

  /** One past the last id of a run. */
  int to() {
    return first + ends.length;
  }

  byte[] arena() {
    return arena;
  }

  /** Bytes of the longest word. */
  int longest() {
    return longest;
  }

  int place(int id) {
    return ids == null ? id - first : ids.place(id);
  }

  int start(int place) {
    return place == 0 ? 0 : ends[place - 1];
  }

  int end(int place) {
    return ends[place];
  }
}
