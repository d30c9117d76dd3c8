package org.seqlm.spark.profile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.Progress;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.profile.CorpusProfile;
import org.seqlm.profile.CountedWords;
import org.seqlm.profile.GroupNames;
import org.seqlm.profile.GroupSums;
import org.seqlm.profile.Growth;
import org.seqlm.profile.ProfileState;
import org.seqlm.profile.WordFindings;
import org.seqlm.profile.WordFold;
import org.seqlm.profile.text.Tallies;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;
import scala.Tuple2;

/**
 * The second half of profiling: words of ranges, and of an earlier profile, are dealt out by hash,
 * sorted by (word, place in the text) and folded.
 */
final class WordFolding {
  /** How often words come again within a range of text, more or less. */
  private static final int REPEATED = 32;

  private final JavaSparkContext spark;
  private final ProfilingRules rules;
  private final ReadRanges text;
  private final List<ProfiledRange> ranges;
  private final RangeSummary total;
  private final Tallies tallies;
  private final EarlierProfile earlier;
  private final StoredProfile stored;
  private final Broadcast<SharedSettings> conf;

  /**
   * @param text that was read
   * @param tallies of all of them
   * @param earlier profile that the text is added to; null for none
   * @param stored where all words are kept; null for nowhere
   */
  WordFolding(
      JavaSparkContext spark,
      ProfilingRules rules,
      ReadRanges text,
      Tallies tallies,
      EarlierProfile earlier,
      StoredProfile stored,
      Broadcast<SharedSettings> conf) {
    this.spark = spark;
    this.rules = rules;
    this.text = text;
    this.ranges = text.ranges();
    this.total = text.total();
    this.tallies = tallies;
    this.earlier = earlier;
    this.stored = stored;
    this.conf = conf;
  }

  /**
   * Folds the words of the ranges' parts.
   *
   * @param heldOut text of which coverage is told; null for none
   */
  CorpusProfiling.Result fold(ReadRanges heldOut, int tasks, Progress progress) {
    ProfileState before = earlier == null ? null : earlier.state();
    RangePlaces places = new RangePlaces(ranges.size());
    if (before != null) {
      places.tokens[0] = before.tokens();
      places.documents[0] = before.documents();
      tallies.add(before.tallies());
    }
    for (int r = 0; r < ranges.size(); r++) {
      ProfiledRange range = ranges.get(r);
      places.tokens[r + 1] = places.tokens[r] + range.tokens;
      places.documents[r + 1] = places.documents[r] + range.summary.documents();
    }
    List<CorpusProfile.Group> told = groups(text.heads()).told();
    GroupNames names = GroupNames.of(told);
    places.names = names.names().toArray(String[]::new);
    List<CorpusProfile.Group> groups = new ArrayList<>(told);
    groups.sort(Comparator.comparingInt(group -> names.code(group.name())));
    long[] tokens = groups.stream().mapToLong(CorpusProfile.Group::tokens).toArray();
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
    FoldedWords folded =
        new FoldedWords(
            new WordFindings(points.length, tokens.length, rules.mostTop(), rules.mostTrends()));
    if (all > 0) {
      folded = folded(heldOut, places, names, question, folded, tasks, progress);
    }
    return result(names, groups, points, all, places.documents[ranges.size()], folded);
  }

  /** All groups are added up by their names in the cluster, and only those that are told come. */
  private GroupSums groups(JavaRDD<ProfiledRange> heads) {
    JavaPairRDD<String, long[]> sums = heads.flatMapToPair(WordFolding::groups);
    if (earlier != null) {
      List<Tuple2<String, long[]>> known = new ArrayList<>();
      for (CorpusProfile.Group group : earlier.state().groups()) {
        known.add(new Tuple2<>(group.name(), new long[] {group.documents(), group.tokens()}));
      }
      sums = sums.union(spark.parallelizePairs(known, 1));
    }
    int most = rules.mostGroups();
    int adding = rules.by() == null ? 1 : spark.defaultParallelism();
    JavaPairRDD<String, long[]> all =
        sums.reduceByKey((a, b) -> new long[] {a[0] + b[0], a[1] + b[1]}, adding);
    GroupSums groups =
        Shuffles.inTree(
            all.mapPartitions(
                some -> {
                  GroupSums part = new GroupSums(most);
                  while (some.hasNext()) {
                    Tuple2<String, long[]> one = some.next();
                    part.add(new CorpusProfile.Group(one._1(), one._2()[0], one._2()[1]));
                  }
                  return List.of(part).iterator();
                }),
            new GroupSums(most),
            GroupSums::add);
    Shuffles.remove(spark, all);
    return groups;
  }

  private static Iterator<Tuple2<String, long[]>> groups(ProfiledRange head) {
    List<Tuple2<String, long[]>> groups = new ArrayList<>();
    for (int g = 0; g < head.groups.length; g++) {
      if (head.groupDocuments[g] + head.groupTokens[g] > 0) { // not a file's whose records have one
        groups.add(
            new Tuple2<>(head.groups[g], new long[] {head.groupDocuments[g], head.groupTokens[g]}));
      }
    }
    return groups.iterator();
  }

