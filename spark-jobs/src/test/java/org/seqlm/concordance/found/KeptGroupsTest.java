package org.seqlm.concordance.found;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeptGroupsTest {
  /** Places of groups that follow each other, cut anywhere: the same however parts are added up. */
  @Test
  void partsAddUpInAnyTree() {
    Random random = new Random(18);
    for (int round = 0; round < 40; round++) {
      List<KeptGroups.Kept> groups = new ArrayList<>();
      List<Integer> places = new ArrayList<>(); // the group of each
      for (int g = 0; g < 70; g++) {
        int count = 1 + random.nextInt(6);
        groups.add(new KeptGroups.Kept("" + g, places.size(), count));
        for (int i = 0; i < count; i++) {
          places.add(g);
        }
      }
      List<KeptGroups> parts = new ArrayList<>();
      for (int from = 0; from < places.size(); ) {
        int to = Math.min(places.size(), from + random.nextInt(30));
        parts.add(part(places, from, to));
        from = to;
      }
      while (parts.size() > 1) {
        int at = random.nextInt(parts.size() - 1);
        parts.set(at, parts.get(at).plus(parts.remove(at + 1)));
      }
      assertThat(parts.get(0).groups()).isEqualTo(70);
      assertThat(parts.get(0).most())
          .isEqualTo(
              groups.stream()
                  .sorted(Comparator.comparingLong(KeptGroups.Kept::count).reversed())
                  .limit(PartFindings.MOST_GROUPS)
                  .toList());
    }
  }

  private static KeptGroups part(List<Integer> places, int from, int to) {
    GroupCounts counts = new GroupCounts(PartFindings.MOST_GROUPS);
    for (int i = from; i < to; i++) {
      counts.add(places.get(i), i);
    }
    List<KeptGroups.Kept> kept =
        counts.finish().stream()
            .map(group -> new KeptGroups.Kept("" + group.key(), group.word(), group.count()))
            .toList();
    return new KeptGroups(counts.groups(), kept);
  }
}
