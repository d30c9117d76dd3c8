package org.seqlm.neural.torch.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.lm.SamplingRules;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.DropoutMasks;
import org.seqlm.neural.ScheduledSampling;
import org.seqlm.neural.Truncation;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.network.Alignment;
import org.seqlm.neural.network.Decoding;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.SequenceToSequence;
import org.seqlm.neural.network.SequenceToSequence.Feeding;
import org.seqlm.neural.network.StepInput;
import org.seqlm.neural.torch.device.TorchDevice;

/** Encoders and decoders: gradients, padding, and what is written. */
class SequenceToSequenceModuleTest {
  private static final int TOKENS = 4;
  private static final StepInput SOURCE = StepInput.tokens(5, 3);
  private static final int[] LENGTHS = {3, 1, 4};
  private static final int[] TARGETS = {2, 4, 0};

  private static RecurrentBody layers(CellKind cell, int layers, Direction direction, double drop) {
    return new RecurrentBody(cell, Activation.TANH, layers, 3, direction, drop, 1);
  }

  private static RecurrentBody layers(CellKind cell) {
    return layers(cell, 1, Direction.FORWARD, 0);
  }

  private static SequenceToSequence network(
      RecurrentBody encoder, RecurrentBody decoder, Alignment alignment, Feeding feeding) {
    return new SequenceToSequence(SOURCE, encoder, TOKENS, 2, decoder, alignment, feeding);
  }

  private static SequenceToSequence conditioned(StepInput condition, Feeding feeding) {
    return new SequenceToSequence(
        condition, null, TOKENS, 2, layers(CellKind.LSTM), Alignment.NONE, feeding);
  }

  static Stream<SequenceToSequence> networks() {
    List<SequenceToSequence> networks = new ArrayList<>();
    for (CellKind cell : CellKind.values()) {
      RecurrentBody both = layers(cell, 1, Direction.BOTH, 0);
      networks.add(network(both, layers(cell), Alignment.NONE, Feeding.NOTHING));
    }
    for (CellKind cell : List.of(CellKind.LSTM, CellKind.RNN_LAG_2)) {
      networks.add(network(layers(cell), layers(cell), Alignment.NONE, Feeding.TOKENS));
    }
    RecurrentBody two = layers(CellKind.LSTM, 2, Direction.BOTH, 0.3);
    RecurrentBody over = layers(CellKind.LSTM, 2, Direction.FORWARD, 0.3);
    for (Alignment alignment : List.of(Alignment.DOT, Alignment.ADDITIVE)) {
      networks.add(network(two, over, alignment, Feeding.TOKENS));
      networks.add(network(layers(CellKind.GRU), layers(CellKind.GRU), alignment, Feeding.NOTHING));
    }
    // Layers without a counterpart, and a state without one.
    networks.add(network(layers(CellKind.GRU), over, Alignment.DOT, Feeding.TOKENS));
    networks.add(conditioned(StepInput.tokens(3, 2), Feeding.TOKENS));
    networks.add(conditioned(StepInput.vectors(2), Feeding.NOTHING));
    return networks.stream();
  }