  private CorpusProfiling.Result result(
      GroupNames names,
      List<CorpusProfile.Group> groups,
      long[] points,
      long tokens,
      long documents,
      FoldedWords folded) {
    List<String> fingerprints = new ArrayList<>();
    Map<String, Long> bad = new TreeMap<>(BadRecords.byKind(total));
    long records = total.records();
    if (earlier != null) {
      fingerprints.addAll(earlier.state().fingerprints());
      earlier.state().bad().forEach((kind, n) -> bad.merge(kind, n, Long::sum));
      records += earlier.state().records();
    }
    fingerprints.add(total.fingerprint());
    CorpusProfile profile =
        new CorpusProfile(
            records,
            bad,
            fingerprints,
            documents,
            tokens,
            tallies,
            groups,
            names.axis(),
            names.places(),
            points,
            folded.findings);
    List<FileEntry> files =
        Arrays.stream(folded.files).sorted((a, b) -> a.path().compareTo(b.path())).toList();
    ProfileState state =
        stored == null
            ? null
            : new ProfileState(
                ProfileState.FORMAT,
                fingerprints,
                rules.tokenizer(),
                rules.spelling(),
                rules.by(),
                records,
                bad,
                documents,
                tokens,
                folded.findings.frequencies().types(),
                tallies.counts(""),
                tallies.histograms(),
                groups,
                files.stream().map(FileEntry::path).toList());
    return new CorpusProfiling.Result(profile, files, state);
  }

  private FoldedWords folded(
      ReadRanges heldOut,
      RangePlaces places,
      GroupNames names,
      WordFold.Question question,
      FoldedWords none,
      int tasks,
      Progress progress) {
    int folding = folding(tasks);
    Broadcast<RangePlaces> shared = spark.broadcast(places);
    try (TaskProgress stage = TaskProgress.start(spark, progress, "add words up", 0, "words", "")) {
      LongAccumulator done = stage.done();
      JavaPairRDD<WordKey, long[]> rows =
          text.parts().mapPartitionsToPair(range -> new RangeRows(range, shared.value()));
      if (earlier != null && !earlier.state().parts().isEmpty()) {
        rows = rows.union(earlierRows(names));
      }
      if (heldOut != null) {
        rows = rows.union(heldOut.parts().flatMapToPair(WordFolding::heldOutRows));
      }
      JavaPairRDD<WordKey, long[]> sorted =
          rows.repartitionAndSortWithinPartitions(
              Shuffles.by((WordKey key) -> key.part(folding), folding));
      FoldedWords folded =
          Shuffles.inTree(sorted.mapPartitions(task(question, done)), none, FoldedWords::add);
      Shuffles.remove(spark, sorted);
      return folded;
    } finally {
      shared.destroy();
    }
  }

  /**
   * Tasks that fold; where words are kept, each leaves a file, so they follow from the text alone.
   */
  private int folding(int tasks) {
    if (stored != null) {
      long before = earlier == null ? 0 : earlier.state().types();
      long read = ranges.stream().mapToLong(range -> range.tokens).sum();
      return 1 + (int) Math.min(100_000, (before + read / REPEATED) / StoredProfile.WORDS);
    }
    return tasks > 0 ? tasks : Math.max(spark.defaultParallelism(), ranges.size() / 4);
  }

  private JavaPairRDD<WordKey, long[]> earlierRows(GroupNames names) {
    EarlierProfile.Place place = earlier.place();
    Broadcast<SharedSettings> settings = conf;
    int[] codes =
        earlier.state().groups().stream().mapToInt(group -> names.code(group.name())).toArray();
    List<String> files = earlier.state().parts();
    return spark
        .parallelize(files, files.size())
        .flatMapToPair(part -> place.rows(settings.value().value(), part, codes));
  }

  /** Rows that are of no group and no place: none of a word's other rows depends on them. */
  private static Iterator<Tuple2<WordKey, long[]>> heldOutRows(ProfiledRange part) {
    if (part.words == null) {
      return Collections.emptyIterator();
    }
    return IntStream.range(0, part.words.words.length)
        .mapToObj(
            i ->
                new Tuple2<>(
                    new WordKey(part.words.words[i], WordFold.HELD_OUT, -1), part.words.rows[i]))
        .iterator();
  }

  private FlatMapFunction<Iterator<Tuple2<WordKey, long[]>>, FoldedWords> task(
      WordFold.Question question, LongAccumulator done) {
    StoredProfile kept = stored;
    Broadcast<SharedSettings> settings = conf;
    return rows -> {
      if (kept == null) {
        return List.of(new FoldedWords(folded(new WordFold(question), rows, done))).iterator();
      }
      Path folder = new Path(kept.folder());
      TaskContext context = TaskContext.get();
      try (HashedFile.Open file =
              HashedFile.open(
                  Paths.plain(folder.getFileSystem(settings.value().value())),
                  folder,
                  StoredProfile.part(context.partitionId()),
                  context.taskAttemptId());
          CountedWords words = new CountedWords(file.stream())) {
        WordFindings findings = folded(new WordFold(question, words), rows, done);
        words.end();
        return List.of(new FoldedWords(findings, file.keep())).iterator();
      }
    };
  }

  private static WordFindings folded(
      WordFold fold, Iterator<Tuple2<WordKey, long[]>> rows, LongAccumulator done)
      throws IOException {
    long n = 0;
    while (rows.hasNext()) {
      Tuple2<WordKey, long[]> one = rows.next();
      long[] row = one._2();
      fold.row(one._1().word, one._1().group, row[0], row[1], row[2], row[3], row[4]);
      n++;
    }
    done.add(n);
    return fold.take();
  }
}
