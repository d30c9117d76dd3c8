package org.seqlm.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitStatistics;
import org.seqlm.report.page.Figures;

/** A dataset: its size by split, and the records that were left out of it. */
final class DatasetSection {
  private DatasetSection() {}

  /** What the page shows of one dataset. */
  static Map<String, Object> view(ReportModel.DatasetPart part) {
    Map<String, Object> view = new LinkedHashMap<>();
    var details = part.details();
    view.put("name", part.name());
    view.put("vocabulary", Figures.whole(details.vocabularySize()));
    view.put("rules", details.rules().title());
    view.put("fingerprint", details.corpusFingerprint());
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Split split : Split.values()) {
      SplitStatistics s = details.splits().get(split);
      if (s != null) {
        rows.add(
            Map.of(
                "split", Json.name(split),
                "tokens", Figures.whole(s.tokens()),
                "characters", Figures.whole(s.characters()),
                "lines", Figures.whole(s.lines()),
                "documents", Figures.whole(s.documents()),
                "unknown", Figures.whole(s.unknown()),
                "rate", Figures.percent(s.unknownRate(), 2)));
      }
    }
    view.put("rows", rows);
    List<Map<String, Object>> bad = new ArrayList<>();
    new TreeMap<>(details.badRecords())
        .forEach((kind, n) -> bad.add(Map.of("kind", kind, "count", Figures.whole(n))));
    view.put("bad", bad);
    view.put("noBad", bad.isEmpty());
    return view;
  }
}
