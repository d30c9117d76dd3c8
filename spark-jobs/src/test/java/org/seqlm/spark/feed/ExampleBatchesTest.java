package org.seqlm.spark.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.dataset.ExampleBlock;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.Examples;
import org.seqlm.dataset.FeatureStatistics;
import org.seqlm.dataset.SmallExamples;
import org.seqlm.dataset.Split;
import org.seqlm.neural.learner.Batch;

class ExampleBatchesTest {
  @TempDir Path folder;

  @Test
  void idsAndLabelsByHand() throws Exception {
    List<ExampleColumn> columns =
        List.of(
            ExampleColumn.ids("input"),
            ExampleColumn.floats("condition", List.of(2)),
            ExampleColumn.label("label"));
    ExampleBlock first =
        new ExampleBlock.Builder(columns)
            .ids("input", new int[] {3, 1, 2})
            .floats("condition", new float[] {1, 2})
            .label("label", 1)
            .end()
            .ids("input", new int[] {9})
            .floats("condition", new float[] {3, 4})
            .label("label", 0)
            .end()
            .build();
    ExampleBlock second =
        new ExampleBlock.Builder(columns)
            .ids("input", new int[] {7, 8})
            .floats("condition", new float[] {5, 6})
            .label("label", 2)
            .end()
            .build();
    Examples examples =
        new SmallExamples(ExampleTask.CLASSIFY, columns)
            .block(Split.TRAIN, first)
            .block(Split.TRAIN, second)
            .write(folder.resolve("hand").toString());
    ExampleBatches batches = new ExampleBatches(examples, Split.TRAIN);
    assertThat(batches.length(0, 0)).isEqualTo(3);
    assertThat(batches.length(1, 0)).isEqualTo(2);

    Batch batch = batches.of(new int[] {0, 1, 0, 0}, new int[] {0, 0, 1, 0}, 1, 4);
    assertThat(batch.size()).isEqualTo(3);
    assertThat(batch.ints("input").shape()).containsExactly(3, 3);
    assertThat(batch.ints("input").values()).containsExactly(7, 8, 0, 9, 0, 0, 3, 1, 2);
    assertThat(batch.lengths("input")).containsExactly(2, 1, 3);
    assertThat(batch.floats("condition").shape()).containsExactly(3, 2);
    assertThat(batch.floats("condition").values()).containsExactly(5, 6, 3, 4, 1, 2);
    assertThat(batch.has("condition-lengths")).isFalse();
    assertThat(batch.ints("label").shape()).containsExactly(3);
    assertThat(batch.ints("label").values()).containsExactly(2, 0, 1);

    Batch together = batches.consecutive(0, 1, 2);
    assertThat(together.ints("input").shape()).containsExactly(1, 1);
    assertThat(together.ints("label").values()).containsExactly(0);
  }

  /** Means 2 and 5, deviations 0.5 and 0: what is there is standardised, what is not stays 0. */
  @Test
  void seriesAreStandardisedAndTheirGapsAreNot() throws Exception {
    ExampleColumn values = ExampleColumn.raggedFloats("values", List.of(2));
    List<ExampleColumn> columns = List.of(values, ExampleColumn.mask("observed", values));
    ExampleBlock block =
        new ExampleBlock.Builder(columns)
            .floats("values", new float[] {3, 5, 0, 5, 1, 0})
            .mask("observed", new byte[] {1, 1, 0, 1, 1, 0})
            .end()
            .floats("values", new float[] {2, 7})
            .mask("observed", new byte[] {1, 1})
            .end()
            .build();
    Examples examples =
        new SmallExamples(ExampleTask.SERIES, columns)
            .block(Split.TRAIN, block)
            .features(
                "values",
                new FeatureStatistics(List.of(3L, 3L), List.of(2.0, 5.0), List.of(0.5, 0.0)))
            .write(folder.resolve("series").toString());
    ExampleBatches batches = new ExampleBatches(examples, Split.TRAIN);
    for (int again = 0; again < 2; again++) { // the block that is kept is as it was
      Batch batch = batches.consecutive(0, 0, 2);
      assertThat(batch.floats("values").shape()).containsExactly(2, 3, 2);
      assertThat(batch.floats("values").values())
          .containsExactly(2, 0, 0, 0, -2, 0, 0, 2, 0, 0, 0, 0);
      assertThat(batch.ints("observed").values())
          .containsExactly(1, 1, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0);
      assertThat(batch.lengths("values")).containsExactly(3, 1);
      assertThat(batch.lengths("observed")).containsExactly(3, 1);
    }
  }

  /** Any examples, value by value. */
  @Test
  void everyValueIsInItsPlace() throws Exception {
    ExampleColumn values = ExampleColumn.raggedFloats("values", List.of(2, 3));
    List<ExampleColumn> columns = List.of(values, ExampleColumn.label("label"));
    Random random = new Random(6);
    SmallExamples made = new SmallExamples(ExampleTask.FRAMES, columns);
    for (int size : new int[] {30, 1, 12}) {
      ExampleBlock.Builder builder = new ExampleBlock.Builder(columns);
      for (int e = 0; e < size; e++) {
        float[] numbers = new float[6 * (1 + random.nextInt(4))];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = random.nextFloat();
        }
        builder.floats("values", numbers).label("label", random.nextInt(9)).end();
      }
      made.block(Split.VALID, builder.build());
    }
    Examples examples = made.write(folder.resolve("any").toString());
    ExampleBatches batches = new ExampleBatches(examples, Split.VALID);
    for (int trial = 0; trial < 20; trial++) {
      int size = 1 + random.nextInt(9);
      int[] blocks = random.ints(size, 0, 3).toArray();
      int[] places = new int[size];
      for (int i = 0; i < size; i++) {
        places[i] = random.nextInt(examples.examples(Split.VALID, blocks[i]));
      }
      Batch batch = batches.of(blocks, places, 0, size);
      int longest = batch.floats("values").shape()[1];
      assertThat(batch.floats("values").shape()).containsExactly(size, longest, 2, 3);
      boolean filled = false;
      for (int i = 0; i < size; i++) {
        ExampleBlock block = examples.block(Split.VALID, blocks[i]);
        int length = block.length("values", places[i]);
        filled |= length == longest;
        assertThat(batch.lengths("values")[i]).isEqualTo(length);
        assertThat(batch.ints("label").values()[i]).isEqualTo(block.ints("label")[places[i]]);
        for (int j = 0; j < longest * 6; j++) {
          float expected =
              j < length * 6
                  ? block.floats("values")[block.starts("values")[places[i]] * 6 + j]
                  : 0;
          assertThat(batch.floats("values").values()[i * longest * 6 + j]).isEqualTo(expected);
        }
      }
      assertThat(filled).as("padded to the longest of the batch").isTrue();
    }
  }
}
