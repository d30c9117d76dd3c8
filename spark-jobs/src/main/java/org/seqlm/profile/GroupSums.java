package org.seqlm.profile;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The groups of a text that have most words, the first by name among equals, and sums of all of
 * them. Parts add up, in any order, each with groups that no other has. Not thread-safe.
 */
public final class GroupSums implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Comparator<CorpusProfile.Group> ORDER =
      Comparator.comparingLong((CorpusProfile.Group group) -> -group.tokens())
          .thenComparing(CorpusProfile.Group::name);

  private final int most;
  private ArrayList<CorpusProfile.Group> chosen = new ArrayList<>(); // up to twice as many
  private long groups;
  private long documents;
  private long tokens;

  /**
   * Sums of no group.
   *
   * @param most groups that are told apart
   */
  public GroupSums(int most) {
    this.most = most;
  }

  /** Adds a group, all of it; {@link CorpusProfile.Group#OTHER} is never told apart. */
  public GroupSums add(CorpusProfile.Group group) {
    groups++;
    documents += group.documents();
    tokens += group.tokens();
    if (!group.name().equals(CorpusProfile.Group.OTHER)) {
      chosen.add(group);
    }
    if (chosen.size() >= 2 * most) {
      choose();
    }
    return this;
  }

  /** Adds another part. */
  public GroupSums add(GroupSums other) {
    groups += other.groups;
    documents += other.documents;
    tokens += other.tokens;
    chosen.addAll(other.chosen);
    choose();
    return this;
  }

  private void choose() {
    chosen.sort(ORDER);
    if (chosen.size() > most) {
      chosen = new ArrayList<>(chosen.subList(0, most));
    }
  }

  /**
   * The groups that are told apart, those with most words first, and last, if there are others,
   * {@link CorpusProfile.Group#OTHER} with all of them.
   */
  public List<CorpusProfile.Group> told() {
    choose();
    List<CorpusProfile.Group> told = new ArrayList<>(chosen);
    if (groups > told.size()) {
      told.add(
          new CorpusProfile.Group(
              CorpusProfile.Group.OTHER,
              documents - told.stream().mapToLong(CorpusProfile.Group::documents).sum(),
              tokens - told.stream().mapToLong(CorpusProfile.Group::tokens).sum()));
    }
    return told;
  }
}
