package org.seqlm.spark.profile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.profile.CorpusProfile;
import org.seqlm.profile.ProfileState;
import org.seqlm.profile.text.Histogram;
import org.seqlm.profile.text.Measures;
import org.seqlm.profile.text.Tallies;
import org.seqlm.spark.corpus.PackedParts;
import org.seqlm.spark.corpus.RangesRdd;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.task.TaskEnd;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.store.FileEntry;

/**
 * Profiles a corpus. A task holds the different words of its range, and leaves them on its
 * executor's disk until the driver knows where in the text each range lies; then they are shuffled
 * and folded. The driver gets sums, a few numbers a range, and the words and groups that are told
 * of.
 */
public final class CorpusProfiling {
  private CorpusProfiling() {}

  /**
   * A profile, and what is kept of it.
   *
   * @param profile of all text
   * @param files of words, if they are kept
   * @param state beside them; null where nothing is kept
   */
  public record Result(CorpusProfile profile, List<FileEntry> files, ProfileState state) {}

  /**
   * Reads a text once.
   *
   * @param tasks that fold words; 0 for as many as suit the cluster
   * @throws org.seqlm.UserException with exit code 3 if more is bad than the limits allow
   */
  public static CorpusProfile of(
      JavaSparkContext spark,
      CorpusPlan listed,
      CorpusSource source,
      ProfilingRules rules,
      int tasks,
      Progress progress) {
    return of(spark, listed, source, rules, null, null, tasks, progress).profile();
  }

  /**
   * Reads a text once, and adds it to what is known of the text before it.
   *
   * @param earlier profile of that text; null for none
   * @param stored where the counts of all words are kept; null for nowhere
   * @param tasks that fold words, where they are not kept; 0 for as many as suit the cluster
   * @throws UserException with exit code 3 if more is bad than the limits allow, or the text has
   *     been added already
   */
  public static Result of(
      JavaSparkContext spark,
      CorpusPlan listed,
      CorpusSource source,
      ProfilingRules rules,
      EarlierProfile earlier,
      StoredProfile stored,
      int tasks,
      Progress progress) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    CorpusPlan plan = PackedParts.found(spark, listed, source, conf, progress);
    JavaRDD<ProfiledRange> parts;
    JavaRDD<ProfiledRange> heads;
    List<ProfiledRange> ranges;
    Tallies tallies;
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "read", plan.bytes(), "bytes", "words")) {
      parts =
          new Ranges(spark.sc(), plan, conf, source, rules, stage.done(), stage.more())
              .toJavaRDD()
              .persist(StorageLevel.DISK_ONLY());
      heads = parts.filter(part -> part.words == null).persist(StorageLevel.DISK_ONLY());
      try {
        ranges = new ArrayList<>(heads.map(ProfiledRange::sums).collect());
        tallies = Shuffles.inTree(heads.map(head -> head.tallies), new Tallies(), Tallies::add);
      } catch (RuntimeException e) {
        heads.unpersist();
        parts.unpersist();
        throw e;
      }
    }
    try {
      ranges.sort(Comparator.comparingInt(range -> range.index));
      List<RangeSummary> summaries = ranges.stream().map(range -> range.summary).toList();
      RangeSummary total = RangeSummary.sum(summaries);
      BadRecords.check(source, summaries, total);
      BadRecords.tell(progress, total);
      addCutDocuments(ranges, tallies.histogram(Measures.DOCUMENT_WORDS));
      if (earlier != null && earlier.state().fingerprints().contains(total.fingerprint())) {
        throw UserException.data(
            "the text "
                + String.join(" ", source.paths())
                + " is in the profile that it is added to already: give other --input");
      }
      WordFolding words =
          new WordFolding(spark, rules, ranges, total, tallies, earlier, stored, conf);
      return words.fold(parts, heads, tasks, progress);
    } finally {
      heads.unpersist();
      parts.unpersist();
    }
  }

  /** The lengths of documents that ranges cut. */
  static void addCutDocuments(List<ProfiledRange> ranges, Histogram lengths) {
    long tokens = 0;
    boolean open = false;
    for (ProfiledRange range : ranges) {
      if (open) {
        tokens += range.headTokens;
        if (range.headEnds || !range.goesOn) {
          lengths.add(tokens);
          open = false;
        }
      }
      if (range.tailGoesOn) {
        tokens = range.tailTokens;
        open = true;
      }
    }
    if (open) {
      lengths.add(tokens);
    }
  }

  private static final class Ranges extends RangesRdd<ProfiledRange> {
    private static final long serialVersionUID = 1L;

    /** Of the heap, for all tasks' tables of words; what they spill has as much again. */
    private static final double FRACTION = 0.15;

    private final CorpusSource source;
    private final ProfilingRules rules;
    private final LongAccumulator bytes;
    private final LongAccumulator words;

    Ranges(
        SparkContext spark,
        CorpusPlan plan,
        Broadcast<SharedSettings> conf,
        CorpusSource source,
        ProfilingRules rules,
        LongAccumulator bytes,
        LongAccumulator words) {
      super(spark, plan, conf);
      this.source = source;
      this.rules = rules;
      this.bytes = bytes;
      this.words = words;
    }

    @Override
    public Iterator<ProfiledRange> compute(
        Configuration conf, CorpusRange range, TaskContext context) {
      SpilledWords spilled = new SpilledWords(TaskMemory.spill(FRACTION, "seqlm-profile"));
      TaskEnd.close(spilled);
      RangeSink sink = new RangeSink(rules, context, TaskMemory.share(FRACTION), spilled);
      long[] before = new long[range.pieces().size()]; // nobody asks for a record's number
      try {
        sink.range().summary =
            RangeLines.read(conf, source, range, before, sink, n -> bytes.add(n));
        Iterator<ProfiledRange> parts = sink.take(range.index());
        words.add(sink.range().tokens);
        return parts;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
