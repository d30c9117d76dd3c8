package org.seqlm.vocab;

import java.util.ArrayList;
import java.util.List;

/** Words of a range of ids, which come in pieces and in any order, in the order of their ids. */
public final class OrderedWords {
  private final int from;
  private final int[] lists; // of each word
  private final int[] places; // in its list
  private final long[] reservedCounts;
  private final List<PackedTokens> all = new ArrayList<>();

  /** Is given the words. */
  @FunctionalInterface
  public interface Sink {
    /** Takes the next word, which stands in {@code [from, to)}. */
    void word(int id, byte[] utf8, int from, int to, long count);
  }

  /**
   * Nothing yet.
   *
   * @param reserved how many ids are reserved; of their words only the counts are kept
   * @param from the first id of the range, at least {@code reserved}
   * @param to the first id behind it
   */
  public OrderedWords(int reserved, int from, int to) {
    this.from = from;
    this.lists = new int[to - from];
    this.places = new int[to - from];
    this.reservedCounts = new long[reserved];
  }

  /** Takes words of the range, or reserved ones. */
  public void add(NumberedWords words) {
    for (int i = 0; i < words.size(); i++) {
      int id = words.ids()[i];
      if (id < reservedCounts.length) {
        reservedCounts[id] = words.tokens().counts()[i];
      } else {
        lists[id - from] = all.size();
        places[id - from] = i;
      }
    }
    all.add(words.tokens());
  }

  /** The count of a reserved word; 0 where it did not come, or there is none of this id. */
  public long reservedCount(int id) {
    return id < reservedCounts.length ? reservedCounts[id] : 0;
  }

  /** Gives every word of the range, of which all must have come. */
  public void read(Sink sink) {
    for (int i = 0; i < lists.length; i++) {
      PackedTokens list = all.get(lists[i]);
      int place = places[i];
      sink.word(from + i, list.arena(), list.start(place), list.end(place), list.counts()[place]);
    }
  }
}
