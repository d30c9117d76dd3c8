package org.seqlm.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.report.ReportModel.CountOfCounts;
import org.seqlm.report.ReportModel.MarkovScore;
import org.seqlm.report.ReportModel.NgramsPart;
import org.seqlm.report.ReportModel.OrderTotals;
import org.seqlm.report.ReportModel.TopNgram;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Figures;

/** Statistics of counted n-grams: how many, the most frequent, counts of counts, models of them. */
record NgramsSection(Charts charts) {
  /** Counts of counts in rows of their own; the others share the last. */
  private static final int MAX_COUNT = 12;

  private static final String ESCAPES = "tnr\\";
  private static final String SIGNS = "⇥⏎␍\\";

  /** What the page shows of one folder of n-grams. */
  Map<String, Object> view(NgramsPart part) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("name", part.name());
    view.putAll(ZipfPlot.view(part, charts));
    List<Map<String, Object>> totals = totals(part.orders());
    view.put("totals", totals);
    view.put("hasTotals", !totals.isEmpty());
    List<Map<String, Object>> orders = top(part.top());
    view.put("orders", orders);
    view.put("hasOrders", !orders.isEmpty());
    view.put("countsOfCounts", countsOfCounts(part.countsOfCounts()));
    List<Map<String, Object>> models = models(part.models());
    view.put("models", models);
    view.put("hasModels", !models.isEmpty());
    view.put("scored", part.scored());
    return view;
  }

  private static List<Map<String, Object>> totals(List<OrderTotals> orders) {
    List<Map<String, Object>> totals = new ArrayList<>();
    for (OrderTotals o : orders) {
      totals.add(
          Map.of(
              "order", orderName(o.order()),
              "total", Figures.whole(o.total()),
              "types", Figures.whole(o.types())));
    }
    return totals;
  }

  /** The most frequent of each order; a bar is as long as the count's share of the highest. */
  private static List<Map<String, Object>> top(List<TopNgram> all) {
    Map<Integer, List<TopNgram>> byOrder = new LinkedHashMap<>();
    all.forEach(t -> byOrder.computeIfAbsent(t.order(), o -> new ArrayList<>()).add(t));
    List<Map<String, Object>> orders = new ArrayList<>();
    byOrder.forEach(
        (order, top) -> {
          double most = top.stream().mapToLong(TopNgram::count).max().orElse(1);
          List<Map<String, Object>> rows = new ArrayList<>();
          for (TopNgram t : top) {
            rows.add(
                Map.of(
                    "rank", t.rank(),
                    "ngram", visible(t),
                    "count", Figures.whole(t.count()),
                    "share", Figures.decimal(100 * t.count() / most, 2)));
          }
          orders.add(Map.of("title", orderName(order), "rows", rows));
        });
    return orders;
  }

  /** Rows by count, the high ones added up; columns by order. */
  private static Object countsOfCounts(List<CountOfCounts> all) {
    if (all.isEmpty()) {
      return null;
    }
    List<Integer> orders = all.stream().map(CountOfCounts::order).distinct().sorted().toList();
    long last = all.stream().mapToLong(CountOfCounts::count).max().orElse(1);
    boolean open = all.stream().anyMatch(c -> c.bound() == CountOfCounts.Bound.AT_LEAST);
    if (last > MAX_COUNT) {
      last = MAX_COUNT;
      open = true;
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (long count = 1; count <= last; count++) {
      boolean more = open && count == last;
      long at = count;
      List<String> cells = new ArrayList<>();
      for (int order : orders) {
        cells.add(
            Figures.whole(
                all.stream()
                    .filter(c -> c.order() == order)
                    .filter(c -> c.count() == at || (more && c.count() > at))
                    .mapToLong(CountOfCounts::types)
                    .sum()));
      }
      String label = count + " ×" + (more ? " or more" : "");
      rows.add(Map.of("count", label, "cells", cells));
    }
    return Map.of("orders", orders.stream().map(NgramsSection::orderName).toList(), "rows", rows);
  }

  private static List<Map<String, Object>> models(List<MarkovScore> scores) {
    List<Map<String, Object>> models = new ArrayList<>();
    for (MarkovScore m : scores) {
      models.add(
          Map.of(
              "model", m.name(),
              "perplexity", Figures.orInfinite(m.perplexity(), Figures::perplexity),
              "bits", Figures.orInfinite(m.bitsPerToken(), v -> Figures.decimal(v, 4)),
              "zero", Figures.whole(m.zeroProbability()),
              "warn", m.zeroProbability() > 0,
              "tokens", Figures.whole(m.tokens())));
    }
    return models;
  }

  private static String orderName(int order) {
    return switch (order) {
      case 1 -> "Unigrams";
      case 2 -> "Bigrams";
      case 3 -> "Trigrams";
      default -> order + "-grams";
    };
  }

  /**
   * Characters that would not be seen, as signs. Where every other code point is the space that
   * joins, the tokens are characters, and a space among them is one of the text.
   */
  private static String visible(TopNgram ngram) {
    StringBuilder out = new StringBuilder();
    String text = ngram.ngram();
    for (int i = 0; i < text.length(); i++) {
      int escaped =
          text.charAt(i) == '\\' && i + 1 < text.length()
              ? ESCAPES.indexOf(text.charAt(i + 1))
              : -1;
      out.append(escaped < 0 ? text.charAt(i) : SIGNS.charAt(escaped));
      i += escaped < 0 ? 0 : 1;
    }
    int[] points = out.codePoints().toArray();
    if (points.length == 2 * ngram.order() - 1) {
      for (int i = 0; i < points.length; i += 2) {
        points[i] = points[i] == ' ' ? '␣' : points[i];
      }
    }
    return new String(points, 0, points.length);
  }
}
