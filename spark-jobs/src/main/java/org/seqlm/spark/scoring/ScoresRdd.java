package org.seqlm.spark.scoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.spark.corpus.RangesRdd;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.scoring.lines.LineRules;

/** Scores the ranges of a text, a task each, and writes their rows where there are any. */
final class ScoresRdd extends RangesRdd<ScoredRange> {
  private static final long serialVersionUID = 1L;

  private final CorpusSource source;
  private final List<TextScoring.Scorer> models;
  private final LineRules rules;
  private final TextScoring.Output output; // null keeps nothing but the sums
  private final LineScorer.CutParts cutParts;
  private final Broadcast<long[][]> before;
  private final LongAccumulator bytes;
  private final LongAccumulator tokens;

  ScoresRdd(
      SparkContext spark,
      CorpusPlan plan,
      Broadcast<SharedSettings> conf,
      CorpusSource source,
      List<TextScoring.Scorer> models,
      LineRules rules,
      TextScoring.Output output,
      LineScorer.CutParts cutParts,
      Broadcast<long[][]> before,
      LongAccumulator bytes,
      LongAccumulator tokens) {
    super(spark, plan, conf);
    this.source = source;
    this.models = models;
    this.rules = rules;
    this.output = output;
    this.cutParts = cutParts;
    this.before = before;
    this.bytes = bytes;
    this.tokens = tokens;
  }

  @Override
  public Iterator<ScoredRange> compute(Configuration conf, CorpusRange range, TaskContext context) {
    String part = String.format(Locale.ROOT, "part-%05d", range.index());
    try (TaskFiles files = TaskFiles.open(conf, output, part, models.size(), cutParts, context)) {
      ScoredRange scored = new ScoredRange();
      TextModels lines = new TextModels(models, rules, files.tokens());
      long[] recordsBefore =
          output == null ? new long[range.pieces().size()] : before.value()[range.index()];
      LineScorer scorer =
          new LineScorer(lines, scored, output, files.rows(), cutParts, range, context);
      scored.summary =
          RangeLines.read(conf, source, range, recordsBefore, scorer, n -> bytes.add(n));
      scorer.finish();
      scored.files = files.keep();
      scored.rows = files.rowCounts();
      tokens.add((long) scored.sums[0].score[0]);
      return List.of(scored).iterator();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
