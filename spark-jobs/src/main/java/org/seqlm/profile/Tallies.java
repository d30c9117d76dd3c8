package org.seqlm.profile;

import java.io.Serializable;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is counted of a text as it is read: numbers and histograms, by name. Parts add up, in any
 * order. Not thread-safe.
 */
public final class Tallies implements Serializable { // no record: Kryo cannot read those
  private static final long serialVersionUID = 1L;

  private final TreeMap<String, Long> counts = new TreeMap<>();
  private final TreeMap<String, Histogram> histograms = new TreeMap<>();

  /** Counts something. */
  public void add(String name, long times) {
    if (times != 0) {
      counts.merge(name, times, Long::sum);
    }
  }

  /** Adds another part. */
  public Tallies add(Tallies other) {
    other.counts.forEach(this::add);
    other.histograms.forEach((name, one) -> histogram(name).add(one));
    return this;
  }

  /** How often something was counted. */
  public long count(String name) {
    return counts.getOrDefault(name, 0L);
  }

  /** The counts whose names begin so, by the rest of their names. */
  public SortedMap<String, Long> counts(String prefix) {
    TreeMap<String, Long> found = new TreeMap<>();
    counts
        .tailMap(prefix)
        .forEach(
            (name, count) -> {
              if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), count);
              }
            });
    return Collections.unmodifiableSortedMap(found);
  }

  /** The histogram of a name, to be added to. */
  public Histogram histogram(String name) {
    return histograms.computeIfAbsent(name, n -> new Histogram());
  }
}
