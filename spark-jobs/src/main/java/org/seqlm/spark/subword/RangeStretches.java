package org.seqlm.spark.subword;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.TaskCompletionListener;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.spark.corpus.RangesRdd;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.text.subword.TextShape;
import org.seqlm.vocab.PackedTokens;
import scala.Tuple2;

/**
 * The counted stretches of each range, dealt out by hash: (part, {@link PackedTokens}), and last
 * (0, {@link StretchTotals}) of the range.
 */
final class RangeStretches extends RangesRdd<Tuple2<Integer, Object>> {
  private static final long serialVersionUID = 1L;

  /** Of the heap, for all tasks' tables; what they spill has as much again. */
  static final double FRACTION = 0.15;

  private final CorpusSource source;
  private final TextShape shape;
  private final int parts;
  private final LongAccumulator bytes;
  private final LongAccumulator stretches;

  RangeStretches(
      SparkContext spark,
      CorpusPlan plan,
      Broadcast<SharedSettings> conf,
      CorpusSource source,
      TextShape shape,
      int parts,
      LongAccumulator bytes,
      LongAccumulator stretches) {
    super(spark, plan, conf);
    this.source = source;
    this.shape = shape;
    this.parts = parts;
    this.bytes = bytes;
    this.stretches = stretches;
  }

  @Override
  public Iterator<Tuple2<Integer, Object>> compute(
      Configuration conf, CorpusRange range, TaskContext context) {
    SpilledStretches spilled = new SpilledStretches(TaskMemory.spill(FRACTION, "seqlm-stretches"));
    context.addTaskCompletionListener(
        (TaskCompletionListener)
            ended -> {
              try {
                spilled.close();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    StretchCounts counts = new StretchCounts(shape, TaskMemory.share(FRACTION), parts, spilled);
    try {
      long[] before = new long[range.pieces().size()]; // nobody asks for a record's number
      RangeSummary summary =
          RangeLines.read(
              conf, source, range, before, new Lines(counts, context), n -> bytes.add(n));
      counts.flush();
      stretches.add(counts.stretches());
      StretchTotals totals = new StretchTotals(range.index(), summary, counts);
      Iterator<Tuple2<Integer, PackedTokens>> words = spilled.read();
      return new Iterator<>() {
        private boolean ended;

        @Override
        public boolean hasNext() {
          return !ended;
        }

        @Override
        public Tuple2<Integer, Object> next() {
          if (words.hasNext()) {
            Tuple2<Integer, PackedTokens> next = words.next();
            return new Tuple2<>(next._1(), next._2());
          }
          ended = true;
          return new Tuple2<>(0, totals);
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes the lines of a range. */
  private record Lines(StretchCounts counts, TaskContext context) implements RangeLines.Sink {
    @Override
    public void startPiece(CorpusFile file, boolean goesOn) {}

    @Override
    public void startDocument() {}

    @Override
    public void line(byte[] utf8, int from, int to, boolean terminated, long record, long line)
        throws IOException {
      if (context.isInterrupted()) {
        throw new TaskKilledException("told to stop");
      }
      counts.line(utf8, from, to);
    }

    @Override
    public void endPiece(boolean goesOn) {}
  }
}
