package org.seqlm.spark.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.Progress;
import org.seqlm.TestSpark;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.smooth.Pruning;
import org.seqlm.ngram.smooth.WittenBell;
import org.seqlm.spark.ngrams.NgramCounting;
import org.seqlm.spark.ngrams.NgramEstimation;
import org.seqlm.spark.ngrams.NgramExport;
import org.seqlm.spark.ngrams.TextInput;
import org.seqlm.spark.tokens.TokenizedCorpus;
import org.seqlm.store.Sha256;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.VocabularyLimits;

/** A vocabulary on the executors' disks against the same one in the driver's memory. */
final class WordRankingTest {
  @TempDir Path folder;

  @AfterEach
  void defaults() {
    TestSpark.context().hadoopConfiguration().unset(DictionaryLimit.KEY);
  }

  /** Words of all frequencies, some that read like marks, in files of which one is empty. */
  private List<String> write() throws IOException {
    SplittableRandom random = new SplittableRandom(11);
    List<String> files = new ArrayList<>();
    for (int file = 0; file < 4; file++) {
      StringBuilder text = new StringBuilder();
      for (int line = 0; file != 2 && line < 300; line++) {
        for (int n = random.nextInt(12); n > 0; n--) {
          int word = (int) (1500 * Math.pow(random.nextDouble(), 4));
          text.append(
              switch (word % 97) {
                case 11 -> "</s>";
                case 12 -> "<unk>";
                case 13 -> "\uD83D\uDE00" + word;
                case 14 -> "\uFFFDé" + word;
                case 15 -> "long".repeat(60) + word;
                default -> Integer.toString(word * 7919, 36);
              });
          text.append(' ');
        }
        text.append('\n');
      }
      files.add(Files.writeString(folder.resolve("text-" + file + ".txt"), text).toString());
    }
    return files;
  }

  private record Read(
      boolean inMemory,
      int size,
      long counted,
      List<String> tokens,
      int lineEnd,
      String fingerprint,
      String written,
      long types,
      long unknown,
      List<Long> some,
      List<String> blocks) {
    Read withPlace(boolean memory) {
      return new Read(
          memory,
          size,
          counted,
          tokens,
          lineEnd,
          fingerprint,
          written,
          types,
          unknown,
          some,
          blocks);
    }
  }

  private static TokenizedCorpus open(
      List<String> files, TokenizerKind kind, VocabularyLimits limits, long rangeBytes, long most)
      throws IOException {
    JavaSparkContext spark = TestSpark.context();
    Configuration conf = spark.hadoopConfiguration();
    conf.setLong(DictionaryLimit.KEY, most);
    CorpusSource source = CorpusSource.of(files);
    CorpusPlan plan = CorpusPlan.of(conf, source, rangeBytes);
    return TokenizedCorpus.read(spark, plan, source, TextRules.of(kind), limits, Progress.SILENT);
  }

  private static Read read(
      List<String> files, TokenizerKind kind, VocabularyLimits limits, long rangeBytes, long most)
      throws IOException {
    try (TokenizedCorpus corpus = open(files, kind, limits, rangeBytes, most)) {
      CorpusVocabulary words = corpus.words();
      int[] ids = IntStream.range(0, words.size()).toArray();
      IntFunction<String> tokens = words.tokens(ids);
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      words.write(written);
      List<String> blocks = new ArrayList<>();
      for (TokenBlock block : corpus.blocks(5).collect()) {
        blocks.add(
            block.offset()
                + Arrays.toString(block.before())
                + Arrays.toString(block.tokens())
                + Arrays.toString(block.documentStarts()));
      }
      return new Read(
          words instanceof MemoryVocabulary,
          words.size(),
          words.counted(),
          IntStream.of(ids).mapToObj(tokens).toList(),
          words.lineEnd(),
          words.fingerprint(),
          written.toString(java.nio.charset.StandardCharsets.UTF_8),
          corpus.types(),
          corpus.unknown(),
          LongStream.of(
                  words.ids(
                      List.of(tokens.apply(words.size() - 1), "</s>", "<unk>", "no such word", "\n")
                          .iterator()))
              .boxed()
              .toList(),
          blocks);
    }
  }

  @Test
  void theSameVocabularyAndStream() throws IOException {
    assertSame(VocabularyLimits.NONE, new VocabularyLimits(4, 2));
  }

  @Exhaustive
  @Test
  void theSameWithinOtherLimits() throws IOException {
    assertSame(new VocabularyLimits(100, 1), new VocabularyLimits(0, 3));
  }

