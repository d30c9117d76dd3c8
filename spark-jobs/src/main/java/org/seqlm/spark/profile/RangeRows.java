package org.seqlm.spark.profile;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.seqlm.profile.GroupNames;
import scala.Tuple2;

/** The rows of one range's words, with their places and groups in the whole text. */
final class RangeRows implements Iterator<Tuple2<WordKey, long[]>> {
  private final Iterator<ProfiledRange> parts;
  private final RangePlaces places;
  private int range;
  private int[] codes; // of the range's groups in the whole text
  private ProfiledRange.Words words;
  private int at;

  /**
   * @param parts of the range: its head, then its words
   */
  RangeRows(Iterator<ProfiledRange> parts, RangePlaces places) {
    this.parts = parts;
    this.places = places;
    if (parts.hasNext()) {
      ProfiledRange head = parts.next();
      range = head.index;
      codes = GroupNames.codes(places.names, head.groups);
    }
  }

  @Override
  public boolean hasNext() {
    while ((words == null || at == words.words.length) && parts.hasNext()) {
      words = parts.next().words;
      at = 0;
    }
    return words != null && at < words.words.length;
  }

  @Override
  public Tuple2<WordKey, long[]> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    long[] row = words.rows[at].clone();
    // Documents of the text are numbered from 1: what a range begins within is the last before.
    row[2] += places.documents[range];
    row[3] += places.documents[range];
    row[4] += places.tokens[range];
    WordKey key = new WordKey(words.words[at], codes[words.groups[at]], row[4]);
    at++;
    return new Tuple2<>(key, row);
  }
}
