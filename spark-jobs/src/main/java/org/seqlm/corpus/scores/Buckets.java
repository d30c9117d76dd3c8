package org.seqlm.corpus.scores;

import java.io.Serializable;
import java.util.List;
import org.seqlm.Problems;

/**
 * Buckets of perplexity, the likeliest first, as CCNet has head, middle and tail (Wenzek et al.
 * 2020, section 3.3).
 *
 * @param names of the buckets; empty where there are none
 * @param bounds a bucket has what is below its bound and not in one before it, the last has the
 *     rest // (buckets - 1), not falling
 */
public record Buckets(List<String> names, List<Double> bounds) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** No buckets. */
  public static final Buckets NONE = new Buckets(List.of(), List.of());

  public Buckets {
    names = List.copyOf(names);
    bounds = List.copyOf(bounds);
    checkNames(names);
    Problems problems =
        new Problems()
            .require(
                bounds.size() == Math.max(0, names.size() - 1),
                "cutoffs must be "
                    + Math.max(0, names.size() - 1)
                    + ", one fewer than the buckets "
                    + String.join(",", names)
                    + ", but are "
                    + bounds.size());
    for (int i = 0; i < bounds.size(); i++) {
      problems.require(
          Double.isFinite(bounds.get(i)) && bounds.get(i) >= (i == 0 ? 0 : bounds.get(i - 1)),
          "cutoffs must be perplexities that rise, but are " + bounds);
    }
    problems.throwIfAny();
  }

  /**
   * Checks names of buckets, which are names of folders, too.
   *
   * @throws org.seqlm.UserException with exit code 2 if they are none
   */
  public static void checkNames(List<String> names) {
    new Problems()
        .require(
            names.size() != 1 && names.stream().distinct().count() == names.size(),
            "buckets must be two names or more, each once, but are " + names)
        .require(
            names.stream().allMatch(name -> name.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,63}")),
            "buckets must be names of letters, digits, - and _, but are " + names)
        .throwIfAny();
  }

  /** How many there are. */
  public int size() {
    return names.size();
  }

  /** The bucket that has a perplexity; what has none, for it has no tokens, is in the last. */
  public int of(double perplexity) {
    int bucket = 0;
    while (bucket < bounds.size() && !(perplexity < bounds.get(bucket))) {
      bucket++;
    }
    return bucket;
  }
}
