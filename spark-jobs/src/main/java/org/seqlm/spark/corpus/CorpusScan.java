package org.seqlm.spark.corpus;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.LocalBlock;
import org.seqlm.corpus.RangePart;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.text.TextRules;

/**
 * The first pass: the text, read once, as blocks of local ids that the executors keep. What is made
 * of the tokens, their counts among it, comes of second passes over the ids.
 */
public final class CorpusScan implements AutoCloseable {
  private final JavaSparkContext spark;
  private final CorpusSource source;
  private final TextRules rules;
  private final JavaRDD<RangePart> parts;
  private final JavaRDD<RangePart> asides;
  private final List<RangeSummary> summaries;
  private final long[] offsets;
  private final RangeSummary total;
  private final Map<String, Long> bad;

  private CorpusScan(
      JavaSparkContext spark,
      CorpusSource source,
      TextRules rules,
      JavaRDD<RangePart> parts,
      JavaRDD<RangePart> asides,
      List<RangeSummary> summaries) {
    this.spark = spark;
    this.source = source;
    this.rules = rules;
    this.parts = parts;
    this.asides = asides;
    this.summaries = summaries;
    offsets = new long[summaries.size() + 1];
    for (int i = 0; i < summaries.size(); i++) {
      offsets[i + 1] = offsets[i] + summaries.get(i).tokens();
    }
    total = RangeSummary.sum(summaries);
    bad = BadRecords.byKind(total);
  }

  /**
   * Reads the corpus.
   *
   * @param splits how documents are told apart; contiguous where they need not be
   * @param fields what is kept of documents beside their text
   * @throws UserException with exit code 3 if more is bad than the limits allow, or there are fewer
   *     than two tokens
   */
  public static CorpusScan read(
      JavaSparkContext spark,
      CorpusPlan listed,
      CorpusSource source,
      TextRules rules,
      SplitMethod splits,
      DocumentFields fields,
      Progress progress) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    CorpusPlan plan = PackedParts.found(spark, listed, source, conf, progress);
    List<RangeSummary> summaries;
    JavaRDD<RangePart> parts;
    JavaRDD<RangePart> asides;
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "read", plan.bytes(), "bytes", "tokens")) {
      CorpusRdd corpus =
          new CorpusRdd(
              spark.sc(), plan, conf, source, rules, splits, fields, stage.done(), stage.more());
      StorageLevel level = level(spark, plan);
      parts = corpus.toJavaRDD().persist(level);
      asides = parts.filter(part -> !(part instanceof LocalBlock)).persist(level);
      try {
        summaries = new ArrayList<>();
        for (RangePart part : asides.filter(aside -> aside instanceof RangeSummary).collect()) {
          summaries.add((RangeSummary) part);
        }
      } catch (RuntimeException e) {
        asides.unpersist();
        parts.unpersist();
        throw e;
      }
    }
    CorpusScan scan = new CorpusScan(spark, source, rules, parts, asides, summaries);
    try {
      scan.check();
      scan.tell(progress);
    } catch (RuntimeException e) {
      scan.close();
      throw e;
    }
    return scan;
  }

  /**
   * Where the first pass leaves what it made: on disk, as most of the memory is for counting, but
   * in memory where a text is so small that nobody misses it and there is but one process, whose
   * memory is known.
   */
  private static StorageLevel level(JavaSparkContext spark, CorpusPlan plan) {
    return spark.sc().isLocal() && plan.textFits(Runtime.getRuntime().maxMemory() / 16)
        ? StorageLevel.MEMORY_AND_DISK()
        : StorageLevel.DISK_ONLY();
  }

  private void check() {
    BadRecords.check(source, summaries, total);
    if (total.tokens() - total.lineEnds() < 2) {
      throw UserException.data(
          String.format(
              Locale.ROOT,
              "the corpus %s has %,d %s (line ends not counted), but at least 2 are needed:"
                  + " give more text%s",
              String.join(" ", source.paths()),
              total.tokens() - total.lineEnds(),
              total.tokens() - total.lineEnds() == 1 ? "token" : "tokens",
              total.characters() > 2 ? ", or another tokenizer" : ""));
    }
  }

  private void tell(Progress progress) {
    BadRecords.tell(progress, total);
    if (total.reservedSpellings() > 0) {
      progress.message(
          String.format(
              Locale.ROOT,
              "%,d tokens of the text read <s>, </s>, <unk> or <UNK>; they are taken for unknown"
                  + " words",
              total.reservedSpellings()));
    }
  }

  public JavaSparkContext spark() {
    return spark;
  }

  public TextRules rules() {
    return rules;
  }

  public List<RangeSummary> summaries() {
    return summaries;
  }

  /** Sums over all ranges. */
  public RangeSummary total() {
    return total;
  }

  /** Where each range begins in the stream, and at last the stream's length. */
  public long[] offsets() {
    return offsets;
  }

  public Map<String, Long> bad() {
    return bad;
  }

  public String fingerprint() {
    return total.fingerprint();
  }

  /** What the ranges have beside their blocks. */
  public JavaRDD<RangePart> asides() {
    return asides;
  }

  /** What a second pass makes of one range. */
  @FunctionalInterface
  public interface SecondPass<R> extends java.io.Serializable {
    /**
     * Makes what comes of one range.
     *
     * @param range index
     * @param asides everything of the range but its blocks
     * @param blocks {@link LocalBlock}s in their order
     */
    Iterator<R> run(int range, Iterator<RangePart> asides, Iterator<LocalBlock> blocks)
        throws IOException;
  }

  /** Goes over the ids, range by range. */
  public <R> JavaRDD<R> secondPass(SecondPass<R> pass) {
    return asides.zipPartitions(
        parts, (h, p) -> pass.run(TaskContext.getPartitionId(), h, blocks(p)));
  }

  /** What a pass makes of one range whose words' ids are known already. */
  @FunctionalInterface
  public interface NumberedPass<R> extends java.io.Serializable {
    /** Makes what comes of one range. */
    Iterator<R> run(
        int range, AssignedIds numbers, Iterator<RangePart> asides, Iterator<LocalBlock> blocks)
        throws IOException;
  }

  /** What a pass reads beside the blocks; made and used in one task. */
  private record Beside(AssignedIds numbers, Iterator<RangePart> asides) {}

  /** Goes over the ids, range by range. */
  public <R> JavaRDD<R> numberedPass(JavaRDD<AssignedIds> numbers, NumberedPass<R> pass) {
    return numbers
        .zipPartitions(asides, (n, a) -> List.of(new Beside(n.next(), a)).iterator())
        .zipPartitions(
            parts,
            (besides, p) -> {
              Beside beside = besides.next();
              return pass.run(
                  TaskContext.getPartitionId(), beside.numbers(), beside.asides(), blocks(p));
            });
  }

  private static Iterator<LocalBlock> blocks(Iterator<RangePart> parts) {
    return new Iterator<>() {
      private LocalBlock next;

      @Override
      public boolean hasNext() {
        while (next == null && parts.hasNext()) {
          if (parts.next() instanceof LocalBlock block) {
            next = block;
          }
        }
        return next != null;
      }

      @Override
      public LocalBlock next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        LocalBlock block = next;
        next = null;
        return block;
      }
    };
  }

  @Override
  public void close() {
    asides.unpersist();
    parts.unpersist();
  }
}
