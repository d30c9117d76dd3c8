package org.seqlm.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.TestSpark;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.Examples;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.Split;
import org.seqlm.job.NgramsOutcomes;
import org.seqlm.metrics.task.ExampleCost;
import org.seqlm.metrics.task.TaskScorer;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.network.Classifier;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.network.Pooling;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.StepInput;
import org.seqlm.spark.feed.ExampleBatches;
import org.seqlm.spark.training.Engines;

class ExampleCostsTest {
  /** More than one task predicts for. */
  private static final int EXAMPLES = ExampleScoring.TOGETHER + 300;

  @TempDir Path folder;

  private Examples examples() throws Exception {
    Path given = Files.createDirectories(folder.resolve("given"));
    Random random = new Random(3);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < EXAMPLES; i++) {
      List<String> word = new ArrayList<>();
      for (int n = random.nextInt(1, 4); n > 0; n--) {
        word.add(String.valueOf((char) ('a' + random.nextInt(4))));
      }
      lines.add(Json.line(Map.of("input", word, "label", random.nextBoolean() ? "yes" : "no")));
    }
    Files.write(given.resolve("train.jsonl"), lines.subList(0, 20));
    Files.write(given.resolve("test.jsonl"), lines);
    Path data = folder.resolve("data");
    NgramsOutcomes.Outcome outcome =
        NgramsOutcomes.run("prepare", "--input", given, "--task", "classify", "--output", data);
    assertThat(outcome.code()).as(outcome.errors()).isZero();
    return Examples.open(new Configuration(), data.toString());
  }

  @Test
  void eachCostStandsAtItsExample() throws Exception {
    Examples examples = examples();
    ExamplesDetails details = examples.details().withMetric("loss");
    Network network =
        new Classifier(
            StepInput.tokens(details.vocabularies().get("input").size(), 3),
            new RecurrentBody(CellKind.LSTM, Activation.TANH, 1, 4, Direction.BOTH, 0, 1),
            Pooling.LAST,
            2);
    float[] parameters = InitialParameters.create(network, 5);
    Engine<?> engine = Engines.named(Engines.OF_EXAMPLES);
    Execution execution = new Execution(Execution.Device.CPU, Precision.FLOAT32);
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    TaskScorer scorer = TaskScorer.of(details, Map.of());
    ExampleCost cost = ExampleCost.of(details, details);
    ExampleScoring.Model model =
        new ExampleScoring.Model(network, parameters, engine, null, execution);

    ExampleCosts found = ExampleCosts.of(spark, examples, Split.TEST, model, scorer, cost);

    // Predicted here, in batches of another size.
    List<Batch> batches = new ArrayList<>();
    ExampleBatches reader = new ExampleBatches(examples, Split.TEST);
    for (int from = 0; from < EXAMPLES; from += 200) {
      batches.add(reader.consecutive(0, from, Math.min(EXAMPLES, from + 200)));
    }
    double[] expected = new double[EXAMPLES];
    int[] next = {0};
    engine
        .predictor(network, null, execution)
        .predict(
            parameters,
            batches.iterator(),
            (batch, predicted) -> {
              for (int b = 0; b < batch.size(); b++) {
                expected[next[0]++] = cost.of(batch, predicted, b);
              }
            });
    assertThat(found.costs()).containsExactly(expected, within(1e-5));
    try (ExampleScoring scoring = new ExampleScoring(spark, examples, Split.TEST, scorer)) {
      double[] all = scoring.score(EXAMPLES, model);
      assertThat(found.metrics()).isEqualTo(scorer.metrics(all));

      // One piece after the other: the same bits.
      double[] sums = new double[scorer.size()];
      scoring.each(EXAMPLES, model, 1, piece -> Arrays.setAll(sums, i -> sums[i] + piece[i]));
      assertThat(sums).containsExactly(all);
    }
  }
}
