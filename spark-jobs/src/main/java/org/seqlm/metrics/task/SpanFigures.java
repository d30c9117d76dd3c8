package org.seqlm.metrics.task;

import java.util.List;
import org.seqlm.metrics.Metric;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Predictor;

/**
 * {@code span-f1}: F1 of spans, all types together; a span is right if its type and both its ends
 * are. Spans are read of tags as conlleval does (Tjong Kim Sang and Buchholz 2000): one begins at
 * {@code B-TYPE}, and at {@code I-TYPE} where no span of this type goes on, so the tags of Ramshaw
 * and Marcus (1995), which begin with B only behind a span of the same type, and those whose spans
 * all begin with B have the same spans. Sums: spans that are right, predicted, and there.
 */
final class SpanFigures implements Figures {
  private static final long serialVersionUID = 1L;
  private static final String OUTSIDE = "O";

  private final int[] types; // of each tag; that of O is -1
  private final boolean[] begins; // whether a tag is B-

  /** Of tags that {@link #areSpans}, by id. */
  SpanFigures(List<String> tags) {
    List<String> names =
        tags.stream()
            .filter(tag -> !tag.equals(OUTSIDE))
            .map(SpanFigures::type)
            .distinct()
            .toList();
    types = new int[tags.size()];
    begins = new boolean[tags.size()];
    for (int id = 0; id < types.length; id++) {
      String tag = tags.get(id);
      types[id] = tag.equals(OUTSIDE) ? -1 : names.indexOf(type(tag));
      begins[id] = tag.startsWith("B");
    }
  }

  /** Whether all tags are {@code O}, {@code B-TYPE} or {@code I-TYPE}, and not all {@code O}. */
  static boolean areSpans(List<String> tags) {
    return tags.stream().allMatch(tag -> tag.matches("O|(?s)[BI]-.+"))
        && tags.stream().anyMatch(tag -> !tag.equals(OUTSIDE));
  }

  private static String type(String tag) {
    return tag.substring(2);
  }

  @Override
  public int size() {
    return 3;
  }

  @Override
  public void add(double[] sums, int at, Batch batch, Predictor.Predicted predicted) {
    Rows there = Rows.of(batch, "tags");
    Rows found = Rows.as(there, predicted.values(), "ids");
    for (int b = 0; b < batch.size(); b++) {
      add(sums, at, found.ids(b), there.ids(b));
    }
  }

  /** One sequence. */
  private void add(double[] sums, int at, int[] found, int[] there) {
    // Whether a span goes on that began at the same place in both, with the same type.
    boolean same = false;
    for (int t = 0; t <= there.length; t++) {
      boolean endsFound = ends(found, t);
      boolean endsThere = ends(there, t);
      if (same && (endsFound || endsThere)) {
        sums[at] += endsFound && endsThere ? 1 : 0;
        same = false;
      }
      boolean beginsFound = begins(found, t);
      boolean beginsThere = begins(there, t);
      sums[at + 1] += beginsFound ? 1 : 0;
      sums[at + 2] += beginsThere ? 1 : 0;
      same |= beginsFound && beginsThere && types[found[t]] == types[there[t]];
    }
  }

  /** Whether a span ends before a place, which may be the one behind the last. */
  private boolean ends(int[] tags, int t) {
    return t > 0
        && types[tags[t - 1]] >= 0
        && (t == tags.length || begins(tags, t) || out(tags, t));
  }

  private boolean begins(int[] tags, int t) {
    return t < tags.length
        && !out(tags, t)
        && (begins[tags[t]] || t == 0 || types[tags[t - 1]] != types[tags[t]]);
  }

  private boolean out(int[] tags, int t) {
    return types[tags[t]] < 0;
  }

  @Override
  public List<Metric> metrics(double[] sums, int at) {
    return List.of(Figures.larger("span-f1", Figures.f1(sums[at], sums[at + 1], sums[at + 2])));
  }
}
