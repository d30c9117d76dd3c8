package org.seqlm.spark.quality;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.seqlm.text.Hash128;

/**
 * Of each rule some of the documents that it was the first to remove: those with the least hashes
 * of (seed, place), whatever the tasks.
 */
public final class Examples implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Characters of a document that are shown. */
  static final int SHOWN = 300;

  /**
   * A removed document.
   *
   * @param key its hash
   * @param path of its file
   * @param record its first record's place in it, from 1
   * @param value the figure that the rule found
   * @param text its beginning
   */
  public record Example(long key, String path, long record, double value, String text)
      implements Serializable, Comparable<Example> {
    private static final long serialVersionUID = 1L;

    private static final Comparator<Example> ORDER =
        Comparator.comparingLong(Example::key)
            .thenComparing(Example::path)
            .thenComparingLong(Example::record);

    @Override
    public int compareTo(Example other) {
      return ORDER.compare(this, other);
    }
  }

  private final int most;
  private final List<TreeSet<Example>> ofRules;

  Examples(int rules, int most) {
    this.most = most;
    ofRules = java.util.stream.Stream.generate(TreeSet<Example>::new).limit(rules).toList();
  }

  /** The place of a document, hashed. */
  static long key(long seed, String relative, long record) {
    byte[] name = relative.getBytes(StandardCharsets.UTF_8);
    return Hash128.mix(new Hash128().hash(name, 0, name.length, seed, 3).low() + record);
  }

  /** Whether a document of this key would be among a rule's. */
  boolean wants(int rule, long key) {
    TreeSet<Example> examples = ofRules.get(rule);
    return most > 0 && (examples.size() < most || key <= examples.last().key());
  }

  void add(int rule, Example example) {
    TreeSet<Example> examples = ofRules.get(rule);
    examples.add(example);
    if (examples.size() > most) {
      examples.pollLast();
    }
  }

  void add(Examples others) {
    for (int rule = 0; rule < ofRules.size(); rule++) {
      for (Example example : others.ofRules.get(rule)) {
        if (wants(rule, example.key())) {
          add(rule, example);
        }
      }
    }
  }

  /** A rule's. */
  public List<Example> of(int rule) {
    return List.copyOf(ofRules.get(rule));
  }
}
