package org.seqlm.neural.network;

import org.seqlm.Problems;

/**
 * A multi-dimensional recurrent network (Graves, Fernández and Schmidhuber 2007) over a grid of n
 * dimensions, and a label of what the grid shows. With e_d the unit step along dimension d,
 *
 * <ul>
 *   <li>{@code h(i) = tanh(W x(i) + b + Σ_d (W_d h(i − e_d) + b_d))}, neighbours outside of the
 *       grid left out; or
 *   <li>a cell with one forget gate a dimension: of i, f_1 … f_n, g, o, each such a sum with its
 *       own σ, tanh for g, {@code c(i) = Σ_d f_d ⊙ c(i − e_d) + i ⊙ g}, {@code h(i) = o ⊙
 *       tanh(c(i))}.
 * </ul>
 *
 * The multi-directional form has 2ⁿ of them, one a corner that it begins at, each with its own
 * parameters. Those of direction k are {@code grid.{k}.weight_x} (G H, in), {@code grid.{k}.bias_x}
 * (G H), and for each dimension d {@code grid.{k}.weight_{d}} (G H, H) and {@code
 * grid.{k}.bias_{d}} (G H), G being 1 or 3 + n; then {@code out.weight} (C, width), {@code
 * out.bias} (C). With one direction and G = 1 they are {@code in·h + n·h² + h·out + h + n·h + out}.
 *
 * @param extents of each dimension, 1 to 4 of them, as cells, each of {@code patch}ⁿ values a
 *     channel
 * @param channels of a value
 * @param patch values along each dimension that one cell reads, 1 or more
 * @param cell of a position
 * @param hidden H of a direction, 1 to 16384
 * @param directions corners that it begins at
 * @param readout what of the grid becomes the label
 * @param classes C, at least 2
 */
public record Grid(
    java.util.List<Integer> extents,
    int channels,
    int patch,
    Cell cell,
    int hidden,
    Directions directions,
    Readout readout,
    int classes)
    implements Network {

  /** What stands at a position. */
  public enum Cell {
    RNN,
    LSTM
  }

  /** Corners that it begins at. */
  public enum Directions {
    /** The first. */
    ONE,
    /** All 2ⁿ. */
    ALL
  }

  /** What of the grid becomes the label. */
  public enum Readout {
    /** Each direction's state at the corner where it ends. */
    LAST,
    /** The mean of all positions. */
    MEAN
  }

  public Grid {
    extents = java.util.List.copyOf(extents);
    new Problems()
        .inRange("the number of the grid's dimensions", extents.size(), 1, 4)
        .require(
            extents.stream().allMatch(extent -> extent >= 1),
            "the grid's extents must be at least 1, but are " + extents)
        .atLeast("the grid's channels", channels, 1)
        .atLeast("network.patch", patch, 1)
        .present("network.cell", cell, "rnn or lstm")
        .inRange("network.hidden", hidden, 1, 16384)
        .present("network.corners", directions, "one or all")
        .present("network.readout", readout, "last or mean")
        .atLeast("the number of labels", classes, 2)
        .throwIfAny();
  }

  /** n. */
  public int dimensions() {
    return extents.size();
  }

  /** Gates of a position. */
  public int gates() {
    return cell == Cell.RNN ? 1 : 3 + dimensions();
  }

  /** How many corners it begins at. */
  public int corners() {
    return directions == Directions.ONE ? 1 : 1 << dimensions();
  }

  /** The width of what a cell reads. */
  public int inputs() {
    int inputs = channels;
    for (int d = 0; d < dimensions(); d++) {
      inputs = Math.multiplyExact(inputs, patch);
    }
    return inputs;
  }

  /** The width of what a position passes on. */
  public int outputWidth() {
    return hidden * corners();
  }

  @Override
  public ParameterLayout layout() {
    ParameterLayout.Builder builder = new ParameterLayout.Builder();
    int rows = gates() * hidden;
    Initial uniform = Initial.linear(hidden);
    for (int k = 0; k < corners(); k++) {
      String name = "grid." + k + ".";
      builder.add(name + "weight_x", uniform, rows, inputs());
      builder.add(name + "bias_x", uniform, rows);
      for (int d = 0; d < dimensions(); d++) {
        builder.add(name + "weight_" + d, uniform, rows, hidden);
        builder.add(name + "bias_" + d, uniform, rows);
      }
    }
    return builder.linear("out", outputWidth(), classes).build();
  }

  @Override
  public double lossBound() {
    return Math.log(classes) + EXPLOSION;
  }

  @Override
  public String title() {
    return "grid of "
        + (cell == Cell.RNN ? "rnn" : "lstm")
        + " cells "
        + extents
        + " x "
        + hidden
        + (corners() > 1 ? " from " + corners() + " corners" : "");
  }

  @Override
  public String what() {
    return "network over grids";
  }
}