  /** Sources, conditions and targets; what is padded is not zero. */
  static Batch batch(SequenceToSequence network, int[] lengths, int[] targets) {
    int size = lengths.length;
    StepInput input = network.source();
    Batch source = Batches.of(input, TOKENS, 3, lengths);
    Batch batch = new Batch(size).putLengths("source", lengths);
    Random random = new Random(7);
    if (input.kind() == StepInput.Kind.TOKENS) {
      batch.put("source", source.ints("input"));
    } else {
      batch.put("source", source.floats("input"));
    }
    if (network.encoder() == null && input.kind() == StepInput.Kind.TOKENS) {
      int[] classes = random.ints(size, 0, input.size()).toArray();
      batch.put("condition", new Batch.Ints(classes, size));
    } else if (network.encoder() == null) {
      float[] values = new float[size * input.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      batch.put("condition", new Batch.Floats(values, size, input.size()));
    }
    int time = Arrays.stream(targets).max().getAsInt();
    int[] ids = random.ints((long) size * time, 1, TOKENS).toArray();
    return batch.put("target", new Batch.Ints(ids, size, time)).putLengths("target", targets);
  }

  /** The example at a place alone, without padding, with its target or another. */
  private static Batch alone(SequenceToSequence network, Batch all, int place, int... target) {
    Batch one = new Batch(1);
    StepInput input = network.source();
    boolean tokens = input.kind() == StepInput.Kind.TOKENS;
    if (network.encoder() == null && tokens) {
      int[] one0 = {all.ints("condition").values()[place]};
      one.put("condition", new Batch.Ints(one0, 1));
    } else if (network.encoder() == null) {
      int width = input.size();
      float[] values =
          Arrays.copyOfRange(all.floats("condition").values(), place * width, (place + 1) * width);
      one.put("condition", new Batch.Floats(values, 1, width));
    } else {
      Batch.Ints ids = all.ints("source");
      int from = place * ids.shape()[1];
      int length = all.lengths("source")[place];
      int[] part = Arrays.copyOfRange(ids.values(), from, from + length);
      one.put("source", new Batch.Ints(part, 1, length)).putLengths("source", new int[] {length});
    }
    return one.put("target", new Batch.Ints(target, 1, target.length))
        .putLengths("target", new int[] {target.length});
  }

  private static int[] target(Batch all, int place) {
    Batch.Ints ids = all.ints("target");
    int from = place * ids.shape()[1];
    return Arrays.copyOfRange(ids.values(), from, from + all.lengths("target")[place]);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void gradientsAreThoseOfDifferences(SequenceToSequence network) {
    Recipe smoothed = new Recipe(Differences.PLAIN.optimizer(), 0.2, null, null);
    Batch batch = batch(network, LENGTHS, TARGETS);
    Differences.check(network, batch, new DropoutMasks(1, 2, 3), smoothed);
  }

  /** A batch's loss and gradient are the means of its examples', each alone without padding. */
  @ParameterizedTest
  @MethodSource("networks")
  void paddingChangesNothing(SequenceToSequence network) {
    float[] parameters = Differences.parameters(network, 1);
    Batch batch = batch(network, LENGTHS, TARGETS);
    Differences.Found all = Differences.found(network, parameters, batch);
    Decoding decoding = Decoding.beam(3, 0.5, 6).showing(Decoding.Shown.ALIGNMENT);
    Predictions.Sequences together = write(network, parameters, batch, decoding);
    double nats = 0;
    double[] gradient = new double[parameters.length];
    for (int b = 0; b < LENGTHS.length; b++) {
      Batch alone = alone(network, batch, b, target(batch, b));
      Differences.Found one = Differences.found(network, parameters, alone);
      assertThat(one.targets()).isEqualTo(TARGETS[b] + 1);
      nats += one.nats() * one.targets();
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] += one.gradient()[i] * one.targets();
      }
      Predictions.Sequences written = write(network, parameters, alone, decoding);
      assertThat(written.tokens(0)).isEqualTo(together.tokens(b));
      assertThat(written.nats()[0]).isCloseTo(together.nats()[b], within(1e-5));
      // What is written has the probability that its scoring finds.
      Batch scored = alone(network, batch, b, written.tokens(0));
      Differences.Found score = Differences.found(network, parameters, scored);
      assertThat(written.nats()[0]).isCloseTo(score.nats() * score.targets(), within(1e-5));
      if (network.alignment() == Alignment.NONE) {
        assertThat(written.weights()).isNull();
        continue;
      }
      int steps = together.sourceSteps();
      for (int t = 0; t < together.lengths()[b]; t++) {
        double sum = 0;
        for (int s = 0; s < steps; s++) {
          float weight = together.weights()[(b * together.time() + t) * steps + s];
          sum += weight;
          float same = s < LENGTHS[b] ? written.weights()[t * LENGTHS[b] + s] : 0;
          assertThat(weight).isCloseTo(same, within(1e-6f));
        }
        assertThat(sum).isCloseTo(1, within(1e-6));
      }
    }
    assertThat(all.targets()).isEqualTo(9);
    assertThat(nats / 9).isCloseTo(all.nats(), within(1e-9));
    for (int i = 0; i < gradient.length; i++) {
      assertThat(gradient[i] / 9).isCloseTo(all.gradient()[i], within(1e-9));
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void lossAndPredictionsAtOnceAreTheSame(SequenceToSequence network) {
    Differences.checkScored(network, batch(network, LENGTHS, TARGETS));
  }

  private static Predictions.Sequences write(
      SequenceToSequence network, float[] parameters, Batch batch, Decoding decoding) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      ModuleParameters values =
          new ModuleParameters(
              network.layout(), parameters, TorchDevice.cpu(), torch.ScalarType.Double);
      return (Predictions.Sequences)
          ModuleNetwork.of(network).predict(Pass.toRead(values, decoding), batch);
    }
  }

