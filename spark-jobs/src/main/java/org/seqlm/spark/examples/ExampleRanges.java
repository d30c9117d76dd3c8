package org.seqlm.spark.examples;

import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.corpus.example.ExampleMaker;
import org.seqlm.corpus.example.RangeExamples;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.spark.corpus.RangesRdd;
import org.seqlm.spark.io.SharedSettings;

/** The ranges of a plan, one partition each, as {@link RangeExamples} gives them. */
final class ExampleRanges extends RangesRdd<Object> {
  private static final long serialVersionUID = 1L;

  private final CorpusSource source;
  private final ExampleMaker.Factory makers;
  private final LongAccumulator bytes; // null where nobody counts

  ExampleRanges(
      SparkContext spark,
      CorpusPlan plan,
      Broadcast<SharedSettings> conf,
      CorpusSource source,
      ExampleMaker.Factory makers,
      LongAccumulator bytes) {
    super(spark, plan, conf);
    this.source = source;
    this.makers = makers;
    this.bytes = bytes;
  }

  @Override
  public Iterator<Object> compute(Configuration conf, CorpusRange range, TaskContext context) {
    RangeExamples examples =
        new RangeExamples(
            conf,
            source,
            makers.maker(),
            range,
            n -> {
              if (bytes != null) {
                bytes.add(n);
              }
            });
    context.<Void>addTaskCompletionListener(
        finished -> {
          examples.close();
          return null;
        });
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        if (context.isInterrupted()) {
          throw new TaskKilledException("told to stop");
        }
        return examples.hasNext();
      }

      @Override
      public Object next() {
        return examples.next();
      }
    };
  }
}
