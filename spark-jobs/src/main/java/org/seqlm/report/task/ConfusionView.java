package org.seqlm.report.task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.metrics.Confusion;
import org.seqlm.report.page.Figures;

/**
 * Which labels a model takes for which: a row a label that is right, a column a predicted one, the
 * darker the larger its share of the row; of many labels the pairs that are confused most.
 */
public final class ConfusionView {
  /** Shades that a share is drawn by, but for none. */
  private static final int SHADES = 5;

  private ConfusionView() {}

  /**
   * What the page shows.
   *
   * @param model whose confusions they are, as the page calls it
   */
  public static Map<String, Object> view(String model, Confusion confusion) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("model", model);
    view.put("hasCounts", confusion.counts() != null);
    if (confusion.counts() != null) {
      view.put("labels", confusion.labels());
      view.put("rows", rows(confusion));
    } else {
      List<Map<String, Object>> pairs = new ArrayList<>();
      for (Confusion.Pair pair : confusion.pairs()) {
        pairs.add(
            Map.of(
                "label", pair.label(),
                "predicted", pair.predicted(),
                "count", Figures.whole(pair.count())));
      }
      view.put("pairs", pairs);
      view.put("hasPairs", !pairs.isEmpty());
    }
    return view;
  }

  private static List<Map<String, Object>> rows(Confusion confusion) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int label = 0; label < confusion.counts().size(); label++) {
      List<Long> counts = confusion.counts().get(label);
      long all = counts.stream().mapToLong(Long::longValue).sum();
      List<Map<String, Object>> cells = new ArrayList<>();
      for (int predicted = 0; predicted < counts.size(); predicted++) {
        long count = counts.get(predicted);
        long shade = count == 0 ? 0 : 1 + count * (SHADES - 1) / all;
        cells.add(
            Map.of(
                "count", Figures.whole(count), "shade", (predicted == label ? "r" : "w") + shade));
      }
      rows.add(
          Map.of(
              "label",
              confusion.labels().get(label),
              "cells",
              cells,
              "all",
              Figures.whole(all),
              "right",
              all == 0 ? "–" : Figures.percent((double) counts.get(label) / all, 1)));
    }
    return rows;
  }
}
