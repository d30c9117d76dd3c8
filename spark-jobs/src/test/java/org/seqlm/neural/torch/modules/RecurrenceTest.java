package org.seqlm.neural.torch.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.StepInput;
import org.seqlm.neural.network.Tagger;
import org.seqlm.neural.torch.device.GpuDouble;
import org.seqlm.neural.torch.device.TorchDevice;

/** Recurrent layers over sequences of different lengths, and both ways. */
class RecurrenceTest {
  private static final int INPUTS = 2;
  private static final int HIDDEN = 3;
  private static final int TIME = 5;
  private static final int[] LENGTHS = {3, 5, 1};

  /** Values by name, of a network whose layers these are. */
  private static ModuleParameters parameters(RecurrentBody body, Direction as, float[] values) {
    RecurrentBody named =
        new RecurrentBody(body.cell(), body.activation(), body.layers(), body.hidden(), as, 0, 0);
    Tagger network = new Tagger(StepInput.vectors(INPUTS), named, 2);
    float[] fitting = Arrays.copyOf(values, network.layout().size());
    return new ModuleParameters(
        network.layout(), fitting, TorchDevice.cpu(), torch.ScalarType.Double);
  }

  private static RecurrentBody body(CellKind cell, int layers, Direction direction) {
    return new RecurrentBody(cell, Activation.TANH, layers, HIDDEN, direction, 0, 0);
  }

  private static Tensor random(long seed, int time, int batch) {
    java.util.Random random = new java.util.Random(seed);
    float[] values = new float[time * batch * INPUTS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return TorchDevice.cpu().of(torch.ScalarType.Double, values, time, batch, INPUTS);
  }

  private static float[] values(RecurrentBody body, long seed) {
    return Differences.parameters(new Tagger(StepInput.vectors(INPUTS), body, 2), seed);
  }

  private static void equal(Tensor one, Tensor other) {
    assertThat(TorchDevice.doubles(one))
        .hasSameSizeAs(TorchDevice.doubles(other))
        .containsExactly(TorchDevice.doubles(other), within(1e-9));
  }

  /** Outputs and states of a padded batch are those of each sequence alone. */
  @ParameterizedTest
  @EnumSource(CellKind.class)
  void eachSequenceHasItsOwnStates(CellKind cell) {
    RecurrentBody body = body(cell, 2, Direction.BOTH);
    float[] values = values(body, 1);
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      Pass pass = Pass.toRead(parameters(body, Direction.BOTH, values));
      Tensor x = random(3, TIME, LENGTHS.length);
      Recurrence recurrence = new Recurrence(body, "", 1);
      Padding padding = Padding.of(LENGTHS, TIME, TorchDevice.cpu());
      Recurrence.Run all = recurrence.run(pass, x, padding, Recurrence.Wanted.STATES);
      Tensor outputs = recurrence.run(pass, x, padding, Recurrence.Wanted.OUTPUTS).outputs();
      for (int b = 0; b < LENGTHS.length; b++) {
        int length = LENGTHS[b];
        Recurrence.Run alone =
            recurrence.run(
                pass,
                x.narrow(0, 0, length).narrow(1, b, 1),
                Padding.none(1, length, TorchDevice.cpu()),
                Recurrence.Wanted.STATES);
        equal(all.outputs().narrow(0, 0, length).narrow(1, b, 1), alone.outputs());
        equal(outputs.narrow(0, 0, length).narrow(1, b, 1), alone.outputs());
        for (int k = 0; k < 2; k++) {
          for (int s = 0; s < cell.states(); s++) {
            equal(all.states().get(k).get(s).narrow(0, b, 1), alone.states().get(k).get(s));
          }
        }
      }
    }
  }

