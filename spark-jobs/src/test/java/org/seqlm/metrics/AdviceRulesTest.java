package org.seqlm.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.seqlm.artifact.Json;
import org.seqlm.metrics.DiagnosisMetrics.Gate;
import org.seqlm.metrics.DiagnosisMetrics.Layer;
import org.seqlm.metrics.DiagnosisMetrics.Matrix;
import org.seqlm.metrics.DiagnosisMetrics.Radius;

class AdviceRulesTest {
  private static final Gate FORGET = new Gate("f", 0.1, 0);
  private static final Gate HIDDEN = new Gate("h", 0.1, 0);

  /** Every key of a training. */
  private static final JsonNode DEFAULTS = defaults();

  private static JsonNode defaults() {
    try (InputStream in = AdviceRules.class.getResourceAsStream("/conf/train.yaml")) {
      return new YAMLMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TrainingMetrics rounds(IntFunction<RoundMetrics> round) {
    return new TrainingMetrics(
        IntStream.rangeClosed(1, 10).mapToObj(round).toList(), List.of(), List.of(), null);
  }

  private static RoundMetrics round(
      int number, Double drift, List<WorkerMetrics> workers, RoundTimes times) {
    return new RoundMetrics(number, 0, number, number, 2, 0.01, 4, drift, null, workers, times);
  }

  private static List<WorkerMetrics> workers(int count, long clipped) {
    List<WorkerMetrics> workers = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      workers.add(
          new WorkerMetrics(k, 2.0, 10, null, new WorkerMetrics.Gradients(10, clipped, 1, 2)));
    }
    return workers;
  }

  /** Of a round's 4 seconds, by the proportion of two phases. */
  private static RoundTimes times(
      int workers, int slots, double compute, double average, double ratio, RoundTimes.Gpu gpu) {
    double scale = 4 / (compute + average);
    return new RoundTimes(
        null,
        null,
        slots,
        new RoundTimes.Phases(0, 0, 0, 0.0, scale * compute, 0, scale * average, 0),
        new RoundTimes.Straggler(1, ratio),
        Collections.nCopies(
            workers, new RoundTimes.Worker(0, 0, 0, 0.0, compute, 0, 0, "executor", gpu)));
  }

  private static TrainingMetrics look(Layer... layers) {
    return new TrainingMetrics(
        List.of(),
        List.of(),
        List.of(
            // An earlier look does not count.
            new DiagnosisMetrics(
                0, 16, 1, 0, List.of(layer(j -> Math.pow(0.01, j), 5, new Gate("f", 1, 1)))),
            new DiagnosisMetrics(5, 16, 1, 0, List.of(layers))),
        null);
  }

  private static Layer layer(IntFunction<Double> gradient, double radius, Gate... gates) {
    return new Layer(
        0,
        IntStream.range(0, 16).mapToObj(gradient).toList(),
        List.of(),
        List.of(new Matrix("U", radius, radius, Radius.EXACT, null)),
        null,
        List.of(gates));
  }

  private static List<String> ids(TrainingMetrics metrics) {
    return AdviceRules.of(metrics, MissingNode.getInstance()).stream().map(Advice::id).toList();
  }

  private static Advice only(TrainingMetrics metrics) {
    return only(metrics, "{}");
  }

  /** Of a run with a configuration. */
  private static Advice only(TrainingMetrics metrics, String config) {
    List<Advice> advice = AdviceRules.of(metrics, config(config));
    assertThat(advice).hasSize(1);
    // A sentence says what its record does.
    assertThat(advice.get(0).keys()).allMatch(key -> advice.get(0).text().contains(key));
    assertThat(advice.get(0).keys())
        .allMatch(key -> !DEFAULTS.at("/" + key.replace('.', '/')).isMissingNode());
    return advice.get(0);
  }

  private static JsonNode config(String json) {
    try {
      return Json.mapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static List<String> keys(TrainingMetrics metrics, String config) {
    return only(metrics, config).keys();
  }

  @Test
  void nothingToldIsNothingAdvised() {
    assertThat(ids(new TrainingMetrics(List.of(), List.of(), List.of(), null))).isEmpty();
    assertThat(ids(rounds(i -> new RoundMetrics(i, 0, i, i, 2, 0.1, 1, null, null, null, null))))
        .isEmpty();
  }

  @Test
  void gradientsThatVanishInEveryLayer() {
    Layer fading = layer(j -> Math.pow(0.25, j), 1, HIDDEN);
    Advice simple = only(look(fading));
    assertThat(simple.id()).isEqualTo("vanishing");
    assertThat(simple.figure()).isEqualTo(Math.pow(0.25, 8));
    assertThat(simple.bound()).isEqualTo(1e-3);
    assertThat(simple.keys()).containsExactly("network.cell", "network.activation");
    assertThat(simple.text()).contains("1.5e-05").contains("1e-03");
    assertThat(only(look(layer(j -> Math.pow(0.25, j), 1, FORGET))).keys())
        .startsWith("network.forget-bias");
    assertThat(only(look(layer(j -> Math.pow(0.25, j), 1, new Gate("r", 0, 0)))).keys())
        .startsWith("network.cell");
    assertThat(ids(look(fading, layer(j -> Math.pow(0.5, j), 1, HIDDEN)))).isEmpty();
    // Of an LSTM the memory counts, too.
    Layer memory =
        new Layer(
            0,
            fading.gradients(),
            Collections.nCopies(16, 1.0),
            fading.matrices(),
            null,
            List.of(FORGET));
    assertThat(ids(look(memory))).isEmpty();
    // It reached back while there was something to learn.
    Layer sound = layer(j -> Math.pow(0.5, j), 1, HIDDEN);
    List<DiagnosisMetrics> looks =
        Stream.of(look(sound), look(fading)).flatMap(m -> m.diagnoses().stream()).toList();
    assertThat(ids(new TrainingMetrics(List.of(), List.of(), looks, null))).isEmpty();
    // Where there is no gradient at all nothing vanishes on the way.
    assertThat(ids(look(layer(j -> 0.0, 1, HIDDEN)))).isEmpty();
  }

  @Test
  void gradientsThatGrowAndAMatrixThatLetsThem() {
    Advice advice = only(look(layer(j -> Math.pow(1.5, j), 1.5, HIDDEN)));
    assertThat(advice.id()).isEqualTo("exploding");
    assertThat(advice.figure()).isEqualTo(Math.pow(1.5, 15));
    assertThat(ids(look(layer(j -> Math.pow(1.5, j), 0.9, HIDDEN)))).isEmpty();
    assertThat(ids(look(layer(j -> Math.pow(1.1, j), 1.5, HIDDEN)))).isEmpty();
    Advice diverged =
        only(new TrainingMetrics(List.of(), List.of(), List.of(), new Divergence(3, "it was NaN")));
    assertThat(diverged.id()).isEqualTo("exploding");
    assertThat(diverged.text()).contains("round 3");
  }

  @Test
  void gatesThatDoNothing() {
    IntFunction<Double> sound = j -> Math.pow(0.8, j);
    Advice forget = only(look(layer(sound, 1, new Gate("i", 0, 0), new Gate("f", 1, 0.5))));
    assertThat(forget.id()).isEqualTo("dead-gates");
    assertThat(forget.figure()).isEqualTo(0.5);
    assertThat(forget.keys()).startsWith("network.forget-bias");
    assertThat(only(look(layer(sound, 1, new Gate("h", 0.9, 0.6)))).keys())
        .containsExactly("training.learning-rate", "network.activation");
    Advice saturated = only(look(layer(sound, 1, new Gate("o", 0.97, 0.49))));
    assertThat(saturated.id()).isEqualTo("saturated-gates");
    assertThat(ids(look(layer(sound, 1, new Gate("o", 0.96, 0.49))))).isEmpty();
  }

  @Test
  void updatesThatAreMostlyClipped() {
    Advice advice = only(rounds(i -> round(i, null, workers(2, i < 5 ? 0 : 6), null)));
    assertThat(advice.id()).isEqualTo("clipping");
    assertThat(advice.figure()).isEqualTo(0.6);
    assertThat(ids(rounds(i -> round(i, null, workers(2, i < 5 ? 9 : 5), null)))).isEmpty();
  }

  /** Ten rounds and a look before and after them. */
  private static TrainingMetrics still(
      long steps, double drift, long clipped, double loss, double... looks) {
    List<RoundMetrics> rounds = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      rounds.add(
          new RoundMetrics(
              i,
              0,
              i * steps,
              i,
              i == 1 ? 4.91 : loss,
              1e-7,
              1,
              drift,
              null,
              workers(2, clipped),
              null));
    }
    List<ValidationMetrics> validations = new ArrayList<>();
    for (int i = 0; i < looks.length; i++) {
      validations.add(new ValidationMetrics(5 * i, i, looks[i], 1, 1, "", null, null));
    }
    return new TrainingMetrics(rounds, validations, List.of(), null);
  }

  @Test
  void aLossThatStaysWhereItWas() {
    Advice slow = only(still(20, 1e-6, 0, 4.909, 4.91, 4.909, 4.9089));
    assertThat(slow.id()).isEqualTo("not-learning");
    assertThat(slow.keys()).containsExactly("training.learning-rate");
    assertThat(slow.text())
        .contains("In 200 steps the validation loss went from 4.9100 to 4.9089")
        .endsWith("raise training.learning-rate");
    assertThat(slow.figure()).isEqualTo(1 - 4.9089 / 4.91);
    // Steps that clipping made so small: nothing is said of a lower rate.
    Advice clipped = only(still(20, 1e-6, 9, 4.9053, 4.9054, 4.9053));
    assertThat(clipped.keys()).containsExactly("training.learning-rate", "training.clip-norm");
    assertThat(clipped.text()).doesNotContain("lower");
    // One worker drifts from nobody; without looks the others' drift tells that nothing moves.
    assertThat(ids(still(20, 0, 0, 4.909, 4.91, 4.909))).containsExactly("not-learning");
    assertThat(only(still(20, 1e-6, 0, 4.909)).text()).contains("the training loss went from 4.91");
    assertThat(ids(still(20, 0, 0, 4.909))).isEmpty();
  }

  @Test
  void aLossThatStaysForAnotherReason() {
    String slow = "{\"training\":{\"accumulate\":2,\"schedule\":{\"warm-up\":%d}}}";
    TrainingMetrics still = still(30, 1e-6, 0, 4.909, 4.91, 4.909);
    assertThat(AdviceRules.of(still, config(String.format(slow, 100)))).hasSize(1);
    assertThat(AdviceRules.of(still, config(String.format(slow, 101)))).isEmpty();
    assertThat(AdviceRules.of(still, config("{\"start-from\":\"model\"}"))).isEmpty();
    // It has learnt; what is learnt shows on the text that is trained on only; rates are too high.
    assertThat(ids(still(20, 1e-6, 0, 4.85, 4.91, 4.85))).isEmpty();
    assertThat(ids(still(20, 1e-6, 0, 4.85, 4.91, 4.909))).isEmpty();
    assertThat(ids(still(20, 1e-6, 0, 4.909, 4.91, 4.97, 4.92))).isEmpty();
    // Workers move, so there is nothing to learn; the run is short; its beginning is not told.
    assertThat(ids(still(20, 0.02, 0, 4.909, 4.91, 4.909))).isEmpty();
    assertThat(ids(still(9, 1e-6, 0, 4.909, 4.91, 4.909))).isEmpty();
    List<RoundMetrics> three = still(100, 1e-6, 0, 4.909).rounds().subList(0, 3);
    assertThat(ids(new TrainingMetrics(three, List.of(), List.of(), null))).isEmpty();
    List<RoundMetrics> later = still(100, 1e-6, 0, 4.909).rounds().subList(1, 10);
    assertThat(ids(new TrainingMetrics(later, List.of(), List.of(), null))).isEmpty();
  }

  @Test
  void workersThatDriftApart() {
    Advice advice = only(rounds(i -> round(i, 0.16, List.of(), null)));
    assertThat(advice.id()).isEqualTo("drift");
    assertThat(advice.keys()).startsWith("averaging.frequency");
    assertThat(ids(rounds(i -> round(i, 0.14, List.of(), null)))).isEmpty();
    // The last round of 3 was cut short: nobody left.
    List<RoundMetrics> rounds = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      long steps = i == 3 ? 202 : 100 * i;
      double drift = i == 3 ? 0.01 : 0.2;
      rounds.add(new RoundMetrics(i, 0, steps, steps, 2, 0.01, 4, drift, null, List.of(), null));
    }
    assertThat(only(new TrainingMetrics(rounds, List.of(), List.of(), null)).figure())
        .isEqualTo(0.2);
  }

  @Test
  void aStragglerThatAllWaitFor() {
    IntFunction<RoundMetrics> slow =
        i -> round(i, null, workers(4, 0), times(4, 4, 1, 0.05, i == 8 ? 9 : 1.6, null));
    assertThat(only(rounds(slow)).id()).isEqualTo("straggler");
    assertThat(only(rounds(slow)).figure()).isEqualTo(1.6);
    assertThat(only(rounds(slow)).text())
        .isEqualTo(
            "The slowest worker of a round takes 1.60 times as long as the median one (1.5 times at"
                + " most is sound), and the others wait for it: run all executors on equal"
                + " machines, with a core for each worker, or raise averaging.frequency if it is"
                + " not the same worker in every round");
    // Of more workers than slots each begins when another has ended.
    for (int slots : new int[] {1, 2, 3}) {
      assertThat(ids(rounds(i -> round(i, null, workers(4, 0), times(4, slots, 1, 0, 1.6, null)))))
          .isEmpty();
    }
    assertThat(ids(rounds(i -> round(i, null, workers(4, 0), times(4, 4, 1, 0.05, 1.4, null)))))
        .isEmpty();
  }

  @Test
  void roundsThatAreTooShortForTheirAverage() {
    Advice advice = only(rounds(i -> round(i, null, workers(4, 0), times(4, 4, 3, 1, 1, null))));
    assertThat(advice.id()).isEqualTo("averaging-overhead");
    assertThat(advice.figure()).isEqualTo(0.25);
    TrainingMetrics briefly =
        new TrainingMetrics(
            IntStream.rangeClosed(1, 7)
                .mapToObj(i -> round(i, null, workers(4, 0), times(4, 4, 3, 1, 1, null)))
                .toList(),
            List.of(),
            List.of(),
            null);
    assertThat(ids(briefly)).isEmpty();
    // Of more workers than slots some wait for others.
    assertThat(ids(rounds(i -> round(i, null, workers(4, 0), times(4, 2, 3, 1, 1, null)))))
        .isEmpty();
  }

  @Test
  void checkpointsThatTakeLongerThanTheyAreWorth() {
    IntFunction<RoundTimes> times =
        i -> {
          RoundTimes of = times(4, 4, 1, 0, 1, null);
          return new RoundTimes(
              i % 2 == 0 ? 1.25 : null,
              null,
              of.slots(),
              of.phases(),
              of.straggler(),
              of.workers());
        };
    Advice advice = only(rounds(i -> round(i, null, workers(4, 0), times.apply(i))));
    assertThat(advice.id()).isEqualTo("checkpoint-overhead");
    assertThat(advice.figure()).isEqualTo(6.25 / 46.25);
  }

  /**
   * Where averages are delayed, workers wait for a GPU or compute while a checkpoint is written.
   */
  @Test
  void aCheckpointBesideWorkersThatWaitForAGpuCostsNothing() {
    IntFunction<RoundTimes> times =
        i ->
            new RoundTimes(
                1.25,
                null,
                4,
                new RoundTimes.Phases(0, 0, 0, 3.0, 2.25, 0, 0, 0),
                new RoundTimes.Straggler(1, 1),
                List.of());
    assertThat(ids(rounds(i -> round(i, null, workers(4, 0), times.apply(i))))).isEmpty();
  }

  @Test
  void slotsThatNoWorkerUses() {
    Advice advice = only(rounds(i -> round(i, null, workers(2, 0), times(2, 4, 1, 0, 1, null))));
    assertThat(advice.id()).isEqualTo("idle-slots");
    assertThat(advice.text()).startsWith("2 workers train where 4 tasks");
    RoundTimes.Gpu gpu = new RoundTimes.Gpu(0.9, 1, 2);
    assertThat(ids(rounds(i -> round(i, null, workers(2, 0), times(2, 4, 1, 0, 1, gpu)))))
        .isEmpty();
    // Not every round has a figure of its GPU.
    IntFunction<RoundMetrics> once =
        i -> round(i, null, workers(2, 0), times(2, 4, 1, 0, 1, i == 3 ? gpu : null));
    assertThat(ids(rounds(once))).isEmpty();
    IntFunction<RoundMetrics> never =
        i -> round(i, null, workers(2, 0), times(2, 4, 1, 0, 1, null));
    assertThat(AdviceRules.of(rounds(never), config("{\"execution\":{\"device\":\"cuda\"}}")))
        .isEmpty();
    assertThat(only(rounds(never), "{\"execution\":{\"device\":\"auto\"}}").id())
        .isEqualTo("idle-slots");
  }

  /** No key is named that is not of such a network, or has the value that would be advised. */
  @Test
  void whatIsNamedWouldChangeSomething() {
    TrainingMetrics diverged =
        new TrainingMetrics(List.of(), List.of(), List.of(), new Divergence(3, "it was NaN"));
    List<String> rateAndClip = List.of("training.learning-rate", "training.clip-norm");
    for (String bounded :
        List.of(
            "{'cell':'lstm','activation':'tanh'}",
            "{'cell':'gru','activation':'tanh'}",
            "{'cell':'rnn','activation':'sigmoid'}")) {
      assertThat(keys(diverged, network(bounded))).as(bounded).isEqualTo(rateAndClip);
    }
    String relu = network("{'cell':'rnn-lag-2','activation':'relu'}");
    assertThat(keys(diverged, relu)).contains("network.activation");
    String begun = relu.replace("{\"network\"", "{\"start-from\":\"m\",\"network\"");
    assertThat(keys(diverged, begun)).isEqualTo(rateAndClip);
    for (String kind : List.of("adam", "adamw", "rmsprop", "adagrad")) {
      assertThat(keys(diverged, network("{'cell':'lstm'},'training':{'optimizer':'" + kind + "'}")))
          .as(kind)
          .containsExactly("training.learning-rate");
    }
    for (String kind : List.of("sgd", "momentum", "nesterov")) {
      assertThat(keys(diverged, network("{'cell':'lstm'},'training':{'optimizer':'" + kind + "'}")))
          .as(kind)
          .isEqualTo(rateAndClip);
    }
    assertThat(only(diverged, "{\"training\":{\"clip-norm\":0}}").text())
        .contains(", set training.clip-norm above 0, or");
    assertThat(only(diverged, "{\"training\":{\"clip-norm\":5}}").text())
        .contains("lower training.clip-norm");

    TrainingMetrics lstm = look(layer(j -> Math.pow(0.25, j), 1, FORGET));
    assertThat(only(lstm, network("{'forget-bias':0}")).text()).contains("forget-bias to 1 or 2");
    assertThat(only(lstm, network("{'forget-bias':1}")).text()).contains("forget-bias to 2");
    assertThat(keys(lstm, network("{'forget-bias':2}"))).containsExactly("training.learning-rate");
    TrainingMetrics simple = look(layer(j -> Math.pow(0.25, j), 1, HIDDEN));
    assertThat(only(simple, network("{'activation':'tanh'}")).text()).contains("activation relu");
    assertThat(keys(simple, network("{'activation':'relu'}"))).containsExactly("network.cell");

    TrainingMetrics dead = look(layer(j -> Math.pow(0.8, j), 1, new Gate("f", 1, 0.5)));
    assertThat(keys(dead, network("{'forget-bias':1}"))).containsExactly("training.learning-rate");
    assertThat(keys(dead, network("{'forget-bias':-20}"))).startsWith("network.forget-bias");
    TrainingMetrics deadUnits = look(layer(j -> Math.pow(0.8, j), 1, new Gate("h", 1, 0.5)));
    assertThat(keys(deadUnits, network("{'activation':'tanh'}")))
        .doesNotContain("network.activation");

    TrainingMetrics worse = losses(-0.1, 2.0, 1.8, 1.9, 1.9, 1.95);
    assertThat(keys(worse, "{\"validation\":{\"patience\":3}}"))
        .containsExactly("network.dropout", "training.epochs");
    assertThat(keys(worse, "{\"validation\":{\"patience\":0,\"every\":10}}"))
        .contains("validation.patience");

    TrainingMetrics drift = rounds(i -> round(i, 0.6, List.of(), null));
    assertThat(keys(drift, averaging("{'frequency':1}"))).containsExactly("training.learning-rate");
    assertThat(keys(drift, averaging("{'interval':{'kind':'drift','first':5,'target':0.02}}")))
        .startsWith("averaging.interval.first");
    assertThat(keys(drift, averaging("{'interval':{'kind':'drift','first':5,'target':0.4}}")))
        .startsWith("averaging.interval.target");

    TrainingMetrics brief = rounds(i -> round(i, null, workers(4, 0), times(4, 4, 3, 1, 1, null)));
    assertThat(keys(brief, averaging("{'frequency':20}"))).containsExactly("averaging.frequency");
    assertThat(keys(brief, averaging("{'frequency':20,'interval':{'kind':'drift'}}")))
        .containsExactly("averaging.interval.target");
    assertThat(
            keys(
                brief,
                "{\"averaging\":{\"mode\":\"gradients\"},"
                    + "\"training\":{\"window\":{\"kind\":\"random\"}}}"))
        .containsExactly("averaging.mode");

    IntFunction<RoundMetrics> slow =
        i -> round(i, null, workers(4, 0), times(4, 4, 1, 0.05, 1.6, null));
    assertThat(keys(rounds(slow), "{}")).containsExactly("averaging.frequency");
  }

  private static String network(String keys) {
    return ("{'network':" + keys + "}").replace('\'', '"');
  }

  private static String averaging(String keys) {
    return ("{'averaging':" + keys + "}").replace('\'', '"');
  }

  /** What was scored on another part of the split has another loss. */
  @Test
  void looksAtDifferentPartsDoNotCompare() {
    TrainingMetrics all = losses(-0.1, 1.7, 1.8, 1.9, 1.9, 1.95);
    assertThat(ids(all)).containsExactly("overfitting");
    List<ValidationMetrics> looks = new ArrayList<>();
    for (ValidationMetrics look : all.validations()) {
      looks.add(
          new ValidationMetrics(
              look.round(),
              look.tokens(),
              look.natsPerToken(),
              look.perplexity(),
              1,
              "",
              null,
              look.round() <= 2 ? 1000L : 5000L));
    }
    TrainingMetrics parts = new TrainingMetrics(all.rounds(), looks, List.of(), null);
    assertThat(parts.comparable()).hasSize(3);
    assertThat(ids(parts)).isEmpty();
    // A build before did not write down how much it scored, and scored as much as this one.
    List<ValidationMetrics> old = new ArrayList<>(all.validations().subList(0, 3));
    old.addAll(looks.subList(3, 5));
    TrainingMetrics resumed = new TrainingMetrics(all.rounds(), old, List.of(), null);
    assertThat(resumed.comparable()).hasSize(5);
    assertThat(ids(resumed)).containsExactly("overfitting");
  }

  @Test
  void aRunOfFewRoundsHasNoCheckpointsToSave() {
    IntFunction<RoundTimes> times =
        i -> {
          RoundTimes of = times(4, 4, 1, 0, 1, null);
          return new RoundTimes(
              i == 1 ? 9.0 : null, null, of.slots(), of.phases(), of.straggler(), of.workers());
        };
    TrainingMetrics rounds = rounds(i -> round(i, null, workers(4, 0), times.apply(i)));
    assertThat(only(rounds, "{\"checkpoints\":{\"every\":9}}").id())
        .isEqualTo("checkpoint-overhead");
    assertThat(AdviceRules.of(rounds, config("{\"checkpoints\":{\"every\":10}}"))).isEmpty();
  }

  @Test
  void validationThatRisesWhileTrainingFalls() {
    assertThat(only(losses(-0.1, 2.0, 1.8, 1.9, 1.9, 1.95)).id()).isEqualTo("overfitting");
    assertThat(only(losses(-0.1, 2.0, 1.8, 1.9, 1.9, 1.95)).figure()).isEqualTo(1.95 / 1.8 - 1);
    assertThat(ids(losses(-0.1, 2.0, 1.9, 1.9, 1.8, 1.95))).isEmpty(); // two looks ago
    assertThat(ids(losses(-0.1, 2.0, 1.8, 1.9, 1.9, 1.81))).isEmpty(); // chance
    assertThat(ids(losses(0.1, 2.0, 1.8, 1.9, 1.9, 1.95))).isEmpty(); // training rises, too
  }

  /** Looks at a task while the training loss falls: by pairs of its metric and its loss. */
  private static TrainingMetrics task(Metric.Direction direction, double... pairs) {
    List<RoundMetrics> rounds = new ArrayList<>();
    List<TaskValidation> looks = new ArrayList<>();
    for (int i = 0; i < pairs.length / 2; i++) {
      rounds.add(new RoundMetrics(i + 1, 0, i, i, 3 - 0.1 * i, 0.1, 1, null, null, null, null));
      looks.add(
          new TaskValidation(
              i + 1,
              i,
              pairs[2 * i + 1],
              "figure",
              direction,
              Map.of("figure", pairs[2 * i]),
              null,
              1,
              100));
    }
    return new TrainingMetrics(rounds, List.of(), looks, List.of(), null);
  }

  /** By the metric, as a run chooses its model; a loss alone that rises is none. */
  @Test
  void aTasksMetricThatGetsWorseWhileTrainingFalls() {
    Metric.Direction larger = Metric.Direction.LARGER;
    Advice advice = only(task(larger, 0.5, 0.9, 0.8, 0.5, 0.79, 0.6, 0.78, 0.7, 0.76, 0.8));
    assertThat(advice.id()).isEqualTo("overfitting");
    assertThat(advice.figure()).isCloseTo(0.05, within(1e-12));
    assertThat(advice.text())
        .startsWith(
            "The validation figure is 5.0 % below its best, of round 2 (1 % at most is chance),"
                + " while the training's loss went on falling");
    assertThat(ids(task(larger, 0.5, 0.9, 0.8, 0.5, 0.8, 0.6, 0.8, 0.7, 0.8, 0.8))).isEmpty();
    assertThat(ids(task(larger, 0.5, 0.9, 0.8, 0.5, 0.7, 0.4, 0.7, 0.4, 0.7, 0.4))).isEmpty();
    Metric.Direction smaller = Metric.Direction.SMALLER;
    assertThat(only(task(smaller, 0.9, 1, 0.5, 0.5, 0.6, 0.6, 0.6, 0.7, 0.6, 0.8)).text())
        .startsWith("The validation figure is 20.0 % above its best, of round 2");
    // Of a figure below 0 a share says nothing.
    assertThat(ids(task(smaller, 0.9, 1, -0.5, 0.5, -0.4, 0.6, -0.4, 0.7, -0.4, 0.8))).isEmpty();
  }

  private static TrainingMetrics losses(double slope, double... valid) {
    List<RoundMetrics> rounds = new ArrayList<>();
    List<ValidationMetrics> looks = new ArrayList<>();
    for (int i = 0; i < valid.length; i++) {
      rounds.add(new RoundMetrics(i + 1, 0, i, i, 3 + slope * i, 0.1, 1, null, null, null, null));
      looks.add(new ValidationMetrics(i + 1, i, valid[i], Math.exp(valid[i]), 1, "", null, null));
    }
    return new TrainingMetrics(rounds, looks, List.of(), null);
  }
}
