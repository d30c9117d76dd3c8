package org.seqlm.neural.plain;

import org.seqlm.neural.CellKind;

/** The worked cases on the cells in plain Java. */
class WorkedCasesTest extends WorkedCases {
  @Override
  protected float[] run(Layer layer, int batch, int steps, float[] h0, float[] x) {
    int width = layer.hidden();
    RecurrentCell cell =
        RecurrentCell.of(
            CellKind.RNN,
            layer.activation(),
            layer.inputs(),
            width,
            layer.input(),
            layer.recurrent(),
            new float[0],
            layer.bias());
    float[] states = new float[batch * steps * width];
    float[] read = new float[layer.inputs()];
    float[] state = new float[width];
    for (int b = 0; b < batch; b++) {
      System.arraycopy(h0, b * width, state, 0, width);
      for (int t = 0; t < steps; t++) {
        System.arraycopy(x, (b * steps + t) * read.length, read, 0, read.length);
        cell.step(read, state);
        System.arraycopy(state, 0, states, (b * steps + t) * width, width);
      }
    }
    return states;
  }
}
