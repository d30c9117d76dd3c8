package org.seqlm;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Which known names a mistyped one may have meant. */
public final class Suggestions {
  private Suggestions() {}

  /** The known names that are fewest changes of letters away, if these are few; else none. */
  public static List<String> nearest(String typed, Iterable<String> known) {
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

  /** The end of a message that refuses a name: what was meant, or else all that there is. */
  public static String of(String typed, List<String> known) {
    List<String> near = nearest(typed, known);
    return near.isEmpty()
        ? "there are " + String.join(", ", known)
        : "did you mean " + near.get(0) + "?";
  }
}