  private void assertSame(VocabularyLimits... limits) throws IOException {
    List<String> files = write();
    for (VocabularyLimits limit : limits) {
      Read expected = read(files, TokenizerKind.WHITESPACE, limit, 0, 1 << 20);
      assertThat(expected.inMemory()).isTrue();
      Read sorted = read(files, TokenizerKind.WHITESPACE, limit, 0, 0);
      assertThat(sorted).isEqualTo(expected.withPlace(false));
      Read ranges = read(files, TokenizerKind.WHITESPACE, limit, 3000, 1 << 20);
      Read sortedRanges = read(files, TokenizerKind.WHITESPACE, limit, 3000, 0);
      assertThat(ranges.blocks()).hasSizeGreaterThan(10);
      assertThat(sortedRanges).isEqualTo(ranges.withPlace(false));
    }
  }

  @Test
  void characters() throws IOException {
    assertSame(TokenizerKind.CHAR);
  }

  @Exhaustive
  @Test
  void otherWords() throws IOException {
    assertSame(TokenizerKind.WORD);
  }

  private void assertSame(TokenizerKind kind) throws IOException {
    List<String> files = write();
    Read expected = read(files, kind, VocabularyLimits.NONE, 3000, 1 << 20);
    Read sorted = read(files, kind, VocabularyLimits.NONE, 3000, 0);
    assertThat(sorted).isEqualTo(expected.withPlace(false));
    assertThat(sorted.lineEnd()).isGreaterThan(0);
  }

  /** Many words in the text, few within the limits: these are in memory. */
  @Test
  void whatIsSmallInTheEndIsInMemory() throws IOException {
    List<String> files = write();
    for (VocabularyLimits limit :
        List.of(new VocabularyLimits(0, 20), new VocabularyLimits(50, 1))) {
      Read expected = read(files, TokenizerKind.WORD, limit, 3000, 1 << 20);
      Read few = read(files, TokenizerKind.WORD, limit, 3000, 24_000);
      assertThat(few).isEqualTo(expected);
    }
    Read many = read(files, TokenizerKind.WORD, VocabularyLimits.NONE, 3000, 24_000);
    assertThat(many.inMemory()).isFalse();
  }

  @Test
  void saysThatItIsNotInMemory() throws IOException {
    try (TokenizedCorpus corpus = open(write(), TokenizerKind.WORD, VocabularyLimits.NONE, 0, 0)) {
      assertThatThrownBy(corpus::vocabulary).isInstanceOf(IllegalStateException.class);
    }
  }

  /** Counts, a model and the parts of its ARPA file, as digests by name. */
  private TreeMap<String, String> model(List<String> files, long most, int partitions)
      throws IOException {
    Path to = folder.resolve("model-" + most + "-" + partitions);
    JavaSparkContext spark = TestSpark.context();
    TreeMap<String, String> digests = new TreeMap<>();
    try (TokenizedCorpus corpus =
        open(files, TokenizerKind.WHITESPACE, VocabularyLimits.NONE, 3000, most)) {
      Passages passages = Passages.of(Boundary.LINE, corpus.words());
      org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(to.toString());
      NgramCounting counting =
          NgramCounting.count(
              spark,
              TextInput.of(corpus.blocks(TokenizedCorpus.MAX_REACH), corpus.tokens()),
              corpus.words(),
              passages,
              new NgramCounting.Plan(3, 6, 10, 20, partitions),
              null,
              path,
              Progress.SILENT);
      NgramExport.Source source =
          NgramExport.Source.written(
              path.toString(), 3, counting.slices(), NgramExport.Model.BACKS_OFF);
      NgramExport.Targets targets =
          new NgramExport.Targets(to + "/arpa", to + "/parquet", to + "/tsv");
      Files.createDirectories(to.resolve("arpa"));
      try (NgramExport export = NgramExport.of(source, targets, corpus.words(), passages)) {
        NgramEstimation.estimate(
            spark,
            counting,
            corpus.words(),
            passages,
            new NgramEstimation.Plan(3, new WittenBell(), Pruning.NONE),
            export);
      }
    }
    assertThat(to.resolve("arpa/.words")).doesNotExist();
    try (Stream<Path> all = Files.walk(to)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = to.relativize(file).toString();
        if (!name.contains("/.")) {
          digests.put(name, Sha256.of(Files.readAllBytes(file)));
        }
      }
    }
    return digests;
  }

  @Exhaustive
  @Test
  void theSameModel() throws IOException {
    List<String> files = write();
    TreeMap<String, String> expected = model(files, 1 << 20, 2);
    assertThat(expected.keySet()).anyMatch(name -> name.startsWith("arpa/3-"));
    assertThat(expected).containsKey("parquet/dictionary/part-00000.parquet");
    for (int partitions : new int[] {1, 2, 7}) {
      assertThat(model(files, 0, partitions)).isEqualTo(expected);
    }
  }
}
