package org.seqlm.spark.subword;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.analysis.TableFormat;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Overwrite;
import org.seqlm.corpus.plan.BadRecordLimits;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;
import org.seqlm.text.subword.BpeRules;
import org.seqlm.text.subword.BpeTrainer;
import org.seqlm.text.subword.TextShape;
import org.seqlm.text.subword.TokenizerJsonWriter;
import org.seqlm.vocab.TokenCounts;

class BpeTrainingTest {
  @TempDir private Path folder;

  private BpeTraining.Result train(long rangeBytes, BpeTraining.Limits limits) throws IOException {
    return train(List.of(folder.toString()), rangeBytes, limits, null, null);
  }

  private static BpeTraining.Result train(
      List<String> paths,
      long rangeBytes,
      BpeTraining.Limits limits,
      KeptStretches earlier,
      String keep)
      throws IOException {
    CorpusSource source =
        new CorpusSource(
            paths,
            CorpusFormat.AUTO,
            "text",
            DocumentUnit.AUTO,
            BadRecordLimits.DEFAULT,
            CorpusSource.DEFAULT_MAX_RECORD_BYTES,
            CorpusSource.DEFAULT_MAX_ZSTD_WINDOW_LOG);
    CorpusPlan plan = CorpusPlan.of(TestSpark.context().hadoopConfiguration(), source, rangeBytes);
    return BpeTraining.of(
        TestSpark.context(),
        plan,
        source,
        TextShape.plain(),
        new BpeRules(400, 2, List.of("<s>")),
        limits,
        earlier,
        keep,
        Progress.SILENT);
  }

  private static byte[] json(BpeTraining.Result result) {
    return TokenizerJsonWriter.write(result.merges(), TextShape.plain());
  }

  /** Lines of words of few letters; gives the counts of its stretches. */
  private TokenCounts write() throws IOException {
    Random random = new Random(6);
    TokenCounts counts = new TokenCounts(16);
    for (int file = 0; file < 3; file++) {
      StringBuilder text = new StringBuilder();
      for (int line = 0; line < 60; line++) {
        for (int word = random.nextInt(8); word > 0; word--) {
          text.append(random.nextBoolean() ? " " : "  ");
          for (int letter = 1 + random.nextInt(5); letter > 0; letter--) {
            text.append("abcمن中".charAt(random.nextInt(6)));
          }
        }
        text.append('\n');
      }
      Files.writeString(folder.resolve("t" + file), text);
      for (String line : text.toString().split("\n")) {
        byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
        TextShape.plain()
            .split(utf8, 0, utf8.length, (bytes, from, to) -> counts.add(bytes, from, to, 1));
      }
    }
    return counts;
  }

  @Test
  void theSameFileHoweverItIsCut() throws IOException {
    sameFile(new int[][] {{1 << 20, 1}, {2000, 2}, {900, 7}});
  }

  @Exhaustive
  @Test
  void theSameFileInManyParts() throws IOException {
    sameFile(new int[][] {{300, 7}, {97, 200}});
  }

  private void sameFile(int[][] cuts) throws IOException {
    TokenCounts counts = write();
    byte[] expected =
        TokenizerJsonWriter.write(
            BpeTrainer.train(counts.packed(), new BpeRules(400, 2, List.of("<s>"))),
            TextShape.plain());
    for (int[] cut : cuts) {
      BpeTraining.Result result = train(cut[0], new BpeTraining.Limits(1, 1 << 20, cut[1]));
      assertThat(json(result)).isEqualTo(expected);
      assertThat(result.types()).isEqualTo(counts.size());
      assertThat(result.words().size()).isEqualTo(counts.size());
      assertThat(Arrays.stream(result.words().counts()).sum()).isEqualTo(result.stretches());
      assertThat(result.cut()).isZero();
      assertThat(result.total().lines()).isEqualTo(180);
    }
  }

  @Test
  void aSmallTableChangesNothing() throws IOException {
    write();
    byte[] expected = json(train(1 << 20, new BpeTraining.Limits(1, 1 << 20, 2)));
    var conf = org.apache.spark.SparkEnv.get().conf();
    conf.set(TaskMemory.LIMIT, "500");
    try {
      assertThat(json(train(1 << 20, new BpeTraining.Limits(1, 1 << 20, 2)))).isEqualTo(expected);
    } finally {
      conf.remove(TaskMemory.LIMIT);
    }
  }

  /** What was kept of two files by 7, 1 and 2 tasks, and the third one by others, is all three. */
  @Test
  void keptCountsAndTheRestAreAllOfTheText(@TempDir Path kept) throws IOException {
    write();
    byte[] expected = json(train(1 << 20, new BpeTraining.Limits(3, 1 << 20, 2)));
    var conf = org.apache.spark.SparkEnv.get().conf();
    for (int[] tasks : new int[][] {{7, 1}, {1, 7}}) {
      assertThat(json(merged(kept.resolve("k" + tasks[0]), tasks[0], tasks[1])))
          .isEqualTo(expected);
    }
    conf.set(TaskMemory.LIMIT, "500"); // several passes a part
    try {
      assertThat(json(merged(kept.resolve("small"), 2, 3))).isEqualTo(expected);
    } finally {
      conf.remove(TaskMemory.LIMIT);
    }
  }

