package org.seqlm.gate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.Problems;
import org.seqlm.terms.MultipleTests;

/**
 * What slices of the fresh documents may lose. Each is tested by betting, on the same clip and
 * allowance as the whole, with clusters cut to the slice.
 *
 * @param by labels that make slices: {@link #LENGTH}, {@code source}, names of fields; none for no
 *     slices
 * @param mostLoss bits a character that a slice may lose in the mean; at least 0
 * @param level of error, in (0, 0.5]
 * @param leastDocuments that a slice is tested from, in as many clusters; values with fewer
 *     documents are put together, but those of lengths, and slices of fewer clusters are told
 * @param most values of a label that are a slice each; those beyond are put together
 * @param burden who has to show what
 */
public record SliceGuard(
    List<String> by, double mostLoss, double level, int leastDocuments, int most, Burden burden) {
  private static final double MOST_BITS = 100;

  /** Labels that make slices. */
  private static final int MOST_LABELS = 8;

  /** The label that every document has: how long it is. */
  public static final String LENGTH = "length";

  public SliceGuard {
    by = by == null ? List.of() : List.copyOf(by);
    Problems problems = new Problems();
    for (String label : by) {
      problems.require(
          !label.isBlank() && label.indexOf('.') < 0,
          "gate.slices.by must name length, source or fields of the records themselves, not of"
              + " objects within, but names \""
              + label
              + "\": write the value to a field of its own");
    }
    problems
        .require(
            by.size() <= MOST_LABELS && by.stream().distinct().count() == by.size(),
            "gate.slices.by must be at most " + MOST_LABELS + " different labels, but is " + by)
        .inRange("gate.slices.most", most, 1, 1000)
        .inRange("gate.slices.most-loss", mostLoss, 0, MOST_BITS)
        .require(
            level > 0 && level <= 0.5,
            "gate.slices.level must be greater than 0 and at most 0.5, but is " + level)
        .inRange("gate.slices.least-documents", leastDocuments, 2, Integer.MAX_VALUE)
        .present("gate.slices.burden", burden, "give show-harm, or show-no-harm")
        .throwIfAny();
  }

  /** What was found of a slice. */
  public enum Finding {
    TOO_SMALL,
    /** {@link Burden#SHOW_HARM}: it may be harmed, but it was not shown. */
    NO_HARM_SHOWN,
    /** It loses more than the bound: blocks. */
    HARM_SHOWN,
    /** {@link Burden#SHOW_NO_HARM}: it loses less than the bound. */
    SHOWN_UNHARMED,
    /** {@link Burden#SHOW_NO_HARM}: it may lose more than the bound: blocks. */
    NOT_SHOWN_UNHARMED
  }

  /**
   * A slice's figures.
   *
   * @param name of the label, for instance language
   * @param value of it, for instance en
   * @param values that it is of: 1, or those that are put together
   * @param documents of it
   * @param clusters that they are of
   * @param gain mean, bits a character
   * @param interval of that mean, by itself
   * @param p of the test; null where it is too small
   * @param adjusted p after Holm's correction; null likewise, and with {@link Burden#SHOW_NO_HARM}
   * @param finding what follows
   */
  public record Slice(
      String name,
      String value,
      int values,
      int documents,
      int clusters,
      double gain,
      GainInterval interval,
      Double p,
      Double adjusted,
      Finding finding) {

    /** Whether a challenger with this slice is not promoted. */
    public boolean blocks() {
      return finding == Finding.HARM_SHOWN || finding == Finding.NOT_SHOWN_UNHARMED;
    }
  }

  /**
   * Tests all slices.
   *
   * @param documents fresh ones, in their order
   * @param intervalLevel of the intervals
   * @return by name, then value
   */
  List<Slice> test(
      List<ScoredDocument> documents, Estimand estimand, Clip clip, double intervalLevel) {
    List<Slice> slices = new ArrayList<>();
    SliceGroups.of(documents, leastDocuments, most)
        .forEach(
            (name, groups) ->
                groups.forEach(
                    (value, group) ->
                        slices.add(measured(name, value, group, estimand, clip, intervalLevel))));
    return judged(slices);
  }

  private Slice measured(
      String name,
      String value,
      SliceGroups.Group group,
      Estimand estimand,
      Clip clip,
      double intervalLevel) {
    List<ScoredDocument> members = group.members();
    List<ClusterGain> clusters = ClusterGain.of(members, estimand);
    return new Slice(
        name,
        value,
        group.values().size(),
        members.size(),
        clusters.size(),
        ClusterGain.mean(clusters),
        GainInterval.of(clusters, clip, intervalLevel),
        clusters.size() < leastDocuments ? null : p(clusters, clip), // no more than documents
        null,
        Finding.TOO_SMALL);
  }

  private double p(List<ClusterGain> clusters, Clip clip) {
    boolean harm = burden == Burden.SHOW_HARM;
    // Harm: the champion's gain over the challenger is more than the bound. No harm: the
    // challenger's over the champion is more than the bound's negative.
    BettingTest test = new BettingTest(harm ? mostLoss : -mostLoss, clip, 0);
    for (ClusterGain cluster : clusters) {
      test.observe(harm ? cluster.mirrored() : cluster);
    }
    return test.pValue();
  }

  private List<Slice> judged(List<Slice> slices) {
    List<Slice> tested = slices.stream().filter(slice -> slice.p() != null).toList();
    double[] p = tested.stream().mapToDouble(Slice::p).toArray();
    double[] adjusted = MultipleTests.holmOfUnsorted(p, p.length);
    Map<Slice, Slice> judged = new LinkedHashMap<>();
    slices.forEach(slice -> judged.put(slice, slice));
    for (int i = 0; i < adjusted.length; i++) {
      Slice slice = tested.get(i);
      boolean harm = burden == Burden.SHOW_HARM;
      Finding finding =
          harm
              ? adjusted[i] <= level ? Finding.HARM_SHOWN : Finding.NO_HARM_SHOWN
              : slice.p() <= level ? Finding.SHOWN_UNHARMED : Finding.NOT_SHOWN_UNHARMED;
      judged.put(
          slice,
          new Slice(
              slice.name(),
              slice.value(),
              slice.values(),
              slice.documents(),
              slice.clusters(),
              slice.gain(),
              slice.interval(),
              slice.p(),
              harm ? adjusted[i] : null,
              finding));
    }
    return List.copyOf(judged.values());
  }
}
