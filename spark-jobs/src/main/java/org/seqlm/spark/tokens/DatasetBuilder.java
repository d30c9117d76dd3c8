package org.seqlm.spark.tokens;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.LocalBlock;
import org.seqlm.corpus.RangeIds;
import org.seqlm.corpus.RangeLabels;
import org.seqlm.corpus.TokenSplits;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentFields;
import org.seqlm.dataset.DatasetDetails;
import org.seqlm.dataset.DocumentLabels;
import org.seqlm.dataset.SegmentWriter;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitRules;
import org.seqlm.dataset.SplitStatistics;
import org.seqlm.dataset.VocabularyExtension;
import org.seqlm.dataset.VocabularySource;
import org.seqlm.spark.corpus.CorpusScan;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.spark.words.CorpusVocabulary;
import org.seqlm.spark.words.DictionaryLimit;
import org.seqlm.spark.words.MemoryVocabulary;
import org.seqlm.spark.words.WordAppending;
import org.seqlm.spark.words.WordRanking;
import org.seqlm.store.FileEntry;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.ExtendedVocabulary;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyLimits;

/**
 * Makes a dataset: reads the text once, ranks the tokens, and writes the ids split by split. The
 * same input gives the same bytes, whatever the cluster.
 */
public final class DatasetBuilder {
  /**
   * What to make.
   *
   * @param source the text
   * @param rules how it becomes tokens
   * @param splits how it is cut
   * @param labels names of fields of records that are kept with the documents of the test split
   * @param limits of the vocabulary
   * @param vocabularyFrom what the vocabulary is made from
   * @param extended the vocabulary that new tokens are appended to, with its own limits; null to
   *     make one of the text alone
   * @param tasks of the stages whose number of tasks is free; 0 for the cluster's
   * @param seed of hashed splits
   */
  public record Request(
      CorpusSource source,
      TextRules rules,
      SplitRules splits,
      List<String> labels,
      VocabularyLimits limits,
      VocabularySource vocabularyFrom,
      ExtendedVocabulary extended,
      int tasks,
      long seed) {
    private DocumentFields fields() {
      return new DocumentFields(labels, splits.clusterField());
    }
  }

  /**
   * What was made.
   *
   * @param details for the manifest; they tell of the vocabulary, too
   * @param types different tokens in the text that the vocabulary was made from, before any limit
   * @param records read, those left out among them
   * @param reservedSpellings tokens of the text that read {@code <s>}, {@code </s>}, {@code <unk>}
   *     or {@code <UNK>}; they are unknown words
   * @param split records that were cut since they are too long
   */
  public record Built(
      DatasetDetails details, long types, long records, long reservedSpellings, long split) {}

  private DatasetBuilder() {}

  /**
   * Writes vocabulary and segments; the caller publishes them with a manifest.
   *
   * @throws UserException with exit code 3 if an input is missing, there are fewer than two tokens,
   *     more is bad than the limits allow, or the train split is empty
   */
  public static Built build(
      JavaSparkContext spark, Request request, ArtifactWriter output, Progress progress)
      throws IOException {
    CorpusPlan plan = CorpusPlan.of(spark.hadoopConfiguration(), request.source());
    return build(spark, plan, request, output, progress);
  }

  /** The same of a corpus whose files are listed already. */
  public static Built build(
      JavaSparkContext spark,
      CorpusPlan plan,
      Request request,
      ArtifactWriter output,
      Progress progress)
      throws IOException {
    int tasks = request.tasks() > 0 ? request.tasks() : spark.defaultParallelism();
    try (CorpusScan scan =
        CorpusScan.read(
            spark,
            plan,
            request.source(),
            request.rules(),
            request.splits().method(),
            request.fields(),
            progress)) {
      TokenSplits splits =
          TokenSplits.of(
              request.splits(),
              request.seed(),
              request.source().document(),
              scan.summaries(),
              scan.offsets());
      progress.stage("rank", 0, "tokens");
      TokenSplits counted =
          request.vocabularyFrom() == VocabularySource.TRAIN
              ? splits
              : TokenSplits.all(scan.offsets());
      ExtendedVocabulary extended = request.extended();
      try (WordRanking.Result words =
          extended == null
              ? WordRanking.rank(scan, counted, request.limits(), tasks, DictionaryLimit.of(spark))
              : WordAppending.rank(scan, counted, extended, tasks)) {
        progress.update(words.types(), "");
        CorpusVocabulary vocabulary = words.vocabulary();
        int known = extended == null ? vocabulary.size() : extended.base().size();
        List<WrittenRange> written;
        try (TaskProgress stage =
            TaskProgress.start(spark, progress, "write", scan.total().tokens(), "tokens", "")) {
          written = write(spark, scan, splits, words, known, output.folder(), stage.done());
        }
        WrittenRange.told(written, request.labels()).forEach(progress::message);
        Map<Split, SplitStatistics> statistics = collect(written, output);
        check(statistics, request.splits(), scan.total().documents(), progress);
        output.write(Vocabularies.FILE_NAME, vocabulary::write);
        DatasetDetails details =
            new DatasetDetails(
                request.rules(),
                vocabulary.size(),
                vocabulary.fingerprint(),
                scan.fingerprint(),
                statistics,
                scan.bad(),
                extended == null
                    ? null
                    : extension(extended.base(), (MemoryVocabulary) vocabulary, written),
                request.fields().isNone() ? null : request.labels());
        return new Built(
            details,
            words.types(),
            scan.total().records(),
            scan.total().reservedSpellings(),
            scan.total().split());
      }
    }
  }

