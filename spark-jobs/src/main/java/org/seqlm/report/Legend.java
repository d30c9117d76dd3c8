package org.seqlm.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.report.ReportModel.EvaluationPart;

/**
 * How the page shows each model of its evaluations: by a name that is short enough, and in a colour
 * that the model keeps from table to table and from chart to chart.
 */
final class Legend {
  /** Colours in report.css. */
  private static final int PALETTE = 8;

  private final Map<String, Integer> colours;
  private final ShortNames names;

  private Legend(Map<String, Integer> colours) {
    this.colours = colours;
    names = ShortNames.of(colours.keySet());
  }

  /** Colours go round in the order in which the models appear. */
  static Legend of(List<EvaluationPart> evaluations) {
    Map<String, Integer> colours = new LinkedHashMap<>();
    for (EvaluationPart part : evaluations) {
      part.evaluation()
          .models()
          .forEach(score -> colours.putIfAbsent(score.name(), colours.size() % PALETTE));
      part.evaluation()
          .pairs()
          .forEach(pair -> colours.putIfAbsent(pair.model(), colours.size() % PALETTE));
    }
    return new Legend(colours);
  }

  /** The model's name as tables and charts show it. */
  String label(String model) {
    return names.of(model);
  }

  /** The model's colour, from 0 below {@link #PALETTE}. */
  int colour(String model) {
    return colours.get(model);
  }

  /** The colour of the model that this run trained, as far as names tell. */
  int colourOfRun(String run) {
    for (Map.Entry<String, Integer> entry : colours.entrySet()) {
      if (lastPart(entry.getKey()).equals(lastPart(run))) {
        return entry.getValue();
      }
    }
    return 0;
  }

  private static String lastPart(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** A table's row about the model, which begins with its colour and its name. */
  Map<String, Object> row(String model) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("colour", colour(model));
    row.put("name", label(model));
    row.put("whole", names.whole(model));
    return row;
  }

  /** The names that are not shown whole, each with how it is shown. */
  List<Map<String, Object>> shortened() {
    List<Map<String, Object>> shortened = new ArrayList<>();
    names.shortened().forEach((text, name) -> shortened.add(Map.of("shown", text, "whole", name)));
    return shortened;
  }
}
