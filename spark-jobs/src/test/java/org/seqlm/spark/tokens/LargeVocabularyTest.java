package org.seqlm.spark.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.Exhaustive;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.dataset.SplitMethod;
import org.seqlm.dataset.SplitRules;
import org.seqlm.dataset.VocabularySource;
import org.seqlm.spark.words.DictionaryLimit;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.VocabularyLimits;

/** Whether a text's words fit in the driver's memory changes no byte of its dataset. */
final class LargeVocabularyTest {
  private static final SplitRules CONTIGUOUS =
      new SplitRules(SplitMethod.CONTIGUOUS, 0.7, 0.2, 0.1);
  private static final SplitRules HASHED = new SplitRules(SplitMethod.HASHED, 0.6, 0.2, 0.2);

  @TempDir Path folder;

  @AfterEach
  void defaults() {
    TestSpark.context().hadoopConfiguration().unset(DictionaryLimit.KEY);
  }

  /** Words of all frequencies, marks among them, in files of which one is empty. */
  private List<String> write() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    List<String> files = new ArrayList<>();
    for (int file = 0; file < 4; file++) {
      StringBuilder text = new StringBuilder();
      for (int line = 0; file != 1 && line < 200; line++) {
        for (int n = random.nextInt(12); n > 0; n--) {
          int word = (int) (2500 * Math.pow(random.nextDouble(), 3));
          text.append(
              switch (word % 97) {
                case 11 -> "</s>";
                case 12 -> "<UNK>";
                case 13 -> "\uD83D\uDE00" + word;
                case 14 -> "long".repeat(40) + word;
                default -> Integer.toString(word * 7919, 36);
              });
          text.append(random.nextInt(9) == 0 ? "  " : " ");
        }
        text.append('\n');
      }
      files.add(Files.writeString(folder.resolve("text-" + file + ".txt"), text).toString());
    }
    return files;
  }

  private DatasetBuilder.Built build(
      List<String> files, DatasetBuilder.Request request, long most, long rangeBytes)
      throws IOException {
    JavaSparkContext spark = TestSpark.context();
    Configuration conf = spark.hadoopConfiguration();
    conf.setLong(DictionaryLimit.KEY, most);
    CorpusPlan plan = CorpusPlan.of(conf, CorpusSource.of(files), rangeBytes);
    String output = folder.resolve("out").toString();
    try (ArtifactWriter writer = ArtifactWriter.create(conf, output, Overwrite.REPLACE)) {
      DatasetBuilder.Built built =
          DatasetBuilder.build(spark, plan, request, writer, Progress.SILENT);
      writer.publish(Manifest.of(ArtifactKind.DATASET, Map.of(), Map.of(), 1, built.details()));
      return built;
    }
  }

  private record Dataset(DatasetBuilder.Built built, Map<String, String> files) {}

  private Dataset dataset(List<String> files, DatasetBuilder.Request request, long most)
      throws IOException {
    DatasetBuilder.Built built = build(files, request, most, 2500);
    return new Dataset(built, ArtifactFiles.content(folder.resolve("out")));
  }

  private static DatasetBuilder.Request request(
      List<String> files,
      TokenizerKind kind,
      SplitRules splits,
      VocabularyLimits limits,
      VocabularySource from,
      int tasks) {
    return new DatasetBuilder.Request(
        CorpusSource.of(files),
        TextRules.of(kind),
        splits,
        List.of(),
        limits,
        from,
        null,
        tasks,
        7);
  }

  private void same(
      TokenizerKind kind,
      SplitRules splits,
      VocabularyLimits limits,
      VocabularySource from,
      int... partitions)
      throws IOException {
    List<String> files = write();
    Dataset expected = dataset(files, request(files, kind, splits, limits, from, 2), 1 << 20);
    assertThat(expected.files()).containsKey("vocabulary.jsonl");
    for (int tasks : partitions) {
      DatasetBuilder.Request request = request(files, kind, splits, limits, from, tasks);
      // On the executors' disks, or in memory after all.
      assertThat(dataset(files, request, 0)).isEqualTo(expected);
      assertThat(dataset(files, request, 40_000)).isEqualTo(expected);
    }
  }

  @Test
  void theTrainSplitsWords() throws IOException {
    same(TokenizerKind.WHITESPACE, CONTIGUOUS, VocabularyLimits.NONE, VocabularySource.TRAIN, 7);
  }

  @Test
  void theMostFrequentWords() throws IOException {
    same(TokenizerKind.WHITESPACE, HASHED, new VocabularyLimits(300, 2), VocabularySource.TRAIN, 2);
  }

  @Exhaustive
  @Test
  void allKindsOfVocabularies() throws IOException {
    int[] partitions = {1, 2, 7};
    VocabularyLimits none = VocabularyLimits.NONE;
    same(TokenizerKind.WORD, HASHED, none, VocabularySource.TRAIN, partitions);
    same(TokenizerKind.WHITESPACE, CONTIGUOUS, none, VocabularySource.ALL, partitions);
    same(TokenizerKind.CHAR, CONTIGUOUS, none, VocabularySource.TRAIN, partitions);
    same(TokenizerKind.CHAR, HASHED, new VocabularyLimits(20, 1), VocabularySource.ALL, partitions);
    for (VocabularyLimits limits :
        List.of(
            new VocabularyLimits(4, 1),
            new VocabularyLimits(50, 1),
            new VocabularyLimits(1200, 1),
            new VocabularyLimits(100_000, 1),
            new VocabularyLimits(0, 4))) {
      same(TokenizerKind.WHITESPACE, CONTIGUOUS, limits, VocabularySource.TRAIN, partitions);
    }
  }

  /** Bytes that tasks send to the driver, most of them in one job. */
  private static final class Results extends SparkListener {
    private long bytes;

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
      bytes += task.taskMetrics() == null ? 0 : task.taskMetrics().resultSize();
    }
  }

  /** What the driver gets follows from its limit, not from the words and the tasks. */
  @Test
  void theDriverGetsNoMoreThanItsLimit() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int word = 0; word < 40_000; word++) {
      text.append("word-number-").append(word * 7919L % 40_000).append(word % 10 == 9 ? '\n' : ' ');
    }
    List<String> files =
        List.of(Files.writeString(folder.resolve("words.txt"), "the text\n" + text).toString());
    long most = 256 << 10;
    Results results = new Results();
    JavaSparkContext spark = TestSpark.context();
    spark.sc().addSparkListener(results);
    try {
      DatasetBuilder.Built built =
          build(
              files,
              request(
                  files,
                  TokenizerKind.WHITESPACE,
                  CONTIGUOUS,
                  new VocabularyLimits(2_000, 1),
                  VocabularySource.ALL,
                  8),
              most,
              200_000);
      assertThat(built.types()).isEqualTo(40_002);
      assertThat(built.details().vocabularySize()).isEqualTo(2_000);
      spark.sc().listenerBus().waitUntilEmpty();
    } finally {
      spark.sc().removeSparkListener(results);
    }
    // 40,000 words take 2 MB: 8 tasks with up to 2,000 each would send a third of them.
    assertThat(results.bytes).isBetween(32_000L, most);
  }
}
