package org.seqlm.spark.scoring;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.spark.scoring.lines.LineRules;

/** Scores one range of a text in a task, and writes its rows where there are any. */
final class RangeScoring implements Serializable {
  private static final long serialVersionUID = 1L;

  private final CorpusSource source;
  private final LineRules rules;
  private final TextScoring.Output output; // null keeps nothing but the sums
  private final LineScorer.CutParts cutParts;
  private final Broadcast<long[][]> before;
  private final LongAccumulator bytes;
  private final LongAccumulator tokens;

  /**
   * @param before records of its file before each piece of each range
   */
  RangeScoring(
      CorpusSource source,
      LineRules rules,
      TextScoring.Output output,
      LineScorer.CutParts cutParts,
      Broadcast<long[][]> before,
      LongAccumulator bytes,
      LongAccumulator tokens) {
    this.source = source;
    this.rules = rules;
    this.output = output;
    this.cutParts = cutParts;
    this.before = before;
    this.bytes = bytes;
    this.tokens = tokens;
  }

  /** Scores a range, and writes its files. */
  ScoredRange score(
      Configuration conf, CorpusRange range, TaskContext context, List<TextScoring.Scorer> models)
      throws IOException {
    String part = String.format(Locale.ROOT, "part-%05d", range.index());
    try (TaskFiles files = TaskFiles.open(conf, output, part, models.size(), context)) {
      ScoredRange scored = new ScoredRange();
      TextModels lines = new TextModels(models, rules, files.tokens());
      LineScorer scorer =
          new LineScorer(lines, scored, output, files.rows(), cutParts, range, context);
      scored.summary =
          RangeLines.read(conf, source, range, before(range), scorer, n -> bytes.add(n));
      scorer.finish();
      scored.files = files.keep();
      scored.rows = files.rowCounts();
      tokens.add((long) scored.sums[0].score[0]);
      return scored;
    }
  }

  /** Has a model read a range as {@link #score} does, and leaves nothing. */
  void read(Configuration conf, CorpusRange range, TaskContext context, TextScoring.Scorer model)
      throws IOException {
    TextModels lines = new TextModels(List.of(model), rules, null);
    LineScorer scorer =
        new LineScorer(lines, new ScoredRange(), output, null, cutParts, range, context);
    RangeLines.read(conf, source, range, before(range), scorer, n -> {});
  }

  private long[] before(CorpusRange range) {
    return output == null ? new long[range.pieces().size()] : before.value()[range.index()];
  }
}
