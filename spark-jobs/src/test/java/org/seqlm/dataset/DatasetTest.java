package org.seqlm.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.ArtifactFiles;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.store.FileEntry;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.TokenCounts;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyLimits;

class DatasetTest {
  @TempDir Path folder;

  private static final Configuration CONF = new Configuration();

  /** Writes a dataset whose train split consists of these ranges; the other splits are empty. */
  private String write(int vocabularySize, int[][] ranges, int[][] starts) throws IOException {
    return write(vocabularySize, ranges, starts, 1);
  }

  private String write(int vocabularySize, int[][] ranges, int[][] starts, int parts)
      throws IOException {
    TokenCounts counts = new TokenCounts(16);
    for (int i = 1; i < vocabularySize; i++) {
      byte[] utf8 = ("t" + i).getBytes(StandardCharsets.UTF_8);
      counts.add(utf8, 0, utf8.length, vocabularySize - i);
    }
    Vocabulary vocabulary = Vocabularies.rank(TokenizerKind.CHAR, counts, 0, VocabularyLimits.NONE);
    assertThat(vocabulary.size()).isEqualTo(vocabularySize);
    String name = folder.resolve("data" + vocabularySize).toString();
    try (ArtifactWriter output = ArtifactWriter.create(CONF, name, Overwrite.REPLACE)) {
      FileSystem fs = output.folder().getFileSystem(CONF);
      List<Integer> lengths = new ArrayList<>();
      long tokens = 0;
      for (int r = 0; r < ranges.length; r++) {
        SegmentWriter writer =
            new SegmentWriter(fs, output.folder(), Split.TRAIN, r, 7, vocabularySize, parts);
        int next = 0;
        for (int i = 0; i < ranges[r].length; i++) {
          if (next < starts[r].length && starts[r][next] == i) {
            writer.startDocument();
            next++;
          }
          writer.add(ranges[r][i]);
        }
        writer.finish();
        for (FileEntry file : writer.files()) {
          output.add(file);
        }
        lengths.addAll(writer.lengths());
        tokens += ranges[r].length;
      }
      output.write(Vocabularies.FILE_NAME, out -> Vocabularies.write(vocabulary, out));
      Map<Split, SplitStatistics> statistics = new EnumMap<>(Split.class);
      SplitStatistics none = new SplitStatistics(0, 0, 0, 0, 0, 0, List.of());
      statistics.put(Split.TRAIN, new SplitStatistics(tokens, 0, 0, tokens, 0, 0, lengths));
      statistics.put(Split.VALID, none);
      statistics.put(Split.TEST, none);
      DatasetDetails details =
          new DatasetDetails(
              TextRules.of(TokenizerKind.CHAR),
              vocabularySize,
              vocabulary.fingerprint(),
              "00",
              statistics,
              Map.of(),
              null,
              null);
      output.publish(Manifest.of(ArtifactKind.DATASET, Map.of(), Map.of(), 1, details));
    }
    return name;
  }

  @Test
  void segmentsGrowWithTheText() {
    assertThat(SegmentWriter.parts(2)).isEqualTo(1);
    assertThat(SegmentWriter.parts(1L << 30)).isEqualTo(1);
    assertThat(SegmentWriter.parts((1L << 30) + 1)).isEqualTo(2);
    assertThat(SegmentWriter.parts(200_000_000_000L)).isEqualTo(187);
    assertThat(SegmentWriter.parts(Long.MAX_VALUE)).isEqualTo(256);
  }