  /** Who reads backward is who reads forward, over the sequence in reverse. */
  @Test
  void backwardIsForwardInReverse() {
    RecurrentBody both = body(CellKind.LSTM, 1, Direction.BOTH);
    RecurrentBody forward = body(CellKind.LSTM, 1, Direction.FORWARD);
    int half = 4 * HIDDEN * (INPUTS + HIDDEN + 1);
    float[] values = values(both, 1);
    float[] second = Arrays.copyOfRange(values, half, 2 * half);
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      Padding padding = Padding.none(2, TIME, TorchDevice.cpu());
      Tensor x = random(3, TIME, 2);
      Recurrence.Run two =
          new Recurrence(both, "", 1)
              .run(
                  Pass.toRead(parameters(both, Direction.BOTH, values)),
                  x,
                  padding,
                  Recurrence.Wanted.STATES);
      Recurrence.Run one =
          new Recurrence(forward, "", 1)
              .run(
                  Pass.toRead(parameters(forward, Direction.FORWARD, second)),
                  x.flip(0),
                  padding,
                  Recurrence.Wanted.STATES);
      equal(two.outputs().narrow(2, HIDDEN, HIDDEN), one.outputs().flip(0));
      for (int s = 0; s < 2; s++) {
        equal(two.states().get(0).get(s).narrow(1, HIDDEN, HIDDEN), one.states().get(0).get(s));
      }
    }
  }

  /** A window cut in two goes on from the first part's states. */
  @ParameterizedTest
  @EnumSource(CellKind.class)
  void goesOnFromStates(CellKind cell) {
    RecurrentBody body = body(cell, 2, Direction.FORWARD);
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      Pass pass = Pass.toRead(parameters(body, Direction.FORWARD, values(body, 1)));
      Tensor x = random(3, TIME, 2);
      Recurrence recurrence = new Recurrence(body, "", 1);
      Recurrence.Run whole =
          recurrence.run(
              pass, x, Padding.none(2, TIME, TorchDevice.cpu()), Recurrence.Wanted.STATES);
      List<List<Tensor>> states = null;
      for (int[] part : new int[][] {{0, 2}, {2, 3}}) {
        Recurrence.Run run =
            recurrence.run(
                pass,
                x.narrow(0, part[0], part[1]),
                Padding.none(2, part[1], TorchDevice.cpu()),
                states,
                Recurrence.Wanted.STATES);
        equal(run.outputs(), whole.outputs().narrow(0, part[0], part[1]));
        states = run.states();
      }
      equal(states.get(1).get(0), whole.states().get(1).get(0));
    }
  }

  /** What cuDNN is asked is as it wants it, and comes to the same. */
  @ParameterizedTest
  @EnumSource(
      value = CellKind.class,
      names = {"LSTM", "GRU_RESET_AFTER", "RNN"})
  void onGpusItIsTheSame(CellKind cell) {
    RecurrentBody body = body(cell, 2, Direction.BOTH);
    Tagger network = new Tagger(StepInput.vectors(INPUTS), body, 2);
    Batch batch = Batches.of(StepInput.vectors(INPUTS), 2, 3, LENGTHS);
    float[][] gradients = new float[2][];
    List<TorchDevice> devices = List.of(TorchDevice.cpu(), new GpuDouble().device());
    for (int i = 0; i < 2; i++) {
      try (PointerScope scope = new PointerScope()) {
        ModuleParameters parameters =
            new ModuleParameters(
                network.layout(), values(body, 1), devices.get(i), torch.ScalarType.Double);
        ModuleNetwork module = ModuleNetwork.of(network);
        Pass pass = Pass.toTrain(parameters, null, Differences.PLAIN);
        parameters.differentiate(module.loss(pass, batch).objective());
        gradients[i] = TorchDevice.floats(parameters.gradient());
        try (AutoGradMode off = new AutoGradMode(false)) {
          assertThat(module.predict(Pass.toRead(parameters), batch)).isNotNull();
        }
      }
    }
    assertThat(gradients[1]).containsExactly(gradients[0], within(1e-9f));
  }

  /** libtorch's own, which PyTorch's {@code nn.LSTM} calls over a packed sequence. */
  @Test
  void equalsTheLstmOfPackedSequences() {
    RecurrentBody body = body(CellKind.LSTM, 2, Direction.BOTH);
    int[] lengths = {5, 3, 1};
    int[] running = {3, 2, 2, 1, 1}; // sequences that have a step t
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      Pass pass = Pass.toRead(parameters(body, Direction.BOTH, values(body, 1)));
      Tensor x = random(3, TIME, lengths.length);
      TensorVector rows = new TensorVector();
      long[] sizes = new long[TIME];
      for (int t = 0; t < TIME; t++) {
        rows.push_back(x.select(0, t).narrow(0, 0, running[t]));
        sizes[t] = running[t];
      }
      TensorVector weights = new TensorVector();
      for (int k = 0; k < 2; k++) {
        for (String suffix : List.of("_l" + k, "_l" + k + "_reverse")) {
          Tensor bias = pass.weight("rnn.bias_ih" + suffix);
          weights.push_back(pass.weight("rnn.weight_ih" + suffix));
          weights.push_back(pass.weight("rnn.weight_hh" + suffix));
          weights.push_back(bias);
          weights.push_back(torch.zeros_like(bias));
        }
      }
      Tensor zero = TorchDevice.cpu().zeros(torch.ScalarType.Double, 4, lengths.length, HIDDEN);
      T_TensorTensorTensor_T theirs =
          torch.lstm(
              torch.cat(rows, 0),
              TorchDevice.cpu().of(sizes, TIME),
              new TensorVector(zero, zero),
              weights,
              true,
              2,
              0.0,
              false,
              true);
      Padding padding = Padding.of(lengths, TIME, TorchDevice.cpu());
      Recurrence.Run ours =
          new Recurrence(body, "", 1).run(pass, x, padding, Recurrence.Wanted.STATES);
      TensorVector outputs = new TensorVector();
      for (int t = 0; t < TIME; t++) {
        outputs.push_back(ours.outputs().select(0, t).narrow(0, 0, running[t]));
      }
      equal(torch.cat(outputs, 0), theirs.get0());
      for (int k = 0; k < 2; k++) {
        for (int direction = 0; direction < 2; direction++) {
          Tensor h = ours.states().get(k).get(0).narrow(1, (long) direction * HIDDEN, HIDDEN);
          Tensor c = ours.states().get(k).get(1).narrow(1, (long) direction * HIDDEN, HIDDEN);
          equal(h, theirs.get1().select(0, 2L * k + direction));
          equal(c, theirs.get2().select(0, 2L * k + direction));
        }
      }
    }
  }
}