  private BpeTraining.Result merged(Path to, int keeping, int merging) throws IOException {
    Configuration conf = new Configuration();
    List<String> two = List.of(folder.resolve("t0").toString(), folder.resolve("t1").toString());
    try (AnalysisWriter writer =
        AnalysisWriter.create(conf, to.toString(), Overwrite.REFUSE, List.of(TableFormat.TSV))) {
      BpeTraining.Result first =
          train(
              two,
              900,
              new BpeTraining.Limits(3, 1 << 20, keeping),
              null,
              writer.folder().toString());
      first.files().forEach(writer::add);
      byte[] state = Json.mapper().writeValueAsBytes(first.state());
      writer.add(
          HashedFile.write(
              Paths.plain(writer.folder(), conf),
              writer.folder(),
              StretchState.FILE,
              0,
              out -> out.write(state)));
      writer.publish(
          new AnalysisDetails(
              "tokenizer", "t", List.of(), List.of(), List.of(), List.of(), List.of()),
          Map.of("corpus", "c"),
          "",
          1);
    }
    return train(
        List.of(folder.resolve("t2").toString()),
        900,
        new BpeTraining.Limits(3, 1 << 20, merging),
        KeptStretches.open(conf, to.toString(), TextShape.plain()),
        null);
  }

  @Test
  void theMostFrequentAreLearnedFrom() throws IOException {
    TokenCounts counts = write();
    long[] falling = counts.ranked(1, Integer.MAX_VALUE).counts();
    BpeTraining.Result all = train(1200, new BpeTraining.Limits(2, 1 << 20, 3));
    assertThat(all.types()).isEqualTo(counts.size());
    assertThat(all.words().counts())
        .isEqualTo(Arrays.stream(falling).filter(count -> count >= 2).toArray());
    for (int most : new int[] {1, 50}) {
      BpeTraining.Result some = train(1200, new BpeTraining.Limits(1, most, 3));
      // All of the greater counts; of the last count some, by their hash.
      assertThat(some.words().size()).isBetween(most - 1, most);
      assertThat(some.words().counts()).isEqualTo(Arrays.copyOf(falling, some.words().size()));
      assertThat(json(train(900, new BpeTraining.Limits(1, most, 7)))).isEqualTo(json(some));
    }
  }

  /**
   * 40 different stretches of 100 bytes, most of them as often; 20 may have 1024 bytes together.
   */
  @Test
  void whatIsLearnedFromHasABoundOfBytes() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      String line = (char) ('a' + i % 26) + "x".repeat(98) + (char) ('a' + i / 26) + "\n";
      text.append(line.repeat(i == 7 ? 3 : 2));
    }
    Files.writeString(folder.resolve("a"), text);
    BpeTraining.Result some = train(900, new BpeTraining.Limits(1, 20, 3));
    assertThat(some.types()).isEqualTo(40);
    assertThat(some.words().size()).isBetween(10, 11); // at least 1024 bytes are allowed
    assertThat(some.words().counts()[0]).isEqualTo(3);
    BpeTraining.Result more = train(400, new BpeTraining.Limits(1, 39, 7));
    assertThat(more.words().size()).isBetween(11, 12); // 39 * 32 = 1248
    assertThat(json(train(700, new BpeTraining.Limits(1, 20, 1)))).isEqualTo(json(some));
  }

  @Test
  void takesWhatIsNoText() throws IOException {
    Files.writeString(
        folder.resolve("a"), "x".repeat(100_000) + "\n" + "中".repeat(1000) + "\na\0b\n");
    Files.write(folder.resolve("b"), new byte[0]);
    BpeTraining.Result result = train(1 << 20, new BpeTraining.Limits(1, 1 << 20, 2));
    // 100,000 = 97 · 1024 + 672; a character has 3 bytes: 3000 = 2 · 1023 + 954
    assertThat(result.cut()).isEqualTo(97 + 2);
    assertThat(result.bytes()).isEqualTo(103_003);
    assertThat(result.types()).isEqualTo(2 + 2 + 3);
    assertThat(result.merges().size()).isGreaterThan(260);
  }

  @Test
  void bucketsRise() {
    int before = -1;
    for (long count = 0; count < 1L << 62; count += 1 + count / 300) {
      int bucket = StretchTotals.bucket(count);
      assertThat(bucket).isGreaterThanOrEqualTo(before);
      assertThat(count < 65536 ? bucket == count : bucket >= 65536).isTrue();
      before = bucket;
    }
  }
}
