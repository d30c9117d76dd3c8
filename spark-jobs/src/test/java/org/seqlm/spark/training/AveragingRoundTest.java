package org.seqlm.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.RawFloats;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.optimizer.InnerMoments;

class AveragingRoundTest {
  private static final int REFUSED = -1000;

  /**
   * Adds its steps' values to every parameter; a negative one is a divergence, one a problem of the
   * user's.
   */
  private static final class Adding implements Learner.Factory<Integer> {
    private static final long serialVersionUID = 1L;

    @Override
    public Learner<Integer> create() {
      return new Learner<>() {
        @Override
        public WorkerResult run(
            float[] parameters, WorkerState state, Iterator<Integer> steps, RoundPlan plan) {
          return train(parameters, state, steps, plan);
        }

        @Override
        public double waited() {
          return 1e-9; // for a GPU
        }
      };
    }

    @Override
    public String key() {
      return "adding";
    }

    private static WorkerResult train(
        float[] parameters, WorkerState state, Iterator<Integer> steps, RoundPlan plan) {
      float[] result = parameters.clone();
      long tokens = 0;
      while (steps.hasNext()) {
        int step = steps.next();
        if (step == REFUSED) {
          throw UserException.platform("no " + step + ": give another");
        }
        if (step < 0) {
          return new WorkerResult(null, WorkerState.FRESH, 0, 0, 1, Double.NaN, "negative");
        }
        tokens++;
        for (int i = 0; i < result.length; i++) {
          result[i] += step;
        }
      }
      return new WorkerResult(result, WorkerState.FRESH, tokens, tokens, 0, 1, null);
    }
  }

  private static AveragingRound.Outcome run(
      List<List<Integer>> steps, float[] parameters, int stripeTasks, int stripeValues) {
    JavaSparkContext spark = TestSpark.context();
    List<Integer> workers = new ArrayList<>();
    for (int k = 0; k < steps.size(); k++) {
      workers.add(k);
    }
    ArrayList<List<Integer>> all = new ArrayList<>(steps);
    return new AveragingRound<>(
            spark, Execution.CPU, new Adding(), null, null, stripeTasks, stripeValues)
        .run(
            spark
                .parallelize(workers, workers.size())
                .mapPartitionsWithIndex((k, none) -> all.get(k).iterator(), false),
            SharedModel.of(parameters),
            PastRounds.of(List.of()),
            worker -> RoundPlan.all(1, worker, 0, 0, 0, InnerMoments.LOCAL, 100),
            AveragingRound.Keep.MEMORY);
  }

  @Test
  void meanIsWeightedByTokensWhateverTheStripes() {
    // Worker 0 trains 3 tokens to +6, worker 1 one to +2, worker 2 none: (3·6 + 1·2) / 4 = 5.
    List<List<Integer>> steps = List.of(List.of(1, 2, 3), List.of(2), List.of());
    float[] parameters = {0, 1, 2, 3, 4, 5, 6};
    for (int tasks : new int[] {1, 2, 4}) {
      for (int stripe : new int[] {2, 3, 100}) {
        AveragingRound.Outcome outcome = run(steps, parameters, tasks, stripe);
        assertThat(outcome.mean().parameters()).containsExactly(5, 6, 7, 8, 9, 10, 11);
        assertThat(outcome.tokens()).isEqualTo(4);
        assertThat(outcome.reports()).extracting(WorkerReport::worker).containsExactly(0, 1, 2);
        assertThat(outcome.reports()).allMatch(report -> report.times().waited() == 1e-9);
      }
    }
  }

  /** Far more than one record of Kryo's default buffer, and unequal shards. */
  @Test
  void largeModelsTravelInStripes() {
    float[] parameters = new float[17_000_003];
    parameters[16_999_999] = 2;
    // 10 tokens to +10, 1 to +21: (10·10 + 21) / 11 = 11.
    List<List<Integer>> steps = List.of(Collections.nCopies(10, 1), List.of(21));
    AveragingRound.Outcome outcome = run(steps, parameters, 4, 0);
    float[] mean = outcome.mean().parameters();
    assertThat(mean).hasSize(parameters.length);
    assertThat(mean[0]).isEqualTo(11);
    assertThat(mean[16_999_999]).isEqualTo(13);
    assertThat(mean[mean.length - 1]).isEqualTo(11);
  }

