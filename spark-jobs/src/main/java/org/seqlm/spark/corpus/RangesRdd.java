package org.seqlm.spark.corpus;

import java.util.ArrayList;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.spark.io.SharedSettings;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag$;

/** The ranges of a corpus, one partition each, near where they lie. */
public abstract class RangesRdd<T> extends RDD<T> {
  private static final long serialVersionUID = 1L;

  private final transient CorpusPlan plan;
  private final Broadcast<SharedSettings> conf;

  public RangesRdd(SparkContext spark, CorpusPlan plan, Broadcast<SharedSettings> conf) {
    super(
        spark,
        JavaConverters.asScalaBuffer(new ArrayList<Dependency<?>>()),
        ClassTag$.MODULE$.apply(Object.class));
    this.plan = plan;
    this.conf = conf;
  }

  /** What comes of one range. */
  public abstract java.util.Iterator<T> compute(
      Configuration conf, CorpusRange range, TaskContext context);

  @Override
  public final Iterator<T> compute(Partition partition, TaskContext context) {
    return JavaConverters.asScalaIterator(
        compute(conf.value().value(), ((RangePartition) partition).range, context));
  }

  private static final class RangePartition implements Partition {
    private static final long serialVersionUID = 1L;
    private final CorpusRange range;

    RangePartition(CorpusRange range) {
      this.range = range;
    }

    @Override
    public int index() {
      return range.index();
    }

    @Override
    public int hashCode() {
      return range.index();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof RangePartition partition && partition.range.equals(range);
    }
  }

  @Override
  public Partition[] getPartitions() {
    return plan.ranges().stream().map(RangePartition::new).toArray(Partition[]::new);
  }

  /** As the plan has them: this is asked on the thread that schedules all tasks. */
  @Override
  public Seq<String> getPreferredLocations(Partition partition) {
    return JavaConverters.asScalaBuffer(plan.hosts(partition.index()));
  }
}
