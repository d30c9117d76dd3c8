package org.seqlm.concordance.found;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.seqlm.text.Hash128;

/**
 * Some of the places that were found: the first, or those whose hash is least, which is a sample
 * that depends on the seed and the text alone, in whatever order places and other samples are
 * added.
 */
public final class PlaceSample {
  /** Which places are kept where there are more. */
  public enum Pick {
    SAMPLE,
    FIRST
  }

  /**
   * A place.
   *
   * @param key by which it is chosen, the least first
   * @param word its first
   * @param length in words
   */
  public record Place(long key, long word, int length) {}

  private static final Comparator<Place> ORDER =
      Comparator.comparingLong(Place::key).thenComparingLong(Place::word);

  private final int most;
  private final Pick pick;
  private final long seed;
  private final PriorityQueue<Place> places = new PriorityQueue<>(ORDER.reversed());

  public PlaceSample(int most, Pick pick, long seed) {
    this.most = most;
    this.pick = pick;
    this.seed = seed;
  }

  /** Adds a place. */
  public void add(long word, int length) {
    long key = pick == Pick.FIRST ? word : Hash128.mix(Hash128.mix(seed) + word);
    if (places.size() == most && (most == 0 || key > places.peek().key())) {
      return;
    }
    places.add(new Place(key, word, length));
    if (places.size() > most) {
      places.poll();
    }
  }

  /** Those that are kept, in the order of the text. */
  public List<Place> places() {
    List<Place> sorted = new ArrayList<>(places);
    sorted.sort(Comparator.comparingLong(Place::word));
    return sorted;
  }
}