  /** Of two parts, with a rest of one: as if there were none, and each is checked by itself. */
  @Test
  void largeSegmentsAreReadInParts() throws IOException {
    Random random = new Random(9);
    int part = Segment.MAX_TOKENS;
    int[][] ranges = {
      random.ints(2 * part + 1000, 0, 5).toArray(), random.ints(part + 500, 0, 5).toArray()
    };
    int[][] starts = {
      {0, 7, part - 1, part, part + 1, 2 * part - 1, 2 * part, 2 * part + 999}, {3, part + 10}
    };
    int[] all = Arrays.copyOf(ranges[0], 3 * part + 1500);
    System.arraycopy(ranges[1], 0, all, ranges[0].length, ranges[1].length);
    List<Integer> documents = new ArrayList<>();
    for (int r = 0; r < 2; r++) {
      for (int start : starts[r]) {
        documents.add(r * ranges[0].length + start);
      }
    }
    Dataset dataset = Dataset.open(CONF, write(5, ranges, starts, 2));
    assertThat(dataset.details().splits().get(Split.TRAIN).segments())
        .containsExactly(2 * part, 1000, part + 500);
    int[] borders = {0, part, 2 * part, 2 * part + 1000, 3 * part + 1000, all.length};
    for (int trial = 0; trial < 100; trial++) {
      int from = Math.max(0, borders[random.nextInt(5)] + random.nextInt(40) - 20);
      int to = Math.min(all.length, from + random.nextInt(trial % 50 == 0 ? all.length : 60));
      int reach = random.nextInt(60);
      int start = Math.max(0, from - reach);
      TokenBlock block = dataset.read(Split.TRAIN, from, to, reach);
      assertThat(block.before()).isEqualTo(Arrays.copyOfRange(all, start, from));
      assertThat(Arrays.equals(block.tokens(), Arrays.copyOfRange(all, from, to))).isTrue();
      assertThat(block.documentStarts())
          .isEqualTo(
              documents.stream()
                  .filter(at -> at >= start && at < to)
                  .mapToInt(at -> at - start)
                  .toArray());
    }
  }

