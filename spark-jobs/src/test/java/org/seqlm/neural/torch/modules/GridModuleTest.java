package org.seqlm.neural.torch.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.network.Classifier;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.Grid;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.neural.network.Pooling;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.StepInput;

class GridModuleTest {
  private static final int CLASSES = 3;

  private static Grid grid(
      List<Integer> extents,
      int channels,
      int patch,
      Grid.Cell cell,
      Grid.Directions directions,
      Grid.Readout readout) {
    return new Grid(extents, channels, patch, cell, 2, directions, readout, CLASSES);
  }

  static Stream<Grid> grids() {
    return Stream.of(
        grid(List.of(4), 2, 1, Grid.Cell.LSTM, Grid.Directions.ALL, Grid.Readout.MEAN),
        grid(List.of(2, 3), 2, 1, Grid.Cell.RNN, Grid.Directions.ONE, Grid.Readout.LAST),
        grid(List.of(3, 2), 1, 2, Grid.Cell.RNN, Grid.Directions.ALL, Grid.Readout.MEAN),
        grid(List.of(2, 3), 1, 2, Grid.Cell.LSTM, Grid.Directions.ALL, Grid.Readout.LAST),
        grid(List.of(3, 2), 2, 1, Grid.Cell.LSTM, Grid.Directions.ONE, Grid.Readout.MEAN),
        grid(List.of(2, 3, 2), 1, 1, Grid.Cell.LSTM, Grid.Directions.ONE, Grid.Readout.LAST));
  }

  private static Batch batch(Grid grid, int size) {
    int[] shape = new int[grid.dimensions() + 2];
    int count = size;
    shape[0] = size;
    for (int d = 0; d < grid.dimensions(); d++) {
      shape[d + 1] = grid.extents().get(d) * grid.patch();
      count *= shape[d + 1];
    }
    shape[grid.dimensions() + 1] = grid.channels();
    float[] values = new float[count * grid.channels()];
    Random random = new Random(8);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    int[] labels = new int[size];
    for (int b = 0; b < size; b++) {
      labels[b] = random.nextInt(CLASSES);
    }
    return new Batch(size)
        .put("values", new Batch.Floats(values, shape))
        .put("label", new Batch.Ints(labels, size));
  }

  @ParameterizedTest
  @MethodSource("grids")
  void gradientsAreThoseOfDifferences(Grid grid) {
    Differences.check(grid, batch(grid, 2));
  }

  @ParameterizedTest
  @MethodSource("grids")
  void lossAndPredictionsAtOnceAreTheSame(Grid grid) {
    Differences.checkScored(grid, batch(grid, 2));
  }

  /** in·h + n·h² + h·out + h + n·h + out, for in 3, n 2, h 4 and out 5. */
  @Test
  void hasAsManyParametersAsTheFormulaSays() {
    Grid grid =
        new Grid(List.of(6, 7), 3, 1, Grid.Cell.RNN, 4, Grid.Directions.ONE, Grid.Readout.LAST, 5);
    assertThat(grid.layout().size()).isEqualTo(81);
  }

  /** Cell by cell, as the equations have it. */
  @ParameterizedTest
  @MethodSource("grids")
  void equalsItsEquations(Grid grid) {
    float[] parameters = Differences.parameters(grid, 4);
    Batch batch = batch(grid, 3);
    Oracle oracle = new Oracle(grid, parameters, batch);
    double nats = 0;
    for (int b = 0; b < 3; b++) {
      double[] logits = oracle.logits(b);
      double sum = 0;
      for (double logit : logits) {
        sum += Math.exp(logit);
      }
      nats += Math.log(sum) - logits[batch.ints("label").values()[b]];
    }
    double found = Differences.found(grid, parameters, batch).nats();
    assertThat(found).isCloseTo(nats / 3, within(1e-9));
  }

  /** Over one dimension, without the bias that the plain cell has not, it is the plain cell. */
  @Test
  void ofOneDimensionItIsThePlainCell() {
    for (Grid.Directions directions : Grid.Directions.values()) {
      for (Grid.Cell cell : Grid.Cell.values()) {
        Grid grid = grid(List.of(4), 3, 1, cell, directions, Grid.Readout.LAST);
        CellKind kind = cell == Grid.Cell.RNN ? CellKind.RNN : CellKind.LSTM;
        Direction direction =
            directions == Grid.Directions.ONE ? Direction.FORWARD : Direction.BOTH;
        RecurrentBody body = new RecurrentBody(kind, 1, 2, direction);
        Classifier plain = new Classifier(StepInput.vectors(3), body, Pooling.LAST, CLASSES);
        float[] parameters = Differences.parameters(grid, 4);
        float[] same = new float[plain.layout().size()];
        for (ParameterLayout.Tensor tensor : grid.layout().tensors()) {
          String suffix = tensor.name().startsWith("grid.1.") ? "_l0_reverse" : "_l0";
          String name =
              switch (tensor.name().replaceFirst("grid\\.\\d\\.", "")) {
                case "weight_x" -> "rnn.weight_ih" + suffix;
                case "weight_0" -> "rnn.weight_hh" + suffix;
                case "bias_x" -> "rnn.bias_ih" + suffix;
                case "bias_0" -> null;
                default -> tensor.name();
              };
          for (int i = 0; i < tensor.size(); i++) {
            if (name == null) {
              parameters[tensor.offset() + i] = 0;
            } else {
              same[plain.layout().tensor(name).offset() + i] = parameters[tensor.offset() + i];
            }
          }
        }
        Batch batch = batch(grid, 2);
        Batch sequence =
            new Batch(2)
                .put("input", new Batch.Floats(batch.floats("values").values(), 2, 4, 3))
                .put("label", batch.ints("label"));
        assertThat(Differences.found(grid, parameters, batch).nats())
            .isCloseTo(Differences.found(plain, same, sequence).nats(), within(1e-9));
      }
    }
  }

