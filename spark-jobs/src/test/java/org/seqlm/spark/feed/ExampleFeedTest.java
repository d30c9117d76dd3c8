package org.seqlm.spark.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.TestSpark;
import org.seqlm.dataset.ExampleBlock;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleTask;
import org.seqlm.dataset.Examples;
import org.seqlm.dataset.SmallExamples;
import org.seqlm.dataset.Split;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.ExampleReading;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.network.Classifier;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.network.Pooling;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.StepInput;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.torch.TorchEngine;
import org.seqlm.neural.torch.TorchStep;
import org.seqlm.spark.io.SharedSettings;

class ExampleFeedTest {
  private static final int WORKERS = 3;
  private static final int BATCH = 4;
  private static final Network NETWORK =
      new Classifier(
          StepInput.tokens(100, 3),
          new RecurrentBody(CellKind.GRU, Activation.TANH, 1, 2, Direction.FORWARD, 0, 0),
          Pooling.LAST,
          2);

  @TempDir static Path folder;
  private static Examples examples;

  @BeforeAll
  static void write() throws Exception {
    List<ExampleColumn> columns = List.of(ExampleColumn.ids("input"), ExampleColumn.label("label"));
    SmallExamples made = new SmallExamples(ExampleTask.CLASSIFY, columns);
    Random random = new Random(1);
    int label = 0; // tells the examples apart
    for (int size : new int[] {50, 7, 120, 33}) {
      ExampleBlock.Builder builder = new ExampleBlock.Builder(columns);
      for (int e = 0; e < size; e++) {
        int length = 1 + random.nextInt(9);
        builder.ids("input", random.ints(length, 0, 100).toArray()).label("label", label++).end();
      }
      made.block(Split.TRAIN, builder.build());
    }
    examples = made.write(folder.resolve("examples").toString());
  }

  private static ExampleFeed feed(long seed) {
    return new ExampleFeed(
        new SharedSettings(new Configuration()),
        examples,
        Split.TRAIN,
        new ExampleReading(WORKERS, BATCH),
        seed);
  }

  private static RoundPlan plan(int worker, long first, int steps) {
    return new RoundPlan(1, worker, 5, first, new double[steps], 1, 9, InnerMoments.LOCAL);
  }

  /** A round's batches as text. */
  private static List<String> read(ExampleFeed feed, RoundPlan plan) throws Exception {
    List<String> read = new ArrayList<>();
    Iterator<TorchStep> steps = feed.steps(new TorchEngine(), NETWORK, plan);
    while (steps.hasNext()) {
      Batch batch = batch(steps.next());
      read.add(
          Arrays.toString(batch.ints("label").values())
              + Arrays.toString(batch.ints("input").values()));
    }
    assertThatThrownBy(steps::next).isInstanceOf(NoSuchElementException.class);
    return read;
  }

  private static Batch batch(TorchStep step) {
    return ((TorchStep.Examples) step).batch();
  }

  @Test
  void whoeverReadsARoundReadsTheSame() throws Exception {
    ExampleFeed feed = feed(5);
    assertThat(feed.units()).isEqualTo(210);
    int pass = 210 / WORKERS / BATCH;
    List<List<String>> here = new ArrayList<>();
    for (int worker = 0; worker < WORKERS; worker++) {
      here.add(read(feed, plan(worker, 0, 2 * pass)));
    }
    assertThat(here).allSatisfy(steps -> assertThat(steps).hasSize(2 * pass));
    assertThat(here.stream().flatMap(List::stream)).doesNotHaveDuplicates();
    assertThat(read(feed(6), plan(0, 0, 2 * pass))).isNotEqualTo(here.get(0));

    for (int partitions : new int[] {1, 2, 7}) {
      // As tasks that train rounds of five steps, in any order.
      List<int[]> rounds = new ArrayList<>();
      for (int first = 2 * pass / 5 * 5; first >= 0; first -= 5) {
        for (int worker = 0; worker < WORKERS; worker++) {
          rounds.add(new int[] {worker, first, Math.min(5, 2 * pass - first)});
        }
      }
      List<String> found =
          TestSpark.context()
              .parallelize(rounds, partitions)
              .map(
                  round ->
                      round[0]
                          + " "
                          + round[1]
                          + " "
                          + read(feed, plan(round[0], round[1], round[2])))
              .collect();
      List<String> expected =
          rounds.stream()
              .map(
                  round ->
                      round[0]
                          + " "
                          + round[1]
                          + " "
                          + here.get(round[0]).subList(round[1], round[1] + round[2]))
              .toList();
      assertThat(found).isEqualTo(expected);
    }
  }

  @Test
  void aPassReadsExamplesOnce() throws Exception {
    ExampleFeed feed = feed(5);
    int pass = 210 / WORKERS / BATCH;
    List<Integer> read = new ArrayList<>();
    for (int worker = 0; worker < WORKERS; worker++) {
      Iterator<TorchStep> steps = feed.steps(new TorchEngine(), NETWORK, plan(worker, pass, pass));
      while (steps.hasNext()) {
        IntStream.of(batch(steps.next()).ints("label").values()).forEach(read::add);
      }
    }
    assertThat(read).hasSize(WORKERS * BATCH * pass).doesNotHaveDuplicates();
    assertThat(read).allMatch(label -> label >= 0 && label < 210);
  }
}
