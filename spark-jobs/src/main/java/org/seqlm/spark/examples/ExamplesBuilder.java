package org.seqlm.spark.examples;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.example.BadExampleException;
import org.seqlm.corpus.example.BlockCut;
import org.seqlm.corpus.example.ExampleEncoder;
import org.seqlm.corpus.example.ExampleRules;
import org.seqlm.corpus.example.ExampleSplits;
import org.seqlm.corpus.example.ParsedExample;
import org.seqlm.corpus.example.ReadExamples;
import org.seqlm.corpus.example.RoleColumns;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleOrigin;
import org.seqlm.dataset.ExampleStatistics;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.Examples;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.FeatureStatistics;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitRules;
import org.seqlm.dataset.VocabularySource;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.text.TextRules;
import org.seqlm.vocab.ExampleVocabulary;
import org.seqlm.vocab.VocabularyLimits;
import scala.Tuple2;

/**
 * Makes labelled examples: reads the records once, counts tokens and labels, and writes the blocks.
 * The same input gives the same bytes, whatever the cluster. The driver holds some numbers of each
 * range and block, the labels and the vocabularies.
 */
public final class ExamplesBuilder {
  /**
   * What to make.
   *
   * @param source of the records
   * @param columns which has which role
   * @param metric that counts; null for the task's
   * @param rules how text becomes tokens
   * @param splits how what nobody has split is
   * @param limits of each vocabulary
   * @param vocabularyFrom what the vocabularies are made from
   * @param tasks of the stages whose number of tasks is free; 0 for the cluster's
   * @param origin the built-in example that they are; null for people's own data
   */
  public record Request(
      CorpusSource source,
      RoleColumns columns,
      String metric,
      TextRules rules,
      SplitRules splits,
      VocabularyLimits limits,
      VocabularySource vocabularyFrom,
      int tasks,
      ExampleOrigin origin) {}

  /**
   * What was made.
   *
   * @param details for the manifest
   * @param records read, those left out among them
   * @param splits how examples were dealt to splits
   * @param types of each column with a vocabulary the different tokens that it was made from
   */
  public record Built(
      ExamplesDetails details, long records, ExampleSplits splits, Map<String, Long> types) {}

  private final JavaSparkContext spark;
  private final Request request;
  private final ExampleTask task;
  private final int tasks;
  private final ExampleScan scan;

  private ExamplesBuilder(JavaSparkContext spark, Request request, ExampleScan scan) {
    this.spark = spark;
    this.request = request;
    this.task = request.columns().task();
    this.tasks = request.tasks() > 0 ? request.tasks() : spark.defaultParallelism();
    this.scan = scan;
  }

  /**
   * Writes vocabularies and blocks; the caller publishes them with a manifest.
   *
   * @param plan the files, by {@link CorpusPlan#ofExamples}
   * @throws UserException with exit code 3 if an input is missing, more is bad than the limits
   *     allow, the train split has no example, fewer than two labels, or lacks a label or the
   *     values of a feature
   */
  public static Built build(
      JavaSparkContext spark,
      CorpusPlan plan,
      Request request,
      ArtifactWriter output,
      Progress progress)
      throws IOException {
    ExampleSplits splits = ExampleSplits.of(files(plan), request.columns(), request.splits());
    ExampleRules rules =
        new ExampleRules(request.source(), request.columns(), request.rules(), splits);
    try (ExampleScan scan = ExampleScan.read(spark, plan, rules, progress)) {
      return new ExamplesBuilder(spark, request, scan).build(splits, output, progress);
    }
  }

  private static List<CorpusFile> files(CorpusPlan plan) {
    return plan.ranges().stream()
        .flatMap(range -> range.pieces().stream())
        .map(CorpusRange.Piece::file)
        .distinct()
        .toList();
  }

  private Built build(ExampleSplits splits, ArtifactWriter output, Progress progress)
      throws IOException {
    checkSplits(splits, progress);
    progress.stage("count", 0, "words");
    Map<String, StringCounts.Labels> labels = new TreeMap<>();
    Map<String, StringCounts.Vocabulary> vocabularies = new TreeMap<>();
    List<ExampleColumn> columns = scan.form().columns();
    try (StringCounts counts =
        StringCounts.of(scan, task, request.limits(), request.vocabularyFrom(), tasks)) {
      for (int c = 0; c < columns.size(); c++) {
        ExampleEncoder.Strings kind = ExampleEncoder.strings(columns.get(c));
        String name = columns.get(c).name();
        if (kind == ExampleEncoder.Strings.LABELS) {
          labels.put(name, counts.labels(c, request.columns().shown(name)));
        } else if (kind != null) {
          vocabularies.put(
              name, counts.vocabulary(c, request.columns().shown(name), BlockWriting.side(kind)));
        }
      }
    }
    for (Map.Entry<String, StringCounts.Labels> one : labels.entrySet()) {
      checkLabels(one.getKey(), one.getValue(), splits);
    }
    List<WrittenBlock> written = write(labels, vocabularies, output.folder(), progress);
    for (WrittenBlock block : written) {
      output.add(block.file);
    }
    for (Map.Entry<String, StringCounts.Vocabulary> one : vocabularies.entrySet()) {
      output.write(Examples.vocabularyFile(one.getKey()), one.getValue().vocabulary()::write);
    }
    ExamplesDetails details = details(labels, vocabularies, written);
    checkFeatures(details);
    Map<String, Long> types = new TreeMap<>();
    vocabularies.forEach((name, one) -> types.put(name, one.types()));
    return new Built(details, scan.read().records(), splits, types);
  }

