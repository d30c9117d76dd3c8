package org.seqlm.neural.network;

import java.util.Locale;
import org.seqlm.Problems;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;

/**
 * Recurrent layers of any cell, which begin each sequence with zero. Parameters are those of {@link
 * RecurrentLayers} behind {@code {prefix}rnn.}.
 *
 * @param cell of every layer
 * @param activation φ of a simple recurrence; null means tanh
 * @param layers L, 1 to 16
 * @param hidden H of a layer and direction, 1 to 16384
 * @param direction which way they read
 * @param dropout the chance that a value which a layer passes on is zero while training, 0 to 0.95
 * @param forgetBias the forget gates' first bias
 */
public record RecurrentBody(
    CellKind cell,
    Activation activation,
    int layers,
    int hidden,
    Direction direction,
    double dropout,
    double forgetBias)
    implements Body {

  public RecurrentBody {
    activation = activation == null ? Activation.TANH : activation;
    new Problems()
        .present("network.cell", cell, "lstm, gru, gru-reset-after, gru-simplified, rnn, rnn-lag-2")
        .present("network.direction", direction, "forward or both")
        .inRange("network.layers", layers, 1, 16)
        .inRange("network.hidden", hidden, 1, 16384)
        .inRange("network.dropout", dropout, 0, 0.95)
        .inRange("network.forget-bias", forgetBias, -100, 100)
        .throwIfAny();
  }

  /** Of tanh, without dropout. */
  public RecurrentBody(CellKind cell, int layers, int hidden, Direction direction) {
    this(cell, Activation.TANH, layers, hidden, direction, 0, 0);
  }

  @Override
  public int outputWidth() {
    return hidden * direction.count();
  }

  /** The width of what layer {@code k} (from 0) reads. */
  public int inputWidth(int k, int inputs) {
    return k == 0 ? inputs : outputWidth();
  }

  @Override
  public String title() {
    String name = cell.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return name + " " + layers + "x" + hidden + (direction == Direction.BOTH ? " both ways" : "");
  }

  @Override
  public void add(ParameterLayout.Builder builder, String prefix, int inputs) {
    RecurrentLayers stack = new RecurrentLayers(prefix + "rnn.", cell, hidden, forgetBias);
    for (int k = 0; k < layers; k++) {
      stack.add(builder, k, inputWidth(k, inputs), "");
      if (direction == Direction.BOTH) {
        stack.add(builder, k, inputWidth(k, inputs), "_reverse");
      }
    }
  }
}