  private static List<WrittenRange> write(
      JavaSparkContext spark,
      CorpusScan scan,
      TokenSplits splits,
      WordRanking.Result words,
      int known,
      Path folder,
      LongAccumulator done) {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    int size = words.vocabulary().size();
    TokenizerKind kind = scan.rules().kind();
    int parts = SegmentWriter.parts(scan.total().tokens());
    String target = folder.toString();
    RangeWriting writing =
        (range, ids, blocks) ->
            writeRange(
                conf.value().value(),
                new Path(target),
                range,
                splits,
                size,
                known,
                kind,
                parts,
                ids,
                blocks,
                done);
    if (!(words.vocabulary() instanceof MemoryVocabulary memory)) {
      return scan.numberedPass(
              words.ids(),
              (range, numbers, asides, blocks) ->
                  List.of(writing.run(range, new RangeIds(asides, numbers.chunks()), blocks))
                      .iterator())
          .collect();
    }
    Broadcast<Vocabulary> shared = spark.broadcast(memory.vocabulary());
    try {
      return scan.secondPass(
              (range, asides, blocks) ->
                  List.of(writing.run(range, new RangeIds(asides, shared.value()), blocks))
                      .iterator())
          .collect();
    } finally {
      shared.unpersist();
    }
  }

  /** Writes a range's tokens, wherever their ids are from. */
  @FunctionalInterface
  private interface RangeWriting extends Serializable {
    WrittenRange run(int range, RangeIds ids, Iterator<LocalBlock> blocks) throws IOException;
  }

  private static WrittenRange writeRange(
      Configuration conf,
      Path folder,
      int range,
      TokenSplits splits,
      int vocabularySize,
      int known,
      TokenizerKind kind,
      int parts,
      RangeIds ids,
      Iterator<LocalBlock> blocks,
      LongAccumulator done)
      throws IOException {
    FileSystem fs = folder.getFileSystem(conf);
    Split[] all = Split.values();
    SegmentWriter[] writers = new SegmentWriter[all.length];
    for (Split split : all) {
      writers[split.ordinal()] =
          new SegmentWriter(
              fs, folder, split, range, TaskContext.get().taskAttemptId(), vocabularySize, parts);
    }
    try (DocumentLabels.Writer labels =
        new DocumentLabels.Writer(fs, folder, range, TaskContext.get().taskAttemptId())) {
      return writeRange(writers, labels, range, splits, known, kind, ids, blocks, done);
    } finally {
      for (SegmentWriter writer : writers) {
        writer.close();
      }
    }
  }