  @Test
  void stripesAreAsManyAsTasksWithinBounds() {
    assertThat(Stripes.valuesOfEach(3_000_000, 6)).isEqualTo(500_000);
    assertThat(Stripes.valuesOfEach(3_000_001, 6)).isEqualTo(500_001);
    assertThat(Stripes.valuesOfEach(50_000_000, 2)).isEqualTo(1 << 20);
    assertThat(Stripes.valuesOfEach(100_000, 1000)).isEqualTo(1 << 14);
    // A small model of few workers is not worth a second task, a large one many.
    assertThat(Stripes.tasks(50_000L, 4, 8)).isEqualTo(1);
    assertThat(Stripes.tasks(1_000_000L, 4, 8)).isEqualTo(4);
    assertThat(Stripes.tasks(50_000_000L, 4, 8)).isEqualTo(8);
    assertThat(Stripes.tasks(50_000_000L, 1000, 4000)).isEqualTo(437);
  }

  @Test
  void damagedBlockIsNoticed() throws Exception {
    float[] values = new float[40_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    var out = new java.io.ByteArrayOutputStream();
    RawFloats.writeBlock(out, values, 3, 30_003);
    byte[] bytes = out.toByteArray();
    float[] read = RawFloats.readBlock(new java.io.ByteArrayInputStream(bytes));
    assertThat(read).hasSize(30_000).startsWith(3, 4).endsWith(30_002);
    bytes[77_777] ^= 1;
    assertThatThrownBy(() -> RawFloats.readBlock(new java.io.ByteArrayInputStream(bytes)))
        .hasMessageContaining("CRC-32C");
    assertThatThrownBy(
            () -> RawFloats.readBlock(new java.io.ByteArrayInputStream(bytes, 0, 50_000)))
        .isInstanceOf(java.io.EOFException.class);
  }

  /** Sessions of other people use Spark's default serialiser. */
  @Test
  void partsTravelUnderJavaSerialisationToo() throws Exception {
    var serializer =
        new org.apache.spark.serializer.JavaSerializer(TestSpark.context().getConf()).newInstance();
    var type = scala.reflect.ClassTag$.MODULE$.AnyRef();
    RoundPart part =
        (RoundPart)
            serializer.deserialize(
                serializer.serialize(
                    RoundPart.stripe(3, 2, 7, new float[] {1, 2, 3, 4}, 1, 3), type),
                type);
    assertThat(part.key()).isEqualTo((4L << 32) | 2);
    assertThat(part.weight()).isEqualTo(7);
    float[] values = new float[2];
    part.copyTo(values, 0);
    assertThat(values).containsExactly(2, 3);
    SharedModel model =
        (SharedModel)
            serializer.deserialize(
                serializer.serialize(new SharedModel(new float[] {1, 2}, new float[] {3}, 4), type),
                type);
    assertThat(model.parameters()).containsExactly(1, 2);
    assertThat(model.moments()).containsExactly(3);
    assertThat(model.updates()).isEqualTo(4);
  }

  @Test
  void averageOfEqualModelsIsTheModel() {
    float[] parameters = {0.1f, -1e-20f, 3e30f, 1f / 3};
    List<List<Integer>> steps = List.of(List.of(0, 0, 0), List.of(0), List.of(0, 0, 0, 0, 0, 0, 0));
    assertThat(run(steps, parameters, 1, 100).mean().parameters()).containsExactly(parameters);
  }

  @Test
  void rejectedWorkerPoisonsNobody() {
    AveragingRound.Outcome outcome =
        run(List.of(List.of(4), List.of(-1), List.of(4)), new float[] {1}, 1, 100);
    assertThat(outcome.mean().parameters()).containsExactly(5);
    assertThat(outcome.skipped()).isEqualTo(1);
    assertThat(outcome.reports().get(1).rejected()).isEqualTo("negative");
    assertThat(run(List.of(List.of(-1)), new float[] {1}, 1, 100).mean()).isNull();
  }

  /** It comes as the task threw it: Spark has seen no failure, so it has tried nothing again. */
  @Test
  void whatTheUserMustMendArrivesAsItIs() {
    List<List<Integer>> steps = List.of(List.of(4), List.of(REFUSED), List.of(REFUSED));
    assertThatThrownBy(() -> run(steps, new float[] {1}, 2, 100))
        .isInstanceOfSatisfying(
            UserException.class,
            problem -> {
              assertThat(problem.exitCode()).isEqualTo(ExitCode.PLATFORM);
              assertThat(problem.problems()).containsExactly("no -1000: give another");
              assertThat(problem).hasNoCause();
            });
  }
}
