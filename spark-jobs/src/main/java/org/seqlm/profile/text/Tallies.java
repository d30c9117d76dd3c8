package org.seqlm.profile.text;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
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

  /** Those that {@link #counts} and {@link #histograms} told. */
  public static Tallies of(
      Map<String, Long> counts, Map<String, SortedMap<Long, Long>> histograms) {
    Tallies tallies = new Tallies();
    counts.forEach(tallies::add);
    histograms.forEach(
        (name, values) ->
            values.forEach((value, times) -> tallies.histogram(name).add(value, times)));
    return tallies;
  }

  /** All histograms: times by value. */
  public SortedMap<String, SortedMap<Long, Long>> histograms() {
    SortedMap<String, SortedMap<Long, Long>> all = new TreeMap<>();
    histograms.forEach(
        (name, one) -> {
          SortedMap<Long, Long> values = new TreeMap<>();
          one.forEach(values::put);
          all.put(name, values);
        });
    return all;
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
