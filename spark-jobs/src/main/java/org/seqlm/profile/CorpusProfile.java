package org.seqlm.profile;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.seqlm.profile.text.Tallies;

/**
 * What a corpus is like, as counted.
 *
 * @param records read, bad ones among them
 * @param bad records that were left out, by kind
 * @param fingerprints of the texts with their files' names, in the order in which they were added
 * @param documents of it
 * @param tokens words of it, line ends not among them
 * @param tallies what was counted and measured as it was read
 * @param groups in the order of their places, or else of their names; one where there is no column
 * @param axis where they lie
 * @param places of the groups, not a number for those without one; null where none has one
 * @param points tokens at which growth is told, rising
 * @param words what is told of the words
 */
public record CorpusProfile(
    long records,
    Map<String, Long> bad,
    List<String> fingerprints,
    long documents,
    long tokens,
    Tallies tallies,
    List<Group> groups,
    GroupNames.Axis axis,
    double[] places,
    long[] points,
    WordFindings words) {

  /**
   * Documents that have something in common.
   *
   * @param name that they have in common
   * @param documents of them
   * @param tokens of them
   */
  public record Group(String name, long documents, long tokens) implements Serializable {
    private static final long serialVersionUID = 1L;

    /** What stands for a document that has no such name. */
    public static final String NONE = "(none)";

    /** What stands for all groups that are too many. */
    public static final String OTHER = "(other)";
  }
}
