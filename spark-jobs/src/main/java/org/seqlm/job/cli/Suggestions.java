package org.seqlm.job.cli;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Which known names a mistyped one may have meant. */
final class Suggestions {
  private Suggestions() {}

  static List<String> nearest(String typed, Iterable<String> known) {
    List<String> near = new ArrayList<>();
    int best = Math.max(2, typed.length() / 3);
    for (String name : known) {
      int distance = LevenshteinDistance.getDefaultInstance().apply(typed, name);
      if (distance <= best) {
        if (distance < best) {
          near.clear();
        }
        best = distance;
        near.add(name);
      }
    }
    return near;
  }
}