  private void checkSplits(ExampleSplits splits, Progress progress) {
    ReadExamples read = scan.read();
    for (Split split : Split.values()) {
      if (read.examples(split) > 0 || !splits.wants(split)) {
        continue;
      }
      long all = read.offsets()[read.offsets().length - 1];
      String line =
          String.format(
              Locale.ROOT,
              "the %s split has no example: %,d %s dealt out %s",
              Json.name(split),
              all,
              all == 1 ? "is" : "are",
              splits.describe());
      if (split == Split.TRAIN) {
        throw UserException.data(line + "; give training examples, or other splits");
      }
      progress.message("warning: " + line);
    }
  }

  /** The training split must have every label, and, where one is to be told, two. */
  private void checkLabels(String column, StringCounts.Labels labels, ExampleSplits splits) {
    List<Long> train = labels.counts().get(Split.TRAIN);
    for (int i = 0; i < train.size(); i++) {
      if (train.get(i) == 0) {
        throw unknownLabel(column, labels.names().get(i), splits);
      }
    }
    if (train.size() < 2 && !column.equals(RoleColumns.CONDITION)) {
      throw UserException.data(
          request.columns().shown(column)
              + " has the same label, "
              + labels.names().get(0)
              + ", in all training examples: there is nothing to learn; give examples of at least"
              + " two");
    }
  }

  private UserException unknownLabel(String column, String label, ExampleSplits splits) {
    ExampleTask of = task;
    List<long[]> first =
        scan.pass(
                (range, examples) -> {
                  while (examples.hasNext()) {
                    byte[] one = examples.next();
                    if (ExampleEncoder.strings(ParsedExample.decode(of, one).value(column))
                        .contains(label)) {
                      long[] place = {range, ParsedExample.piece(one), ParsedExample.place(one)};
                      return List.of(place).iterator();
                    }
                  }
                  return List.<long[]>of().iterator();
                })
            .take(1);
    long[] place = first.get(0);
    return UserException.data(
        scan.read().where((int) place[0], (int) place[1], place[2])
            + ": "
            + request.columns().shown(column)
            + " has the label "
            + BadExampleException.shown(label)
            + ", which no training example has: give training examples with it, leave it out, or"
            + switch (splits.method()) {
              case COLUMN -> " give one that has it to train (--columns split=...)";
              case FILES -> " move one that has it into a training file";
              case HASHED -> " cut other splits (splits.salt)";
            });
  }

