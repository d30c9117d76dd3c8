package org.seqlm.neural.torch.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.network.AttentionBody;
import org.seqlm.neural.network.Classifier;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.Frames;
import org.seqlm.neural.network.Frames.Reader;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.neural.network.Pooling;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.StepInput;

class FramesModuleTest {
  private static final int CLASSES = 3;
  private static final int HEIGHT = 4;
  private static final int WIDTH = 6;
  private static final int CHANNELS = 2;
  private static final int PATCH = 2;
  private static final int PATCHES = 6;
  private static final AttentionBody BLOCKS = new AttentionBody(1, 4, 2, 5, 0);

  private static Frames frames(int frames, Reader reader) {
    boolean convolves = reader == Reader.CONVOLUTION;
    boolean recurs = frames > 1 && reader != Reader.SPACE_TIME;
    return new Frames(
        HEIGHT,
        WIDTH,
        CHANNELS,
        frames,
        reader,
        PATCH,
        convolves ? null : BLOCKS,
        convolves ? 3 : 0,
        recurs ? new RecurrentBody(CellKind.LSTM, 1, 3, Direction.BOTH) : null,
        CLASSES);
  }

  static Stream<Frames> networks() {
    return Stream.of(1, 3)
        .flatMap(count -> Stream.of(Reader.values()).map(reader -> frames(count, reader)));
  }

  private static Batch batch(int size, int frames) {
    Random random = new Random(8);
    float[] values = new float[size * frames * HEIGHT * WIDTH * CHANNELS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    int[] labels = new int[size];
    for (int b = 0; b < size; b++) {
      labels[b] = random.nextInt(CLASSES);
    }
    return new Batch(size)
        .put("values", new Batch.Floats(values, size, frames, HEIGHT, WIDTH, CHANNELS))
        .put("label", new Batch.Ints(labels, size));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void gradientsAreThoseOfDifferences(Frames network) {
    Differences.check(network, batch(2, network.frames()));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void lossAndPredictionsAtOnceAreTheSame(Frames network) {
    Differences.checkScored(network, batch(2, network.frames()));
  }

  /** Another network's parameters of the same names, but for some that are named otherwise. */
  private static float[] as(Network from, float[] values, Network to, String ofFrom, String ofTo) {
    float[] same = new float[to.layout().size()];
    for (ParameterLayout.Tensor tensor : to.layout().tensors()) {
      ParameterLayout.Tensor other = from.layout().tensor(tensor.name().replace(ofTo, ofFrom));
      System.arraycopy(values, other.offset(), same, tensor.offset(), tensor.size());
    }
    return same;
  }

  /** Patches are a sequence of vectors: frame, row, column; in each row, column, channel. */
  @Test
  void patchesAreASequence() {
    for (int count : new int[] {1, 3}) {
      Frames network = frames(count, count == 1 ? Reader.PATCHES : Reader.SPACE_TIME);
      int width = PATCH * PATCH * CHANNELS;
      Classifier sequence =
          new Classifier(StepInput.vectors(width), BLOCKS, Pooling.CLASS_TOKEN, CLASSES);
      Batch batch = batch(2, count);
      float[] values = batch.floats("values").values();
      float[] patches = new float[values.length];
      int at = 0;
      for (int frame = 0; frame < 2 * count; frame++) {
        for (int row = 0; row < HEIGHT; row += PATCH) {
          for (int column = 0; column < WIDTH; column += PATCH) {
            for (int i = 0; i < PATCH; i++) {
              for (int j = 0; j < PATCH; j++) {
                for (int c = 0; c < CHANNELS; c++) {
                  int pixel = (frame * HEIGHT + row + i) * WIDTH + column + j;
                  patches[at++] = values[pixel * CHANNELS + c];
                }
              }
            }
          }
        }
      }
      Batch cut =
          new Batch(2)
              .put("input", new Batch.Floats(patches, 2, count * PATCHES, width))
              .put("label", batch.ints("label"));
      float[] parameters = Differences.parameters(network, 4);
      float[] same = as(network, parameters, sequence, "patch", "project");
      assertThat(Differences.found(network, parameters, batch).nats())
          .isCloseTo(Differences.found(sequence, same, cut).nats(), within(1e-9));
    }
  }

  /** By its sums, pixel by pixel. */
  @Test
  void convolutionsAreSums() {
    Frames network = frames(1, Reader.CONVOLUTION);
    float[] parameters = Differences.parameters(network, 4);
    ParameterLayout layout = network.layout();
    float[] weight = layout.copy("convolution.weight", parameters);
    float[] bias = layout.copy("convolution.bias", parameters);
    Batch batch = batch(1, 1);
    float[] values = batch.floats("values").values();
    double[] means = new double[3 * PATCHES];
    for (int d = 0; d < 3; d++) {
      for (int row = 0; row < HEIGHT; row++) {
        for (int column = 0; column < WIDTH; column++) {
          double sum = bias[d];
          for (int c = 0; c < CHANNELS; c++) {
            for (int i = 0; i < 9; i++) {
              int y = row + i / 3 - 1;
              int x = column + i % 3 - 1;
              if (y >= 0 && y < HEIGHT && x >= 0 && x < WIDTH) {
                double there = values[(y * WIDTH + x) * CHANNELS + c];
                sum += weight[(d * CHANNELS + c) * 9 + i] * there;
              }
            }
          }
          int patch = row / PATCH * (WIDTH / PATCH) + column / PATCH;
          means[d * PATCHES + patch] += Math.max(0, sum) / (PATCH * PATCH);
        }
      }
    }
    double[] frame = linear(layout, parameters, "patch", means);
    double[] logits = linear(layout, parameters, "out", frame);
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    assertThat(Differences.found(network, parameters, batch).nats())
        .isCloseTo(Math.log(sum) - logits[batch.ints("label").values()[0]], within(1e-9));
  }

  private static double[] linear(
      ParameterLayout layout, float[] parameters, String name, double[] of) {
    float[] weight = layout.copy(name + ".weight", parameters);
    float[] bias = layout.copy(name + ".bias", parameters);
    double[] to = new double[bias.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = bias[i];
      for (int j = 0; j < of.length; j++) {
        to[i] += weight[i * of.length + j] * of[j];
      }
    }
    return to;
  }
}
