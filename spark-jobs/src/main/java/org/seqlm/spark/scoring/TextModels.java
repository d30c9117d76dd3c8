package org.seqlm.spark.scoring;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.lm.TextScore;
import org.seqlm.spark.scoring.lines.LineRules;
import org.seqlm.text.LineStage;

/** All models that score a text, line by line: what is made of a line is made once for all. */
final class TextModels {
  private final List<LineStage> stages;
  private final List<ModelLines> models = new ArrayList<>();
  private final TokenRows tokens; // null where no rows of tokens are kept

  TextModels(List<TextScoring.Scorer> scorers, LineRules rules, TokenRows tokens)
      throws IOException {
    this.tokens = tokens;
    stages = rules.stages();
    for (TextScoring.Scorer scorer : scorers) {
      models.add(new ModelLines(scorer.supplier().model(), scorer.rules(), rules, tokens));
    }
  }

  /** Forgets all that was read. */
  void startText() {
    models.forEach(ModelLines::startText);
  }

  /** A document begins: forgets what models' boundaries say. */
  void startDocument() {
    models.forEach(ModelLines::startDocument);
  }

  /** Scores a line with every model. */
  void line(
      String path,
      long record,
      long place,
      byte[] utf8,
      int from,
      int to,
      boolean terminated,
      List<TextScore> scores)
      throws IOException {
    byte[] line = utf8;
    int start = from;
    int end = to;
    for (LineStage stage : stages) {
      line = stage.apply(line, start, end);
      start = 0;
      end = line.length;
    }
    for (int m = 0; m < models.size(); m++) {
      if (tokens != null) {
        tokens.startLine(path, record, place, m + 1);
      }
      scores.add(models.get(m).line(line, start, end, terminated));
    }
  }

  /** Adds what was scored since the last time to what is kept. */
  void keep() throws IOException {
    models.forEach(ModelLines::keep);
    if (tokens != null) {
      tokens.keep();
    }
  }

  /** What follows, all of one file, may have to be dropped. */
  void hold() {
    if (tokens != null) {
      tokens.hold();
    }
  }

  /** Leaves out what was scored since the last time: others score it. */
  void drop() throws IOException {
    models.forEach(ModelLines::drop);
    if (tokens != null) {
      tokens.drop();
    }
  }

  /** What was kept, of each model. */
  ScoredRange.Sums[] sums() {
    return models.stream().map(ModelLines::sums).toArray(ScoredRange.Sums[]::new);
  }
}
