package org.seqlm.spark.corpus;

import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.corpus.LocalBlock;
import org.seqlm.corpus.RangePart;
import org.seqlm.corpus.RangeScanner;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.text.TextRules;

/** The ranges of a corpus, one partition each, as {@link RangeScanner} gives them. */
final class CorpusRdd extends RangesRdd<RangePart> {
  private static final long serialVersionUID = 1L;

  private final CorpusSource source;
  private final TextRules rules;
  private final SplitMethod splits;
  private final DocumentFields fields;
  private final LongAccumulator bytes;
  private final LongAccumulator tokens;

  CorpusRdd(
      SparkContext spark,
      CorpusPlan plan,
      Broadcast<SharedSettings> conf,
      CorpusSource source,
      TextRules rules,
      SplitMethod splits,
      DocumentFields fields,
      LongAccumulator bytes,
      LongAccumulator tokens) {
    super(spark, plan, conf);
    this.source = source;
    this.rules = rules;
    this.splits = splits;
    this.fields = fields;
    this.bytes = bytes;
    this.tokens = tokens;
  }

  @Override
  public Iterator<RangePart> compute(Configuration conf, CorpusRange range, TaskContext context) {
    RangeScanner scanner = new RangeScanner(conf, source, rules, splits, fields, range, bytes::add);
    context.<Void>addTaskCompletionListener(
        finished -> {
          scanner.close();
          return null;
        });
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        if (context.isInterrupted()) {
          throw new TaskKilledException("told to stop");
        }
        return scanner.hasNext();
      }

      @Override
      public RangePart next() {
        RangePart part = scanner.next();
        if (part instanceof LocalBlock block) {
          tokens.add(block.size());
        }
        return part;
      }
    };
  }
}
