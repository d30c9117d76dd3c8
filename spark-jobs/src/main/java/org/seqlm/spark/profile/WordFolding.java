package org.seqlm.spark.profile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
 * sorted by (word, range, group) and folded.
 */
final class WordFolding {
  private final JavaSparkContext spark;
  private final ProfilingRules rules;
  private final List<ProfiledRange> ranges;
  private final RangeSummary total;
  private final Tallies tallies;
  private final EarlierProfile earlier;
  private final StoredProfile stored;
  private final Broadcast<SharedSettings> conf;

  /**
   * @param ranges in their order
   * @param total of their summaries
   * @param tallies of all of them
   * @param earlier profile that the text is added to; null for none
   * @param stored where all words are kept; null for nowhere
   */
  WordFolding(
      JavaSparkContext spark,
      ProfilingRules rules,
      List<ProfiledRange> ranges,
      RangeSummary total,
      Tallies tallies,
      EarlierProfile earlier,
      StoredProfile stored,
      Broadcast<SharedSettings> conf) {
    this.spark = spark;
    this.rules = rules;
    this.ranges = ranges;
    this.total = total;
    this.tallies = tallies;
    this.earlier = earlier;
    this.stored = stored;
    this.conf = conf;
  }

  /** Folds the words of the ranges' parts. */
  CorpusProfiling.Result fold(JavaRDD<ProfiledRange> parts, int tasks, Progress progress) {
    ProfileState before = earlier == null ? null : earlier.state();
    Map<String, Long> tokensOf = new TreeMap<>();
    Map<String, Long> documentsOf = new TreeMap<>();
    RangePlaces places = new RangePlaces(ranges.size());
    if (before != null) {
      for (CorpusProfile.Group group : before.groups()) {
        tokensOf.merge(group.name(), group.tokens(), Long::sum);
        documentsOf.merge(group.name(), group.documents(), Long::sum);
      }
      places.tokens[0] = before.tokens();
      places.documents[0] = before.documents();
      tallies.add(before.tallies());
    }
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
    long[] tokens = new long[names.names().size()];
    long[] documents = new long[tokens.length];
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
    FoldedWords folded =
        new FoldedWords(
            new WordFindings(points.length, tokens.length, rules.mostTop(), rules.mostTrends()));
    if (all > 0) {
      folded = folded(parts, places, names, question, folded, tasks, progress);
    }
    List<CorpusProfile.Group> groups = new ArrayList<>();
    for (int g = 0; g < tokens.length; g++) {
      groups.add(new CorpusProfile.Group(names.names().get(g), documents[g], tokens[g]));
    }
    return result(names, groups, points, all, places.documents[ranges.size()], folded);
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
      JavaRDD<ProfiledRange> parts,
      RangePlaces places,
      GroupNames names,
      WordFold.Question question,
      FoldedWords none,
      int tasks,
      Progress progress) {
    long different = ranges.stream().mapToLong(range -> range.rows).sum();
    int folding = folding(different, tasks);
    Broadcast<RangePlaces> shared = spark.broadcast(places);
    try (TaskProgress stage = TaskProgress.start(spark, progress, "add words up", 0, "words", "")) {
      LongAccumulator done = stage.done();
      JavaPairRDD<WordKey, long[]> rows =
          parts
              .filter(part -> part.words != null)
              .flatMapToPair(part -> rows(part, shared.value()));
      if (earlier != null && !earlier.state().parts().isEmpty()) {
        rows = rows.union(earlierRows(names));
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

  /** Tasks that fold; where words are kept, each leaves a file, so they follow from the words. */
  private int folding(long different, int tasks) {
    if (stored != null) {
      long before = earlier == null ? 0 : earlier.state().types();
      return 1 + (int) Math.min(100_000, (before + different) / StoredProfile.WORDS);
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