  @Test
  void aDamagedPartIsNoticedWhereItIsRead() throws IOException {
    int part = Segment.MAX_TOKENS;
    int[][] ranges = {new int[part + 100]};
    String name = write(5, ranges, new int[][] {{0}}, 4);
    Path file = ArtifactFiles.file(Path.of(name), "train/00000000-000000.tokens");
    byte[] whole = Files.readAllBytes(file);
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    byte[] bytes = whole.clone();
    bytes[50] ^= 1;
    Files.write(file, bytes);
    Dataset dataset = Dataset.open(CONF, name);
    assertThat(dataset.read(Split.TRAIN, part, part + 100, 0).tokens()).hasSize(100);
    assertThatThrownBy(() -> dataset.read(Split.TRAIN, 5, 6, 0))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining("00000000-000000.tokens is damaged");
    for (int at : new int[] {whole.length - 1, whole.length - 40, whole.length - 100}) {
      bytes = whole.clone();
      bytes[at] ^= 1;
      Files.write(file, bytes);
      Dataset again = Dataset.open(CONF, name);
      assertThatThrownBy(() -> again.read(Split.TRAIN, 5, 6, 0)).hasMessageContaining("is damaged");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 256, 257, 65536, 65537})
  void readsAnyPieceWithWhatStandsBefore(int vocabularySize) throws IOException {
    Random random = new Random(vocabularySize);
    int[][] ranges = new int[4][];
    int[][] starts = new int[4][];
    int[] all = new int[0];
    List<Integer> documents = new ArrayList<>();
    for (int r = 0; r < 4; r++) {
      // The second range gives the split nothing, as hashed splits may.
      ranges[r] = random.ints(r == 1 ? 0 : 20 + random.nextInt(30), 0, vocabularySize).toArray();
      if (r == 2) {
        ranges[r][0] = vocabularySize - 1;
      }
      starts[r] = random.ints(5, 0, Math.max(1, ranges[r].length)).sorted().distinct().toArray();
      starts[r] = r == 1 ? new int[0] : starts[r];
      for (int start : starts[r]) {
        documents.add(all.length + start);
      }
      int length = all.length;
      all = Arrays.copyOf(all, length + ranges[r].length);
      System.arraycopy(ranges[r], 0, all, length, ranges[r].length);
    }
    Dataset dataset = Dataset.open(CONF, write(vocabularySize, ranges, starts));
    assertThat(dataset.tokens(Split.TRAIN)).isEqualTo(all.length);
    assertThat(dataset.tokens(Split.TEST)).isZero();
    assertThat(dataset.read(Split.TEST, 0, 0, 5).tokens()).isEmpty();
    assertThat(dataset.vocabulary().size()).isEqualTo(vocabularySize);
    for (int trial = 0; trial < 300; trial++) {
      int from = random.nextInt(all.length + 1);
      int to = from + random.nextInt(all.length - from + 1);
      int reach = random.nextInt(60);
      int start = Math.max(0, from - reach);
      TokenBlock block = dataset.read(Split.TRAIN, from, to, reach);
      assertThat(block.offset()).isEqualTo(from);
      assertThat(block.before()).isEqualTo(Arrays.copyOfRange(all, start, from));
      assertThat(block.tokens()).isEqualTo(Arrays.copyOfRange(all, from, to));
      assertThat(block.documentStarts())
          .isEqualTo(
              documents.stream()
                  .filter(at -> at >= start && at < to)
                  .mapToInt(at -> at - start)
                  .toArray());
    }
    assertThatThrownBy(() -> dataset.read(Split.TEST, 0, 1, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void longRangesFillSeveralSegments() throws IOException {
    int[] tokens = new int[(1 << 20) + 5];
    Arrays.setAll(tokens, i -> i % 5);
    int[] starts = {0, 1 << 20, (1 << 20) + 1};
    Dataset dataset = Dataset.open(CONF, write(5, new int[][] {tokens}, new int[][] {starts}));
    assertThat(dataset.details().splits().get(Split.TRAIN).segments()).containsExactly(1 << 20, 5);
    TokenBlock block = dataset.read(Split.TRAIN, (1 << 20) - 2, (1 << 20) + 5, 2);
    assertThat(block.tokens()).isEqualTo(Arrays.copyOfRange(tokens, (1 << 20) - 2, (1 << 20) + 5));
    assertThat(block.documentStarts()).containsExactly(4, 5);
    Dataset again = dataset.handle().open(CONF);
    assertThat(again).isSameAs(dataset.handle().open(CONF));
    assertThat(again.fingerprint()).isEqualTo(dataset.fingerprint());
  }

  /** An executor has another working folder, and is to read what the driver opened. */
  @Test
  void aHandleNamesTheWholePathOfOneDataset() throws IOException {
    String name = write(6, new int[][] {{0, 1, 2, 3}}, new int[][] {{0}});
    Path whole = Path.of(name).toRealPath();
    String relative = Path.of("").toAbsolutePath().relativize(whole).toString();
    DatasetHandle handle = Dataset.open(CONF, relative).handle();
    assertThat(handle.folder()).isEqualTo("file:" + whole);
    assertThat(handle.open(CONF).read(Split.TRAIN, 0, 4, 0).tokens()).containsExactly(0, 1, 2, 3);
    DatasetHandle other = new DatasetHandle(handle.folder(), "of another dataset");
    assertThatThrownBy(() -> other.open(CONF))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining("was replaced by another dataset");
  }

  @Test
  void damageIsNoticed() throws IOException {
    String name = write(6, new int[][] {{0, 1, 2, 3}}, new int[][] {{0}});
    Path segment = ArtifactFiles.file(Path.of(name), "train/00000000-000000.tokens");
    byte[] bytes = Files.readAllBytes(segment);
    bytes[17] ^= 1;
    Files.delete(segment.resolveSibling(".00000000-000000.tokens.crc"));
    Files.write(segment, bytes);
    Dataset dataset = Dataset.open(CONF, name);
    assertThatThrownBy(() -> dataset.read(Split.TRAIN, 0, 4, 0))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining("is damaged: its SHA-256 is not the manifest's");
    assertThatThrownBy(() -> Dataset.open(CONF, folder.resolve("none").toString()))
        .hasMessageContaining("does not exist");
  }
}