  /** q = [3, −1, −1] and four keys: hard attention takes the fourth, soft nearly all of it. */
  @Test
  void dotProductsOfFourKeys() {
    RecurrentBody three = new RecurrentBody(CellKind.GRU, 1, 3, Direction.FORWARD);
    SequenceToSequence network = network(three, three, Alignment.DOT, Feeding.TOKENS);
    float[] parameters = new float[network.layout().size()];
    int key = network.layout().tensor("attention.key.weight").offset();
    for (int i = 0; i < 3; i++) {
      parameters[key + 4 * i] = 1; // keys are the values themselves
    }
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      TorchDevice cpu = TorchDevice.cpu();
      torch.ScalarType wide = torch.ScalarType.Double;
      Pass pass = Pass.toRead(new ModuleParameters(network.layout(), parameters, cpu, wide));
      Tensor q = cpu.of(wide, new float[] {3, -1, -1}, 1, 1, 3);
      float[] keys = {1, 2, 3, 2, 2, 1, 0, 1, -1, 2, 1, -1};
      Tensor values = cpu.of(wide, keys, 1, 4, 3);
      Padding padding = Padding.none(1, 4, cpu);
      Aligner soft = Aligner.of(pass, Alignment.DOT, values, padding);
      assertThat(TorchDevice.doubles(soft.weights(pass, q)))
          .containsExactly(new double[] {0.0003, 0.0473, 0.0024, 0.9500}, within(5e-5));
      Aligner hard = Aligner.of(pass, Alignment.HARD, values, padding);
      Tensor best = hard.weights(pass, q);
      assertThat(TorchDevice.doubles(best)).containsExactly(0, 0, 0, 1);
      assertThat(TorchDevice.doubles(hard.contexts(best))).containsExactly(2, 1, -1);
      Aligner shorter = Aligner.of(pass, Alignment.HARD, values, Padding.of(new int[] {3}, 4, cpu));
      assertThat(TorchDevice.doubles(shorter.weights(pass, q))).containsExactly(0, 1, 0, 0);
    }
  }

  /** A network that was trained with dot is read with hard: the same parameters. */
  @Test
  void hardReadsWhatDotLearned() {
    SequenceToSequence dot =
        network(layers(CellKind.GRU), layers(CellKind.GRU), Alignment.DOT, Feeding.TOKENS);
    SequenceToSequence hard =
        network(layers(CellKind.GRU), layers(CellKind.GRU), Alignment.HARD, Feeding.TOKENS);
    assertThat(hard.layout().size()).isEqualTo(dot.layout().size());
    float[] parameters = Differences.parameters(hard, 1);
    Predictions.Sequences written =
        write(
            hard,
            parameters,
            batch(hard, LENGTHS, TARGETS),
            Decoding.greedy(5).showing(Decoding.Shown.ALIGNMENT));
    for (float weight : written.weights()) {
      assertThat(weight == 0 || weight == 1).isTrue();
    }
  }

  /** Every target up to a length, scored by itself: the beam's is the best of them. */
  @ParameterizedTest
  @MethodSource("written")
  void aBeamAsWideAsAllFindsTheBest(SequenceToSequence network) {
    int longest = 3;
    for (int seed = 1; seed <= 2; seed++) {
      float[] parameters = Differences.parameters(network, seed);
      Batch batch = batch(network, LENGTHS, TARGETS);
      for (int b = 0; b < LENGTHS.length; b++) {
        List<int[]> all = new ArrayList<>(List.of(new int[0]));
        for (int i = 0; i < all.size(); i++) {
          int[] before = all.get(i);
          for (int token = 1; token < TOKENS && before.length < longest; token++) {
            int[] longer = Arrays.copyOf(before, before.length + 1);
            longer[before.length] = token;
            all.add(longer);
          }
        }
        assertThat(all).hasSize(1 + 3 + 9 + 27);
        List<Double> logs = new ArrayList<>();
        for (int[] target : all) {
          Differences.Found found = score(network, parameters, alone(network, batch, b, target));
          logs.add(-found.nats() * found.targets());
        }
        // The likeliest token at each step is what drawing without a temperature takes.
        SamplingRules likeliest = new SamplingRules(0, 0, 1);
        assertThat(write(network, parameters, alone(network, batch, b), Decoding.greedy(9)).ids())
            .isEqualTo(
                write(
                        network,
                        parameters,
                        alone(network, batch, b),
                        Decoding.sampling(likeliest, 1, 9))
                    .ids());
        for (double alpha : new double[] {0, 0.7, 3}) {
          Decoding decoding = Decoding.beam(40, alpha, longest);
          int best = 0;
          for (int i = 1; i < all.size(); i++) {
            if (logs.get(i) / decoding.penalty(all.get(i).length + 1)
                > logs.get(best) / decoding.penalty(all.get(best).length + 1)) {
              best = i;
            }
          }
          Predictions.Sequences written =
              write(network, parameters, alone(network, batch, b), decoding);
          assertThat(written.tokens(0)).isEqualTo(all.get(best));
          assertThat(written.nats()[0]).isCloseTo(-logs.get(best), within(1e-5));
        }
      }
    }
  }

  static Stream<SequenceToSequence> written() {
    return Stream.of(
        network(layers(CellKind.LSTM), layers(CellKind.GRU), Alignment.DOT, Feeding.TOKENS),
        conditioned(StepInput.vectors(2), Feeding.NOTHING));
  }

  private static Differences.Found score(
      SequenceToSequence network, float[] parameters, Batch batch) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      ModuleParameters values =
          new ModuleParameters(
              network.layout(), parameters, TorchDevice.cpu(), torch.ScalarType.Double);
      ModuleNetwork module = ModuleNetwork.of(network);
      Loss loss = module.loss(Pass.toRead(values), batch);
      return new Differences.Found(
          loss.nats().item_double(), 0, new double[0], module.targets(batch));
    }
  }

  /** With nothing but the targets' tokens left to draw, drawing is reading them. */
  @Test
  void scheduledSamplingReadsWhatTheNetworkDraws() {
    SequenceToSequence network =
        network(
            layers(CellKind.LSTM, 1, Direction.BOTH, 0.3),
            layers(CellKind.LSTM),
            Alignment.ADDITIVE,
            Feeding.TOKENS);
    float[] parameters = Differences.parameters(network, 1);
    Batch batch = batch(network, LENGTHS, new int[] {4, 2, 3});
    Recipe falls =
        new Recipe(
            Differences.PLAIN.optimizer(),
            0,
            new ScheduledSampling(ScheduledSampling.Kind.LINEAR, 10, 0),
            Truncation.WINDOW);
    // At the first step every token is the target's, as without.
    DropoutMasks first = new DropoutMasks(1, 2, 0);
    Differences.Found plain =
        Differences.found(network, parameters, batch, first, Differences.PLAIN);
    Differences.Found begins = Differences.found(network, parameters, batch, first, falls);
    assertThat(begins.nats()).isEqualTo(plain.nats());
    // At the tenth none is; the same step reads the same again, and no other does.
    double drawn = nats(network, parameters, batch, 10, falls);
    assertThat(drawn).isEqualTo(nats(network, parameters, batch, 10, falls));
    assertThat(drawn).isNotEqualTo(nats(network, parameters, batch, 10, Differences.PLAIN));
    assertThat(drawn).isNotEqualTo(nats(network, parameters, batch, 11, falls));
    // Who is sure of a token draws it: what is read then is that token, whatever the targets say.
    float[] sure = parameters.clone();
    int bias = network.layout().tensor("out.bias").offset();
    sure[bias + 2] += 100;
    int[] twos = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2};
    Batch reads =
        new Batch(3)
            .put("source", batch.ints("source"))
            .putLengths("source", LENGTHS)
            .put("target", new Batch.Ints(twos, 3, 4))
            .putLengths("target", new int[] {4, 2, 3});
    assertThat(nats(network, sure, reads, 10, falls))
        .isEqualTo(nats(network, sure, reads, 10, Differences.PLAIN));
    assertThat(nats(network, sure, batch, 10, falls))
        .isNotEqualTo(nats(network, sure, batch, 10, Differences.PLAIN));
    // What is drawn is not differentiated: gradients are those of the pass that reads it.
    assertThat(
            Differences.found(network, sure, reads, new DropoutMasks(1, 2, 10), falls).gradient())
        .containsExactly(
            Differences.found(network, sure, reads, new DropoutMasks(1, 2, 10), Differences.PLAIN)
                .gradient());
  }

  private static double nats(
      SequenceToSequence network, float[] parameters, Batch batch, int step, Recipe recipe) {
    return Differences.found(network, parameters, batch, new DropoutMasks(1, 2, step), recipe)
        .nats();
  }

  /** Targets are drawn as often as they are likely, by the examples' numbers. */
  @Test
  void drawsByProbability() {
    SequenceToSequence network = conditioned(StepInput.tokens(3, 2), Feeding.TOKENS);
    float[] parameters = Differences.parameters(network, 1);
    int size = 4000;
    int[] numbers = new int[size];
    for (int b = 0; b < size; b++) {
      numbers[b] = size - 1 - b;
    }
    Batch batch = new Batch(size).put("condition", new Batch.Ints(new int[size], size));
    Decoding decoding = Decoding.sampling(SamplingRules.PLAIN, 5, 1);
    Predictions.Sequences drawn = write(network, parameters, batch, decoding);
    int[] counts = new int[TOKENS];
    for (int b = 0; b < size; b++) {
      counts[drawn.lengths()[b] == 0 ? 0 : drawn.tokens(b)[0]]++;
    }
    Batch one = new Batch(1).put("condition", new Batch.Ints(new int[1], 1));
    double ends = Math.exp(-nats(network, parameters, one));
    assertThat(counts[0] / (double) size).isCloseTo(ends, within(0.03));
    // The likeliest is what greedy takes, and what drawing from one token does.
    Predictions.Sequences greedy = write(network, parameters, one, Decoding.greedy(9));
    for (SamplingRules rules : List.of(new SamplingRules(0, 0, 1), new SamplingRules(1, 1, 1))) {
      Predictions.Sequences same = write(network, parameters, one, Decoding.sampling(rules, 3, 9));
      assertThat(same.tokens(0)).isEqualTo(greedy.tokens(0));
      assertThat(same.nats()[0]).isEqualTo(greedy.nats()[0]);
    }
    // An example draws the same wherever it stands.
    batch.put("numbers", new Batch.Ints(numbers, size));
    Predictions.Sequences turned = write(network, parameters, batch, decoding);
    int[] ids = new int[size];
    for (int b = 0; b < size; b++) {
      ids[b] = drawn.ids()[numbers[b]];
    }
    assertThat(turned.ids()).isEqualTo(ids);
  }

  /** Of an empty target. */
  private static double nats(SequenceToSequence network, float[] parameters, Batch condition) {
    condition.put("target", new Batch.Ints(new int[0], 1, 0)).putLengths("target", new int[1]);
    return score(network, parameters, condition).nats();
  }
}