  private List<WrittenBlock> write(
      Map<String, StringCounts.Labels> labels,
      Map<String, StringCounts.Vocabulary> vocabularies,
      Path folder,
      Progress progress) {
    BlockCut cut = new BlockCut(scan.read());
    long[] offsets = scan.read().offsets();
    long[][] splits = scan.read().splitOffsets();
    List<ExampleColumn> columns = new ArrayList<>(scan.form().columns());
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    Broadcast<String[][]> strings = spark.broadcast(strings(labels, vocabularies));
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "write", offsets[offsets.length - 1], "examples", "")) {
      BlockWriting writing =
          new BlockWriting(conf, strings, folder.toString(), task, columns, cut, stage.done());
      JavaRDD<WrittenBlock> written =
          scan.pass((range, examples) -> keyed(examples, offsets[range], splits[range], cut))
              .mapToPair(pair -> pair)
              .repartitionAndSortWithinPartitions(
                  new ExampleKey.ByBlock(Math.min(tasks, cut.all()), cut.all()))
              .mapPartitions(writing::write);
      List<WrittenBlock> blocks = new ArrayList<>(written.collect());
      blocks.sort(Comparator.comparing(block -> block.block));
      if (blocks.size() != cut.all()) {
        throw new IllegalStateException(
            "of " + cut.all() + " blocks " + blocks.size() + " have examples");
      }
      return blocks;
    } finally {
      strings.unpersist();
    }
  }

  private String[][] strings(
      Map<String, StringCounts.Labels> labels, Map<String, StringCounts.Vocabulary> vocabularies) {
    return scan.form().columns().stream()
        .map(
            column -> {
              if (labels.containsKey(column.name())) {
                return labels.get(column.name()).names().toArray(String[]::new);
              }
              if (!vocabularies.containsKey(column.name())) {
                return new String[0];
              }
              ExampleVocabulary vocabulary = vocabularies.get(column.name()).vocabulary();
              String[] tokens = new String[vocabulary.size() - vocabulary.unknown() - 1];
              for (int i = 0; i < tokens.length; i++) {
                tokens[i] = vocabulary.token(vocabulary.unknown() + 1 + i);
              }
              return tokens;
            })
        .toArray(String[][]::new);
  }

  private static Iterator<Tuple2<ExampleKey, byte[]>> keyed(
      Iterator<byte[]> examples, long offset, long[] offsets, BlockCut cut) {
    long[] own = offsets.clone();
    return new Iterator<>() {
      private long position = offset;

      @Override
      public boolean hasNext() {
        return examples.hasNext();
      }

      @Override
      public Tuple2<ExampleKey, byte[]> next() {
        byte[] example = examples.next();
        int split = ParsedExample.split(example);
        long key = cut.key(split, position++, own[split]++);
        return new Tuple2<>(new ExampleKey(cut.block(split, key), key), example);
      }
    };
  }

  private ExamplesDetails details(
      Map<String, StringCounts.Labels> labels,
      Map<String, StringCounts.Vocabulary> vocabularies,
      List<WrittenBlock> written) {
    Map<String, List<String>> names = new TreeMap<>();
    labels.forEach((column, one) -> names.put(column, one.names()));
    Map<String, ExamplesDetails.ColumnVocabulary> sizes = new TreeMap<>();
    vocabularies.forEach(
        (column, one) ->
            sizes.put(
                column,
                new ExamplesDetails.ColumnVocabulary(
                    one.vocabulary().size(),
                    one.vocabulary().end(),
                    one.vocabulary().unknown(),
                    one.vocabulary().fingerprint())));
    BlockCut cut = new BlockCut(scan.read());
    Map<Split, ExampleStatistics> splits = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      List<WrittenBlock> own =
          written.stream().filter(block -> cut.split(block.block) == split).toList();
      splits.put(split, statistics(own, split, labels));
    }
    return new ExamplesDetails(
        task,
        request.metric() == null ? metric() : request.metric(),
        scan.form().columns(),
        scan.form().texts().isEmpty() ? null : request.rules(),
        scan.form().texts(),
        names,
        sizes,
        features(written.stream().filter(b -> cut.split(b.block) == Split.TRAIN).toList()),
        splits,
        scan.read().bad(),
        scan.read().fingerprint(),
        request.origin());
  }

  /** What is written of a condition is one of many, so no one of them is the right one. */
  private String metric() {
    return scan.form().columns().stream()
            .anyMatch(column -> column.name().equals(RoleColumns.CONDITION))
        ? "perplexity"
        : task.metric();
  }

  private ExampleStatistics statistics(
      List<WrittenBlock> blocks, Split split, Map<String, StringCounts.Labels> labels) {
    List<ExampleColumn> columns = scan.form().columns();
    Map<String, Integer> longest = new TreeMap<>();
    Map<String, Long> items = new TreeMap<>();
    Map<String, Long> unknown = new TreeMap<>();
    for (int c = 0; c < columns.size(); c++) {
      int at = c;
      String name = columns.get(c).name();
      if (columns.get(c).ragged()) {
        longest.put(name, blocks.stream().mapToInt(block -> block.longest[at]).max().orElse(0));
        items.put(name, blocks.stream().mapToLong(block -> block.items[at]).sum());
      }
      ExampleEncoder.Strings kind = ExampleEncoder.strings(columns.get(c));
      if (kind != null && kind != ExampleEncoder.Strings.LABELS) {
        unknown.put(name, blocks.stream().mapToLong(block -> block.unknown[at]).sum());
      }
    }
    Map<String, List<Long>> counts = new TreeMap<>();
    labels.forEach((column, one) -> counts.put(column, one.counts().get(split)));
    return new ExampleStatistics(
        blocks.stream().mapToLong(block -> block.examples).sum(),
        blocks.stream().map(block -> block.examples).toList(),
        longest,
        items,
        unknown,
        counts);
  }

  private Map<String, FeatureStatistics> features(List<WrittenBlock> train) {
    Map<String, FeatureStatistics> features = new TreeMap<>();
    List<ExampleColumn> columns = scan.form().columns();
    for (int c = 0; c < columns.size(); c++) {
      if (train.get(0).features[c] != null) {
        // In the order of the blocks: the last bits of sums depend on it.
        FeatureStatistics.Sums sums = new FeatureStatistics.Sums(columns.get(c).features());
        for (WrittenBlock block : train) {
          sums.add(block.features[c]);
        }
        features.put(columns.get(c).name(), sums.statistics());
      }
    }
    return features;
  }

  private void checkFeatures(ExamplesDetails details) {
    details
        .features()
        .forEach(
            (column, features) -> {
              int missing = features.counts().indexOf(0L);
              if (missing >= 0) {
                throw UserException.data(
                    "feature "
                        + (missing + 1)
                        + " of "
                        + request.columns().shown(column)
                        + " has no value in any training example: leave the feature out, or give"
                        + " examples that have it");
              }
            });
  }
}