  /** Every cell comes once, behind its neighbours. */
  @Test
  void ordersHaveNeighboursBefore() {
    List<Integer> extents = List.of(3, 4, 2);
    for (int corner = 0; corner < 8; corner++) {
      GridOrder order = new GridOrder(extents, corner);
      assertThat(order.cells()).hasSize(24).doesNotHaveDuplicates();
      assertThat(order.diagonals()).hasSize(2 + 3 + 1 + 1);
      int[] strides = {8, 2, 1};
      GridOrder.Diagonal last = null;
      for (GridOrder.Diagonal diagonal : order.diagonals()) {
        for (int d = 0; d < 3; d++) {
          int step = (corner >> d & 1) == 0 ? strides[d] : -strides[d];
          for (int i = 0; i < diagonal.size(); i++) {
            long cell = order.cells()[diagonal.from() + i];
            long at = cell / strides[d] % extents.get(d);
            boolean first = at == ((corner >> d & 1) == 0 ? 0 : extents.get(d) - 1);
            int size = last == null ? 0 : last.size();
            if (first) {
              assertThat(diagonal.before()[d][i]).isEqualTo(size);
            } else {
              assertThat(order.cells()[last.from() + (int) diagonal.before()[d][i]])
                  .isEqualTo(cell - step);
            }
          }
        }
        last = diagonal;
      }
    }
  }

  /** The equations of {@link Grid} by recursion over positions. */
  private static final class Oracle {
    private final Grid grid;
    private final float[] parameters;
    private final Batch.Floats values;

    Oracle(Grid grid, float[] parameters, Batch batch) {
      this.grid = grid;
      this.parameters = parameters;
      values = batch.floats("values");
    }

    double[] logits(int b) {
      double[] read = new double[grid.outputWidth()];
      for (int k = 0; k < grid.corners(); k++) {
        Map<List<Integer>, double[][]> known = new HashMap<>();
        int[] end = new int[grid.dimensions()];
        for (int d = 0; d < end.length; d++) {
          end[d] = grid.extents().get(d) - 1;
        }
        double[] last = at(b, k, end, known)[0];
        for (int u = 0; u < grid.hidden(); u++) {
          double sum = 0;
          for (double[][] state : known.values()) {
            sum += state[0][u];
          }
          read[k * grid.hidden() + u] =
              grid.readout() == Grid.Readout.LAST ? last[u] : sum / known.size();
        }
      }
      double[] logits = new double[CLASSES];
      add(logits, "out.weight", "out.bias", read);
      return logits;
    }

    private void add(double[] to, String weight, String bias, double[] of) {
      float[] w = grid.layout().copy(weight, parameters);
      float[] shift = grid.layout().copy(bias, parameters);
      for (int i = 0; i < to.length; i++) {
        to[i] += shift[i];
        for (int j = 0; j < of.length; j++) {
          to[i] += w[i * of.length + j] * of[j];
        }
      }
    }

    /** h and c at so many steps from the corner. */
    private double[][] at(int b, int k, int[] steps, Map<List<Integer>, double[][]> known) {
      List<Integer> key = java.util.Arrays.stream(steps).boxed().toList();
      if (known.containsKey(key)) {
        return known.get(key);
      }
      int n = steps.length;
      int hidden = grid.hidden();
      double[] sums = new double[grid.gates() * hidden];
      add(sums, "grid." + k + ".weight_x", "grid." + k + ".bias_x", x(b, k, steps));
      double[][] kept = new double[n][hidden];
      for (int d = 0; d < n; d++) {
        if (steps[d] > 0) {
          int[] nearer = steps.clone();
          nearer[d]--;
          double[][] state = at(b, k, nearer, known);
          kept[d] = state[1];
          add(sums, "grid." + k + ".weight_" + d, "grid." + k + ".bias_" + d, state[0]);
        }
      }
      double[][] state = new double[2][hidden];
      for (int u = 0; u < hidden; u++) {
        if (grid.cell() == Grid.Cell.RNN) {
          state[0][u] = Math.tanh(sums[u]);
          continue;
        }
        state[1][u] = sigmoid(sums[u]) * Math.tanh(sums[(n + 1) * hidden + u]);
        for (int d = 0; d < n; d++) {
          state[1][u] += sigmoid(sums[(1 + d) * hidden + u]) * kept[d][u];
        }
        state[0][u] = sigmoid(sums[(n + 2) * hidden + u]) * Math.tanh(state[1][u]);
      }
      known.put(key, state);
      return state;
    }

    private static double sigmoid(double z) {
      return 1 / (1 + Math.exp(-z));
    }

    /** What a cell reads: its patch, row-major, channels last. */
    private double[] x(int b, int k, int[] steps) {
      int n = steps.length;
      int patch = grid.patch();
      double[] x = new double[grid.inputs()];
      for (int i = 0; i < x.length; i++) {
        int channel = i % grid.channels();
        int rest = i / grid.channels();
        int[] inside = new int[n];
        for (int d = n - 1; d >= 0; d--) {
          inside[d] = rest % patch;
          rest /= patch;
        }
        int place = b;
        for (int d = 0; d < n; d++) {
          int extent = grid.extents().get(d);
          int cell = (k >> d & 1) == 0 ? steps[d] : extent - 1 - steps[d];
          place = place * extent * patch + cell * patch + inside[d];
        }
        x[i] = values.values()[place * grid.channels() + channel];
      }
      return x;
    }
  }
}