  private static WrittenRange writeRange(
      SegmentWriter[] writers,
      DocumentLabels.Writer labelWriter,
      int range,
      TokenSplits splits,
      int known,
      TokenizerKind kind,
      RangeIds ids,
      Iterator<LocalBlock> blocks,
      LongAccumulator done)
      throws IOException {
    boolean characters = kind == TokenizerKind.CHAR;
    int sentenceEnd = Vocabulary.reservedTokens(kind).indexOf(Vocabulary.SENTENCE_END_TOKEN);
    TokenSplits.Cursor cursor = splits.cursor(range, ids.documents());
    WrittenRange result = new WrittenRange();
    RangeLabels labels = ids.documents().labels();
    result.together = new long[labels == null ? 0 : labels.size()];
    int documents = 0; // that began
    while (blocks.hasNext()) {
      LocalBlock block = blocks.next();
      RangeIds.Chunk chunk = ids.chunk(block);
      int[] tokens = block.tokens();
      int[] documentStarts = block.documentStarts();
      int[] oddAt = block.oddAt();
      boolean lineStart = block.lineStart();
      int lineFeed = characters ? chunk.lineFeed() : -1;
      int odd = 0;
      int document = 0;
      for (int i = 0; i < tokens.length; i++) {
        int local = tokens[i];
        int id = chunk.ids()[local];
        int split = cursor.at(block.offset() + i).ordinal();
        long[] counts = result.counts[split];
        boolean isOdd = odd < oddAt.length && oddAt[odd] == i;
        if (document < documentStarts.length && documentStarts[document] == i) {
          document++;
          counts[WrittenRange.DOCUMENTS]++;
          writers[split].startDocument();
          if (labels != null && split == Split.TEST.ordinal()) {
            labelWriter.add(labels.labels(documents), labels.cluster(documents));
            labels.countTogether(documents, result.together);
          }
          documents++;
        }
        counts[WrittenRange.TOKENS]++;
        if (id == Vocabulary.UNKNOWN) {
          counts[WrittenRange.UNKNOWN]++;
          counts[WrittenRange.UNKNOWN_BYTES] += chunk.bytes(local);
        } else if (id >= known) {
          counts[WrittenRange.APPENDED]++;
        }
        if (characters) {
          counts[WrittenRange.CHARACTERS]++;
          counts[WrittenRange.LINES] += local == lineFeed || isOdd ? 1 : 0;
        } else {
          boolean lineEnd = id == sentenceEnd;
          counts[WrittenRange.CHARACTERS] +=
              chunk.codePoints()[local]
                  + (lineStart && !lineEnd ? 0 : 1)
                  + (isOdd ? block.oddBy()[odd] : 0);
          counts[WrittenRange.LINES] += lineEnd ? 1 : 0;
          lineStart = lineEnd;
        }
        odd += isOdd ? 1 : 0;
        writers[split].add(id);
      }
      done.add(tokens.length);
    }
    for (int split = 0; split < writers.length; split++) {
      writers[split].finish();
      List<FileEntry> files = writers[split].files();
      result.paths[split] = files.stream().map(FileEntry::path).toArray(String[]::new);
      result.hashes[split] = files.stream().map(FileEntry::sha256).toArray(String[]::new);
      result.bytes[split] = files.stream().mapToLong(FileEntry::bytes).toArray();
      result.lengths[split] =
          writers[split].lengths().stream().mapToInt(Integer::intValue).toArray();
    }
    FileEntry labelled = labelWriter.finish();
    if (labelled != null) {
      result.labels = new String[] {labelled.path(), labelled.sha256()};
      result.labelBytes = labelled.bytes();
    }
    return result;
  }

  private static Map<Split, SplitStatistics> collect(
      List<WrittenRange> written, ArtifactWriter output) {
    Map<Split, SplitStatistics> statistics = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      int s = split.ordinal();
      long[] sum = new long[6];
      List<Integer> segments = new ArrayList<>();
      for (WrittenRange range : written) {
        for (int k = 0; k < sum.length; k++) {
          sum[k] += range.counts[s][k];
        }
        for (int i = 0; i < range.paths[s].length; i++) {
          output.add(new FileEntry(range.paths[s][i], range.bytes[s][i], range.hashes[s][i]));
        }
        Arrays.stream(range.lengths[s]).forEach(segments::add);
      }
      statistics.put(
          split,
          new SplitStatistics(
              sum[WrittenRange.TOKENS],
              sum[WrittenRange.UNKNOWN],
              sum[WrittenRange.UNKNOWN_BYTES],
              sum[WrittenRange.CHARACTERS],
              sum[WrittenRange.LINES],
              sum[WrittenRange.DOCUMENTS],
              segments));
    }
    for (WrittenRange range : written) {
      if (range.labels != null) {
        output.add(new FileEntry(range.labels[0], range.labelBytes, range.labels[1]));
      }
    }
    return statistics;
  }

  private static VocabularyExtension extension(
      Vocabulary base, MemoryVocabulary all, List<WrittenRange> written) {
    Vocabulary extended = all.vocabulary();
    int known = 0;
    for (int id = base.reserved(); id < base.size(); id++) {
      known += extended.count(id) > 0 ? 1 : 0;
    }
    Map<Split, Long> appended = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      long tokens = 0;
      for (WrittenRange range : written) {
        tokens += range.counts[split.ordinal()][WrittenRange.APPENDED];
      }
      appended.put(split, tokens);
    }
    return new VocabularyExtension(
        base.fingerprint(), base.size(), known, extended.size() - base.size(), appended);
  }

  private static void check(
      Map<Split, SplitStatistics> statistics,
      SplitRules splits,
      long documents,
      Progress progress) {
    double[] fractions = {splits.train(), splits.valid(), splits.test()};
    for (Split split : Split.values()) {
      if (fractions[split.ordinal()] > 0 && statistics.get(split).tokens() == 0) {
        String line =
            String.format(
                Locale.ROOT,
                "the %s split (splits.%s %s, %s, %,d %s) is empty",
                Json.name(split),
                Json.name(split),
                fractions[split.ordinal()],
                Json.name(splits.method()),
                documents,
                documents == 1 ? "document" : "documents");
        if (split == Split.TRAIN) {
          throw UserException.data(
              line + ": give more text, smaller documents (--document line) or contiguous splits");
        }
        progress.message("warning: " + line);
      }
    }
  }
}
