package org.seqlm.spark.examples;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.Progress;
import org.seqlm.corpus.example.AskedRules;
import org.seqlm.corpus.example.DealtExamples;
import org.seqlm.corpus.example.ExampleForm;
import org.seqlm.corpus.example.ExampleMaker;
import org.seqlm.corpus.example.ExampleRules;
import org.seqlm.corpus.example.ParsedExample;
import org.seqlm.corpus.example.ReadExamples;
import org.seqlm.corpus.example.ReadRange;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.spark.corpus.PackedParts;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskProgress;
import scala.Tuple2;

/**
 * The first pass: the records, read once, as what travels of each, examples without ids for
 * instance, that the executors keep, in the order of the ranges.
 */
public final class ExampleScan implements AutoCloseable {
  private final JavaRDD<Object> parts;
  private final ExampleForm form;
  private final ReadExamples read;

  private ExampleScan(JavaRDD<Object> parts, ExampleForm form, ReadExamples read) {
    this.parts = parts;
    this.form = form;
    this.read = read;
  }

  /**
   * Reads the examples.
   *
   * @throws org.seqlm.UserException with exit code 3 if there are none, or more is bad than the
   *     limits allow
   */
  static ExampleScan read(
      JavaSparkContext spark, CorpusPlan listed, ExampleRules rules, Progress progress) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    CorpusPlan plan = PackedParts.found(spark, listed, rules.source(), conf, progress);
    ExampleForm form = form(spark, plan, conf, rules);
    return read(
        spark,
        plan,
        conf,
        rules.source(),
        () -> new DealtExamples(rules, form),
        form,
        form != null,
        progress);
  }

  /**
   * Reads the records that a network is asked about, bad ones among them.
   *
   * @throws org.seqlm.UserException with exit code 3 if there are no good ones, or more is bad than
   *     the limits allow
   */
  public static ExampleScan asked(
      JavaSparkContext spark,
      CorpusPlan listed,
      CorpusSource source,
      AskedRules rules,
      Progress progress) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    CorpusPlan plan = PackedParts.found(spark, listed, source, conf, progress);
    return read(spark, plan, conf, source, rules, null, true, progress);
  }

  private static ExampleScan read(
      JavaSparkContext spark,
      CorpusPlan plan,
      Broadcast<SharedSettings> conf,
      CorpusSource source,
      ExampleMaker.Factory makers,
      ExampleForm form,
      boolean some,
      Progress progress) {
    JavaRDD<Object> parts;
    ReadExamples read;
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "read", plan.bytes(), "bytes", "")) {
      parts = ranges(spark, plan, conf, source, makers, stage.done());
      // As bytes: they are kept for the passes after this one, and go to disk before work waits.
      parts.persist(StorageLevel.MEMORY_AND_DISK_SER());
      try {
        List<ReadRange> ranges = new ArrayList<>();
        for (Object part : parts.filter(one -> one instanceof ReadRange).collect()) {
          ranges.add((ReadRange) part);
        }
        read = new ReadExamples(plan.ranges(), ranges);
        if (!some || read.offsets()[ranges.size()] == 0) {
          throw read.none(source.paths());
        }
        read.check(source.badRecords());
      } catch (RuntimeException e) {
        parts.unpersist();
        throw e;
      }
    }
    read.tell(progress);
    return new ExampleScan(parts, form, read);
  }

  private static JavaRDD<Object> ranges(
      JavaSparkContext spark,
      CorpusPlan plan,
      Broadcast<SharedSettings> conf,
      CorpusSource source,
      ExampleMaker.Factory makers,
      LongAccumulator bytes) {
    return new ExampleRanges(spark.sc(), plan, conf, source, makers, bytes).toJavaRDD();
  }

  /** The form of the first good example; null if there is none. */
  private static ExampleForm form(
      JavaSparkContext spark, CorpusPlan plan, Broadcast<SharedSettings> conf, ExampleRules rules) {
    List<Tuple2<Integer, byte[]>> first =
        ranges(spark, plan, conf, rules.source(), () -> new DealtExamples(rules, null), null)
            .mapPartitionsWithIndex(
                (range, parts) -> firstOf(range, examples(parts)).iterator(), true)
            .take(1);
    if (first.isEmpty()) {
      return null;
    }
    byte[] encoded = first.get(0)._2();
    CorpusRange.Piece piece =
        plan.ranges().get(first.get(0)._1()).pieces().get(ParsedExample.piece(encoded));
    // Of a later piece nobody knows yet which line its first one is.
    String where =
        piece.from() == 0
            ? ReadExamples.where(piece.file(), ParsedExample.place(encoded))
            : piece.file().path();
    ExampleTask task = rules.columns().task();
    return new ExampleForm(task, ParsedExample.decode(task, encoded), where);
  }

  private static List<Tuple2<Integer, byte[]>> firstOf(int range, Iterator<byte[]> examples) {
    return examples.hasNext() ? List.of(new Tuple2<>(range, examples.next())) : List.of();
  }

  private static Iterator<byte[]> examples(Iterator<Object> parts) {
    return new Iterator<>() {
      private byte[] next;

      @Override
      public boolean hasNext() {
        while (next == null && parts.hasNext()) {
          if (parts.next() instanceof byte[] example) {
            next = example;
          }
        }
        return next != null;
      }

      @Override
      public byte[] next() {
        if (!hasNext()) {
          throw new java.util.NoSuchElementException();
        }
        byte[] example = next;
        next = null;
        return example;
      }
    };
  }

  /** What a second pass makes of the examples of one range. */
  @FunctionalInterface
  public interface Pass<R> extends java.io.Serializable {
    /** Of one range, in its order. */
    Iterator<R> run(int range, Iterator<byte[]> examples);
  }

  /**
   * Goes over the examples, range by range, each as {@link ParsedExample#encoded}, or over records
   * that a network is asked about, as {@link org.seqlm.corpus.example.AskedRecord} has them.
   */
  public <R> JavaRDD<R> pass(Pass<R> pass) {
    return parts.mapPartitionsWithIndex((range, all) -> pass.run(range, examples(all)), false);
  }

  /** What all examples have in common; null of records that a network is asked about. */
  ExampleForm form() {
    return form;
  }

  /** How many there are, what is bad, and where. */
  public ReadExamples read() {
    return read;
  }

  @Override
  public void close() {
    parts.unpersist();
  }
}
