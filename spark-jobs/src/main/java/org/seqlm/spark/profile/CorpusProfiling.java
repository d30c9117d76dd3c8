package org.seqlm.spark.profile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.Progress;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.profile.CorpusProfile;
import org.seqlm.profile.GroupNames;
import org.seqlm.profile.Growth;
import org.seqlm.profile.Histogram;
import org.seqlm.profile.Measures;
import org.seqlm.profile.Tallies;
import org.seqlm.profile.WordFindings;
import org.seqlm.profile.WordFold;
import org.seqlm.spark.corpus.PackedParts;
import org.seqlm.spark.corpus.RangesRdd;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.task.TaskProgress;
import scala.Tuple2;

/**
 * Profiles a corpus. A task holds the different words of its range, and leaves them on its
 * executor's disk until the driver knows where in the text each range lies; then they are shuffled
 * and folded. The driver gets sums, a few numbers a range, and the words that are told of.
 */
public final class CorpusProfiling {
  private CorpusProfiling() {}

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
        ranges = new ArrayList<>(heads.map(ProfiledRange::withoutTallies).collect());
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
      return words(spark, parts, ranges, total, tallies, rules, tasks, progress);
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

  private static CorpusProfile words(
      JavaSparkContext spark,
      JavaRDD<ProfiledRange> parts,
      List<ProfiledRange> ranges,
      RangeSummary total,
      Tallies tallies,
      ProfilingRules rules,
      int tasks,
      Progress progress) {
    Map<String, Long> tokensOf = new TreeMap<>();
    Map<String, Long> documentsOf = new TreeMap<>();
    RangePlaces places = new RangePlaces(ranges.size());
    for (int r = 0; r < ranges.size(); r++) {
      ProfiledRange range = ranges.get(r);
      for (int g = 0; g < range.groups.length; g++) {
        tokensOf.merge(range.groups[g], range.groupTokens[g], Long::sum);
        documentsOf.merge(range.groups[g], range.groupDocuments[g], Long::sum);
      }
      places.tokens[r + 1] = places.tokens[r] + range.tokens;
      places.documents[r + 1] = places.documents[r] + range.summary.documents();
    }
    GroupNames names = GroupNames.of(tokensOf, rules.mostGroups());
    int groups = names.names().size();
    long[] tokens = new long[groups];
    long[] documents = new long[groups];
    tokensOf.forEach((name, n) -> tokens[names.code(name)] += n);
    documentsOf.forEach((name, n) -> documents[names.code(name)] += n);
    for (int r = 0; r < ranges.size(); r++) {
      places.groups[r] = Arrays.stream(ranges.get(r).groups).mapToInt(names::code).toArray();
    }
    long all = places.tokens[ranges.size()];
    long[] points = Growth.points(all);
    WordFold.Question question =
        new WordFold.Question(
            points,
            names.places(),
            tokens,
            rules.minCount(),
            rules.minDocuments(),
            rules.mostTop(),
            rules.mostTrends(),
            rules.seed());
    WordFindings none =
        new WordFindings(points.length, groups, rules.mostTop(), rules.mostTrends());
    WordFindings found = none;
    if (all > 0) {
      int folding = tasks > 0 ? tasks : Math.max(spark.defaultParallelism(), ranges.size() / 4);
      Broadcast<RangePlaces> shared = spark.broadcast(places);
      long different = ranges.stream().mapToLong(range -> range.rows).sum();
      try (TaskProgress stage =
          TaskProgress.start(spark, progress, "add words up", different, "words", "")) {
        LongAccumulator folded = stage.done();
        JavaPairRDD<WordKey, long[]> sorted =
            parts
                .filter(part -> part.words != null)
                .flatMapToPair(part -> rows(part, shared.value()))
                .repartitionAndSortWithinPartitions(
                    Shuffles.by((WordKey key) -> key.part(folding), folding));
        found =
            Shuffles.inTree(
                sorted.mapPartitions(rows -> fold(rows, question, folded)),
                none,
                WordFindings::add);
        Shuffles.remove(spark, sorted);
      } finally {
        shared.destroy();
      }
    }
    List<CorpusProfile.Group> told = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      told.add(new CorpusProfile.Group(names.names().get(g), documents[g], tokens[g]));
    }
    return new CorpusProfile(
        total.records(),
        BadRecords.byKind(total),
        total.fingerprint(),
        total.documents(),
        all,
        tallies,
        told,
        names.axis(),
        names.places(),
        points,
        found);
  }

  private static Iterator<Tuple2<WordKey, long[]>> rows(ProfiledRange part, RangePlaces places) {
    int range = part.index;
    List<Tuple2<WordKey, long[]>> rows = new ArrayList<>(part.words.words.length);
    for (int i = 0; i < part.words.words.length; i++) {
      long[] row = part.words.rows[i].clone();
      // Documents of the text are numbered from 1: what a range begins within is the last before.
      row[2] += places.documents[range];
      row[3] += places.documents[range];
      row[4] += places.tokens[range];
      rows.add(
          new Tuple2<>(
              new WordKey(part.words.words[i], range, places.groups[range][part.words.groups[i]]),
              row));
    }
    return rows.iterator();
  }

  private static Iterator<WordFindings> fold(
      Iterator<Tuple2<WordKey, long[]>> rows, WordFold.Question question, LongAccumulator folded) {
    WordFold fold = new WordFold(question);
    long n = 0;
    while (rows.hasNext()) {
      Tuple2<WordKey, long[]> one = rows.next();
      long[] row = one._2();
      fold.row(one._1().word, one._1().group, row[0], row[1], row[2], row[3], row[4]);
      n++;
    }
    folded.add(n);
    return List.of(fold.take()).iterator();
  }

  private static final class Ranges extends RangesRdd<ProfiledRange> {
    private static final long serialVersionUID = 1L;

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
      RangeSink sink = new RangeSink(rules, context);
      long[] before = new long[range.pieces().size()]; // nobody asks for a record's number
      try {
        sink.range().summary =
            RangeLines.read(conf, source, range, before, sink, n -> bytes.add(n));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      List<ProfiledRange> parts = sink.take(range.index());
      words.add(parts.get(0).tokens);
      return parts.iterator();
    }
  }
}
