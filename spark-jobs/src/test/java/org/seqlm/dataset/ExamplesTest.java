package org.seqlm.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ArtifactFiles;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.vocab.ExampleVocabulary;

class ExamplesTest {
  @TempDir Path folder;

  private static final Configuration CONF = new Configuration();
  private static final ExampleColumn VALUES = ExampleColumn.raggedFloats("values", List.of(2));

  /** All types, ragged and not. */
  private static final List<ExampleColumn> ALL =
      List.of(
          ExampleColumn.ids("input"),
          VALUES,
          ExampleColumn.mask("observed", VALUES),
          ExampleColumn.floats("condition", List.of(2, 1, 3)),
          ExampleColumn.label("label"));

  private static byte[] bytes(ExampleBlock block) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ExampleBlockFile.write(out, CONF, block);
    return out.toByteArray();
  }

  /** Writes examples; each split's blocks as they are given. */
  private String write(
      List<ExampleColumn> columns, Map<Split, List<ExampleBlock>> blocks, ExampleVocabulary words)
      throws IOException {
    String name = folder.resolve("examples").toString();
    try (ArtifactWriter output = ArtifactWriter.create(CONF, name, Overwrite.REPLACE)) {
      Map<Split, ExampleStatistics> splits = new EnumMap<>(Split.class);
      for (Split split : Split.values()) {
        List<Integer> sizes = new ArrayList<>();
        for (ExampleBlock block : blocks.getOrDefault(split, List.of())) {
          output.write(
              ExampleBlockFile.path(split, sizes.size()),
              out -> ExampleBlockFile.write(out, CONF, block));
          sizes.add(block.examples());
        }
        long examples = sizes.stream().mapToInt(Integer::intValue).sum();
        splits.put(
            split, new ExampleStatistics(examples, sizes, Map.of(), Map.of(), Map.of(), Map.of()));
      }
      output.write(Examples.vocabularyFile("input"), words::write);
      ExamplesDetails details =
          new ExamplesDetails(
              ExampleTask.CLASSIFY,
              "accuracy",
              columns,
              null,
              List.of(),
              Map.of("label", List.of("a", "b")),
              Map.of(
                  "input",
                  new ExamplesDetails.ColumnVocabulary(
                      words.size(), words.end(), words.unknown(), words.fingerprint())),
              Map.of(),
              splits,
              Map.of(),
              "00",
              null);
      output.publish(Manifest.of(ArtifactKind.EXAMPLES, Map.of(), Map.of(), 1, details));
    }
    return name;
  }

  private static ExampleVocabulary words() {
    return ExampleVocabulary.of(
        ExampleVocabulary.Side.READ, List.of("to", "be \"é\""), new long[] {7, 2});
  }

  private static ExampleBlock block(List<ExampleColumn> columns, Random random, int examples) {
    ExampleBlock.Builder builder = new ExampleBlock.Builder(columns);
    for (int e = 0; e < examples; e++) {
      int steps = random.nextInt(4);
      float[] values = new float[steps * 2];
      byte[] observed = new byte[steps * 2];
      for (int i = 0; i < values.length; i++) {
        observed[i] = (byte) random.nextInt(2);
        values[i] = observed[i] * (float) random.nextGaussian();
      }
      builder
          .label("label", random.nextInt(5) - 2)
          .mask("observed", observed)
          .floats("values", values)
          .floats("condition", floats(random, 6))
          .ids("input", random.ints(random.nextInt(6), 0, 1 << 20).toArray())
          .end();
    }
    return builder.build();
  }

  private static float[] floats(Random random, int n) {
    float[] floats = new float[n];
    for (int i = 0; i < n; i++) {
      floats[i] = (float) random.nextGaussian();
    }
    return floats;
  }

  private static void assertEqual(ExampleBlock read, ExampleBlock written) {
    assertThat(read.examples()).isEqualTo(written.examples());
    for (ExampleColumn column : written.columns()) {
      String name = column.name();
      assertThat(read.starts(name)).as(name).isEqualTo(written.starts(name));
      switch (column.type()) {
        case FLOATS -> assertThat(read.floats(name)).isEqualTo(written.floats(name));
        case MASK -> assertThat(read.mask(name)).isEqualTo(written.mask(name));
        default -> assertThat(read.ints(name)).isEqualTo(written.ints(name));
      }
    }
  }

  @Test
  void aBlockByHand() throws IOException {
    ExampleBlock written =
        new ExampleBlock.Builder(ALL)
            .ids("input", new int[] {3, 1, 2})
            .floats("values", new float[] {1, 2, 3, 0})
            .mask("observed", new byte[] {1, 1, 1, 0})
            .floats("condition", new float[] {1, 2, 3, 4, 5, 6})
            .label("label", 1)
            .end()
            .ids("input", new int[] {9})
            .floats("values", new float[0])
            .mask("observed", new byte[0])
            .floats("condition", new float[] {7, 8, 9, 0, 0, 0})
            .label("label", 0)
            .end()
            .build();
    ExampleBlock read = ExampleBlockFile.read(bytes(written), ALL, "it");
    assertThat(read.examples()).isEqualTo(2);
    assertThat(read.starts("input")).containsExactly(0, 3, 4);
    assertThat(read.ints("input")).containsExactly(3, 1, 2, 9);
    assertThat(read.starts("values")).containsExactly(0, 2, 2);
    assertThat(read.length("values", 0)).isEqualTo(2);
    assertThat(read.floats("values")).containsExactly(1, 2, 3, 0);
    assertThat(read.mask("observed")).containsExactly(1, 1, 1, 0);
    assertThat(read.starts("condition")).containsExactly(0, 1, 2);
    assertThat(read.floats("condition")).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0);
    assertThat(read.ints("label")).containsExactly(1, 0);
    assertThat(read.bytes()).isEqualTo(written.bytes());
    assertThatThrownBy(() -> read.ints("values")).hasMessageContaining("is of type FLOATS");
    assertThatThrownBy(() -> read.ints("target")).hasMessageContaining("no column target among");
  }

  @Test
  void whatIsReadIsWhatWasWrittenAndEqualBlocksAreEqualBytes() throws IOException {
    for (int examples : new int[] {0, 1, 2, 100, 3000}) {
      ExampleBlock written = block(ALL, new Random(examples), examples);
      byte[] file = bytes(written);
      assertEqual(ExampleBlockFile.read(file, ALL, "it"), written);
      assertThat(bytes(block(ALL, new Random(examples), examples))).isEqualTo(file);
    }
  }

  @Test
  void blocksAreReadBySplitAndKept() throws IOException {
    Random random = new Random(4);
    ExampleBlock first = block(ALL, random, 20);
    ExampleBlock second = block(ALL, random, 7);
    ExampleBlock held = block(ALL, random, 5);
    Examples examples =
        Examples.open(
            CONF,
            write(
                ALL,
                Map.of(Split.TRAIN, List.of(first, second), Split.TEST, List.of(held)),
                words()));
    assertThat(examples.details().columns()).isEqualTo(ALL);
    assertThat(examples.details().column("values").itemSize()).isEqualTo(2);
    assertThat(examples.details().column("target")).isNull();
    assertThat(examples.examples(Split.TRAIN)).isEqualTo(27);
    assertThat(examples.blocks(Split.TRAIN)).isEqualTo(2);
    assertThat(examples.blocks(Split.VALID)).isZero();
    assertEqual(examples.block(Split.TRAIN, 0), first);
    assertEqual(examples.block(Split.TRAIN, 1), second);
    assertEqual(examples.block(Split.TEST, 0), held);
    assertThat(examples.block(Split.TRAIN, 1)).isSameAs(examples.block(Split.TRAIN, 1));
    assertThatThrownBy(() -> examples.block(Split.VALID, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    Examples again = examples.handle().open(CONF);
    assertThat(again).isSameAs(examples.handle().open(CONF));
    assertThat(again.fingerprint()).isEqualTo(examples.fingerprint());
    assertThat(again.block(Split.TRAIN, 0)).isSameAs(examples.block(Split.TRAIN, 0));
    ExamplesHandle other = new ExamplesHandle(examples.handle().folder(), "of others");
    assertThatThrownBy(() -> other.open(CONF))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining("was replaced by other examples");
  }

  @Test
  void threadsThatAskForABlockReadItOnce() throws IOException {
    ExampleBlock block = block(ALL, new Random(1), 500);
    Examples examples =
        Examples.open(CONF, write(ALL, Map.of(Split.TRAIN, List.of(block)), words()));
    List<ExampleBlock> seen =
        java.util.stream.IntStream.range(0, 16)
            .parallel()
            .mapToObj(
                i -> {
                  try {
                    return examples.block(Split.TRAIN, 0);
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                })
            .collect(Collectors.toList());
    assertThat(seen).allSatisfy(one -> assertThat(one).isSameAs(seen.get(0)));
  }

  @Test
  void vocabulariesHaveTheirReservedTokensFirst() throws IOException {
    ExampleVocabulary written =
        ExampleVocabulary.of(ExampleVocabulary.Side.WRITTEN, List.of("a"), new long[] {3});
    assertThat(List.of(written.token(0), written.token(1), written.token(2)))
        .containsExactly("</s>", "<unk>", "a");
    assertThat(written.end()).isZero();
    assertThat(written.unknown()).isEqualTo(1);
    // What a text spells like a reserved token is an unknown one.
    assertThat(written.id("</s>")).isEqualTo(1);
    assertThat(written.id("<unk>")).isEqualTo(1);
    assertThat(written.id("a")).isEqualTo(2);
    ExampleVocabulary read = words();
    assertThat(read.id("b")).isZero();
    assertThat(read.end()).isEqualTo(-1);
    Examples examples = Examples.open(CONF, write(ALL, Map.of(), read));
    ExampleVocabulary stored = examples.vocabulary("input");
    assertThat(stored).isSameAs(examples.vocabulary("input"));
    assertThat(stored.size()).isEqualTo(3);
    assertThat(stored.id("be \"é\"")).isEqualTo(2);
    assertThat(stored.count(1)).isEqualTo(7);
    assertThat(stored.fingerprint()).isEqualTo(read.fingerprint());
    assertThatThrownBy(() -> examples.vocabulary("target"))
        .hasMessageContaining("column target has no vocabulary");
  }

  @Test
  void damageIsNoticed() throws IOException {
    ExampleBlock block = block(ALL, new Random(2), 10);
    String name = write(ALL, Map.of(Split.TRAIN, List.of(block)), words());
    Path file = ArtifactFiles.file(Path.of(name), "train/part-00000.parquet");
    byte[] bytes = Files.readAllBytes(file);
    byte[] broken = bytes.clone();
    broken[bytes.length / 2] ^= 1;
    Files.write(file, broken);
    Examples examples = Examples.open(CONF, name);
    assertThatThrownBy(() -> examples.block(Split.TRAIN, 0))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining("is damaged: its SHA-256 is not the manifest's");
    Files.write(file, bytes);
    assertEqual(examples.block(Split.TRAIN, 0), block);
    assertThatThrownBy(
            () -> ExampleBlockFile.read(bytes, List.of(ExampleColumn.label("label")), "it"))
        .hasMessageContaining("it has other columns than its manifest says");
    assertThatThrownBy(() -> Dataset.open(CONF, name))
        .hasMessageContaining("is of kind examples (labelled examples, which");
  }

  @Test
  void whatIsNoColumnOrNoExampleIsRefused() {
    assertThatThrownBy(() -> new ExampleColumn("label", ColumnType.LABEL, List.of(), true))
        .hasMessage("column label: a label is not ragged");
    assertThatThrownBy(() -> ExampleColumn.floats("values", List.of(1 << 16, 1 << 16)))
        .hasMessageContaining("values of an item must be at least 1, but is 2147483648");
    assertThatThrownBy(
            () ->
                new ExampleBlock.Builder(List.of(VALUES))
                    .floats("values", new float[] {1, 2, 3})
                    .end())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the values of example 0 are no items of 2");
    assertThatThrownBy(() -> new ExampleBlock.Builder(List.of(ExampleColumn.label("label"))).end())
        .hasMessageContaining("the values of example 0 are no item of 1");
  }

  @Test
  void meansAndDeviationsOfPartsAreThoseOfTheWhole() {
    Random random = new Random(3);
    double[] values = random.doubles(1000, 1e6, 1e6 + 1).toArray();
    FeatureStatistics.Sums whole = new FeatureStatistics.Sums(2);
    FeatureStatistics.Sums parts = new FeatureStatistics.Sums(2);
    for (int from = 0; from < values.length; from += 93) {
      FeatureStatistics.Sums part = new FeatureStatistics.Sums(2);
      for (double value : Arrays.copyOfRange(values, from, Math.min(values.length, from + 93))) {
        part.add(0, value);
        whole.add(0, value);
      }
      parts.add(part);
    }
    double mean = Arrays.stream(values).average().orElseThrow();
    double deviation =
        Math.sqrt(Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
    for (FeatureStatistics found : List.of(whole.statistics(), parts.statistics())) {
      assertThat(found.counts()).containsExactly(1000L, 0L);
      assertThat(found.means().get(0)).isCloseTo(mean, org.assertj.core.data.Offset.offset(1e-9));
      assertThat(found.deviations().get(0))
          .isCloseTo(deviation, org.assertj.core.data.Offset.offset(1e-9));
      assertThat(found.means().get(1)).isZero();
      assertThat(found.deviations().get(1)).isZero();
    }
  }
}
