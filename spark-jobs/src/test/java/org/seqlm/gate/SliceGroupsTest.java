package org.seqlm.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SliceGroupsTest {
  private static List<ScoredDocument> documents(String label, String... values) {
    List<ScoredDocument> documents = new ArrayList<>();
    for (String value : values) {
      documents.add(
          new ScoredDocument(
              Integer.toString(documents.size()),
              null,
              DocumentSet.FRESH,
              2,
              1,
              1,
              1,
              Map.of(label, value)));
    }
    return documents;
  }

  private static Map<String, Integer> sizes(Map<String, SliceGroups.Group> groups) {
    Map<String, Integer> sizes = new TreeMap<>();
    groups.forEach((name, group) -> sizes.put(name, group.members().size()));
    return sizes;
  }

  @Test
  void smallAndRareValuesStandTogether() {
    List<ScoredDocument> all =
        documents("language", "fa", "en", "de", "en", "fr", "de", "en", "fa", "it");
    Map<String, SliceGroups.Group> two = SliceGroups.of(all, 2, 20).get("language");
    assertThat(sizes(two)).isEqualTo(Map.of("en", 3, "de", 2, "fa", 2, "(other)", 2));
    assertThat(two.get("(other)").values()).containsExactlyInAnyOrder("fr", "it");
    assertThat(sizes(SliceGroups.of(all, 2, 2).get("language")))
        .isEqualTo(Map.of("en", 3, "de", 2, "(other)", 4));
    assertThat(sizes(SliceGroups.of(all, 50, 2).get("language"))).isEqualTo(Map.of("(other)", 9));
    // One has its own name.
    assertThat(sizes(SliceGroups.of(all.subList(0, 4), 2, 20).get("language")))
        .isEqualTo(Map.of("en", 2, "(other)", 2));
    assertThat(sizes(SliceGroups.of(documents("a", "x", "x", "y"), 2, 20).get("a")))
        .isEqualTo(Map.of("x", 2, "y", 1));
    assertThat(sizes(SliceGroups.of(documents("length", "long", "short"), 9, 1).get("length")))
        .isEqualTo(Map.of("long", 1, "short", 1));
  }

  /** Each document is in one slice of a label, in the order of all, and slices are few. */
  @Test
  void slicesPartTheDocuments() {
    Random random = new Random(7);
    for (int i = 0; i < 50; i++) {
      String[] values = new String[random.nextInt(200)];
      for (int k = 0; k < values.length; k++) {
        values[k] = "v" + (int) Math.abs(random.nextGaussian() * 8);
      }
      int least = 1 + random.nextInt(20);
      int most = 1 + random.nextInt(9);
      List<ScoredDocument> all = documents("x", values);
      Map<String, SliceGroups.Group> groups =
          SliceGroups.of(all, least, most).getOrDefault("x", Map.of());
      List<ScoredDocument> members = new ArrayList<>();
      groups.forEach(
          (name, group) -> {
            assertThat(group.members())
                .isSortedAccordingTo(
                    (a, b) -> Integer.compare(Integer.parseInt(a.id()), Integer.parseInt(b.id())));
            if (group.values().size() == 1 && groups.size() > 1 && group.members().size() < least) {
              assertThat(groups).doesNotContainKey("(other)");
            }
            members.addAll(group.members());
          });
      assertThat(members).containsExactlyInAnyOrderElementsOf(all);
      assertThat(groups.size()).isLessThanOrEqualTo(most + 1);
    }
  }
}
