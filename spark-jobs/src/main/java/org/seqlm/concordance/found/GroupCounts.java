package org.seqlm.concordance.found;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * How much was found in each group of consecutive places, documents or files. It keeps the groups
 * with most, and the first and the last, which may go on in other parts of the text: so the groups
 * with most of all of the text are among those that its parts keep.
 */
final class GroupCounts {
  /**
   * A group.
   *
   * @param key that names it
   * @param word the first place in it
   * @param count of places
   */
  record Group(long key, long word, long count) {}

  private static final Comparator<Group> BY_COUNT =
      Comparator.comparingLong(Group::count)
          .thenComparing(Comparator.comparingLong(Group::word).reversed());

  private final int most;
  private final PriorityQueue<Group> inner = new PriorityQueue<>(BY_COUNT);
  private Group first;
  private long groups;
  private long key;
  private long word;
  private long count;

  GroupCounts(int most) {
    this.most = most;
  }

  /** Adds a place; places of one group come one after the other. */
  void add(long group, long place) {
    if (count == 0 || group != key) {
      end();
      key = group;
      word = place;
      count = 0;
      groups++;
    }
    count++;
  }

  private void end() {
    if (count == 0) {
      return;
    }
    Group ended = new Group(key, word, count);
    if (first == null) {
      first = ended;
      return;
    }
    inner.add(ended);
    if (inner.size() > most) {
      inner.poll();
    }
  }

  /** All groups. */
  long groups() {
    return groups;
  }

  /** Ends the last group; those that are kept, by their places. */
  List<Group> finish() {
    List<Group> kept = new ArrayList<>();
    Group last = count == 0 ? null : new Group(key, word, count);
    if (first != null) {
      kept.add(first);
    }
    kept.addAll(inner.stream().sorted(Comparator.comparingLong(Group::word)).toList());
    if (last != null) {
      kept.add(last);
    }
    return kept;
  }
}
