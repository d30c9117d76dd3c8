package org.seqlm.concordance.found;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Groups of places, in the order of the text: the first and last, and of the others those with
 * most. Groups of consecutive parts of a text add up to those of both, whatever is added first: the
 * last group of one may go on as the first of the next.
 */
final class KeptGroups implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Comparator<Kept> BY_COUNT =
      Comparator.comparingLong(Kept::count).reversed().thenComparingLong(Kept::word);

  /**
   * A group.
   *
   * @param key that names it: the number of a document, the path of a file
   * @param word the first place in it
   * @param count of places
   */
  record Kept(String key, long word, long count) {}

  private long groups;
  private String[] keys = {};
  private long[] words = {};
  private long[] counts = {};

  /** For Kryo. */
  KeptGroups() {}

  /**
   * Those of a part.
   *
   * @param groups all of them, those that are not kept, too
   */
  KeptGroups(long groups, List<Kept> kept) {
    this.groups = groups;
    keys = kept.stream().map(Kept::key).toArray(String[]::new);
    words = kept.stream().mapToLong(Kept::word).toArray();
    counts = kept.stream().mapToLong(Kept::count).toArray();
  }

  /** With those of the part behind it. */
  KeptGroups plus(KeptGroups later) {
    if (groups == 0 || later.groups == 0) {
      return groups == 0 ? later : this;
    }
    List<Kept> all = kept();
    List<Kept> others = later.kept();
    Kept last = all.get(all.size() - 1);
    boolean goesOn = last.key().equals(others.get(0).key());
    if (goesOn) {
      Kept first = others.remove(0);
      all.set(all.size() - 1, new Kept(last.key(), last.word(), last.count() + first.count()));
    }
    all.addAll(others);
    if (all.size() > PartFindings.MOST_GROUPS + 2) {
      List<Kept> inner = new ArrayList<>(all.subList(1, all.size() - 1));
      inner.sort(BY_COUNT);
      inner = new ArrayList<>(inner.subList(0, PartFindings.MOST_GROUPS));
      inner.sort(Comparator.comparingLong(Kept::word));
      inner.add(0, all.get(0));
      inner.add(all.get(all.size() - 1));
      all = inner;
    }
    return new KeptGroups(groups + later.groups - (goesOn ? 1 : 0), all);
  }

  private List<Kept> kept() {
    List<Kept> kept = new ArrayList<>();
    for (int i = 0; i < keys.length; i++) {
      kept.add(new Kept(keys[i], words[i], counts[i]));
    }
    return kept;
  }

  /** All groups. */
  long groups() {
    return groups;
  }

  /** Those with most, of equals the earlier. */
  List<Kept> most() {
    return kept().stream().sorted(BY_COUNT).limit(PartFindings.MOST_GROUPS).toList();
  }
}
