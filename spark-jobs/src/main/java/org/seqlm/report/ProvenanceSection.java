package org.seqlm.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.report.ReportModel.Source;

/** Where an artifact comes from: all that is needed to make it again. */
final class ProvenanceSection {
  private ProvenanceSection() {}

  /** What the page shows of one artifact. */
  static Map<String, Object> view(Source source) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("name", source.name());
    view.put("kind", source.kind());
    view.put("producer", source.producer());
    view.put("seed", Long.toString(source.seed()));
    view.put("fingerprint", source.fingerprint().isEmpty() ? "–" : source.fingerprint());
    List<Map<String, Object>> inputs = new ArrayList<>();
    source.inputs().forEach((name, print) -> inputs.add(Map.of("name", name, "print", print)));
    view.put("inputs", inputs);
    view.put("details", source.details());
    view.put("hasDetails", !source.details().isBlank());
    view.put("config", source.config());
    view.put("hasConfig", !source.config().isBlank());
    return view;
  }
}
