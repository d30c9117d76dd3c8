package org.seqlm.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.report.ReportModel.EvaluationPart;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.ReportModel.TaskEvaluationPart;
import org.seqlm.report.page.Chart;

/**
 * How the page shows each model of its evaluations: by a name that is short enough, and in a colour
 * that the model keeps from table to table and from chart to chart.
 */
final class Legend {
  /** Colours in report.css. */
  private static final int PALETTE = 8;

  /** Ways to draw a line in report.js and report.css, the first without dashes. */
  private static final int DASHES = 4;

  private final Map<String, Integer> colours;
  private final Map<String, Integer> ofRuns = new LinkedHashMap<>();
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
          .forEach(score -> colours.putIfAbsent(score.name(), colours.size()));
      part.evaluation().pairs().forEach(pair -> colours.putIfAbsent(pair.model(), colours.size()));
    }
    return new Legend(colours);
  }

  /**
   * With a colour for each run, its model's where one was scored; past the palette's end dashed.
   */
  static Legend of(
      List<EvaluationPart> evaluations, List<TaskEvaluationPart> tasks, List<RunPart> runs) {
    Map<String, Integer> colours = new LinkedHashMap<>(of(evaluations).colours);
    for (TaskEvaluationPart part : tasks) {
      part.evaluation()
          .models()
          .forEach(model -> colours.putIfAbsent(model.name(), colours.size()));
    }
    Legend legend = new Legend(colours);
    int next = legend.colours.size();
    for (RunPart run : runs) {
      Integer colour = legend.colourOfModel(run.name());
      // Of runs whose folders have one name a model is no more one's than the other's.
      boolean taken = colour == null || legend.ofRuns.containsValue(colour);
      legend.ofRuns.put(run.name(), taken ? next++ : colour);
    }
    return legend;
  }

  /** The model's name as tables and charts show it. */
  String label(String model) {
    return names.of(model);
  }

  /** The model's colour, from 0 below {@link #PALETTE}. */
  int colour(String model) {
    return colours.get(model) % PALETTE;
  }

  /** The model's colour where it is a line, as {@link #colourOfRun} says a run's. */
  int colourOfLine(String model) {
    return colours.get(model);
  }

  /**
   * How a table shows a line: its colour in the palette, and the dashes that the script has too.
   */
  static Map<String, Object> stroke(int colour) {
    return Map.of("colour", colour % PALETTE, "dashes", colour / PALETTE % DASHES);
  }

  /**
   * The run's colour: that of the model that it trained, as far as names tell; from 0, those past
   * the palette's end as a {@link Chart.Series} has them.
   */
  int colourOfRun(String run) {
    Integer own = ofRuns.containsKey(run) ? ofRuns.get(run) : colourOfModel(run);
    return own == null ? 0 : own;
  }

  private Integer colourOfModel(String run) {
    for (Map.Entry<String, Integer> entry : colours.entrySet()) {
      if (lastPart(entry.getKey()).equals(lastPart(run))) {
        return entry.getValue();
      }
    }
    return null;
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
