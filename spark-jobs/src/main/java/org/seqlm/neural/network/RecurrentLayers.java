package org.seqlm.neural.network;

import org.seqlm.neural.CellKind;

/**
 * The parameters of recurrent layers, as PyTorch names them: {@code weight_ih_l{k}} (G H, in),
 * {@code weight_hh_l{k}} (G H, H), with a lag of 2 {@code weight_hh2_l{k}} (H, H), and {@code
 * bias_ih_l{k}} (G H), behind a prefix; of a layer that reads from the end {@code _reverse} stands
 * behind them. All are uniform in ±1/√H.
 *
 * @param prefix for instance {@code rnn.}
 * @param cell of every layer
 * @param hidden H
 * @param forgetBias the forget gates' first bias; not used by cells without one
 */
record RecurrentLayers(String prefix, CellKind cell, int hidden, double forgetBias) {

  /**
   * Adds layer {@code k}.
   *
   * @param suffix behind the names
   */
  void add(ParameterLayout.Builder builder, int k, int inputs, String suffix) {
    int gates = cell.gates() * hidden;
    Initial uniform = Initial.linear(hidden);
    builder.add(prefix + "weight_ih_l" + k + suffix, uniform, gates, inputs);
    builder.add(prefix + "weight_hh_l" + k + suffix, uniform, gates, hidden);
    if (cell.lags() == 2) {
      builder.add(prefix + "weight_hh2_l" + k + suffix, uniform, hidden, hidden);
    }
    Initial bias = uniform;
    if (cell.has(CellKind.Gate.F)) {
      int place = cell.place(CellKind.Gate.F) * hidden;
      bias = uniform.with(place, place + hidden, forgetBias);
    }
    builder.add(prefix + "bias_ih_l" + k + suffix, bias, gates);
  }
}
