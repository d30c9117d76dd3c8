package org.seqlm.job.corpus.profile;

import java.util.ArrayList;
import java.util.List;
import org.seqlm.profile.CorpusProfile;
import org.seqlm.profile.GroupNames;

/**
 * The groups of a profile as they are shown: a name that few documents have may be a person's, so
 * those are one with the others. Dates and numbers, where all groups are such, stay as they are.
 *
 * @param groups in the order of the profile's
 * @param folded groups that are not named
 */
record ToldGroups(List<Told> groups, long folded) {
  /**
   * A group.
   *
   * @param group its name, documents and words
   * @param types different words; null where they are not known, of several groups
   * @param fresh words that stand in it before they stand in any other
   */
  record Told(CorpusProfile.Group group, Long types, long fresh) {}

  /**
   * Of a profile.
   *
   * @param minDocuments of a group that is named
   */
  static ToldGroups of(CorpusProfile profile, long minDocuments) {
    long[] types = profile.words().groupTypes();
    long[] fresh = profile.words().groupNew();
    List<Told> told = new ArrayList<>();
    List<Told> others = new ArrayList<>();
    long folded = 0;
    for (int g = 0; g < types.length; g++) {
      CorpusProfile.Group group = profile.groups().get(g);
      boolean other = group.name().equals(CorpusProfile.Group.OTHER);
      boolean few =
          !other
              && profile.axis() == GroupNames.Axis.NONE
              && group.documents() < minDocuments
              && !group.name().equals(CorpusProfile.Group.NONE);
      folded += few ? 1 : 0;
      (few || other ? others : told).add(new Told(group, types[g], fresh[g]));
    }
    if (!others.isEmpty()) {
      told.add(
          new Told(
              new CorpusProfile.Group(
                  CorpusProfile.Group.OTHER,
                  others.stream().mapToLong(one -> one.group().documents()).sum(),
                  others.stream().mapToLong(one -> one.group().tokens()).sum()),
              others.size() == 1 ? others.get(0).types() : null,
              others.stream().mapToLong(Told::fresh).sum()));
    }
    return new ToldGroups(List.copyOf(told), folded);
  }
}
