package org.seqlm.neural.torch.modules;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.network.Decoding;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * A decoder one step after another, for as many rows of each source as are asked for. Native memory
 * of a step is gone after it; what stays belongs to the scope in which this was made. libtorch's
 * gradients are off.
 */
final class DecoderSteps implements TargetWriter.Steps {
  private final SequenceToSequenceModule module;
  private final Pass pass;
  private final Aligner aligner; // null of who does not look
  private final Decoding.Shown shown;
  private final List<List<Tensor>> states = new ArrayList<>(); // (most rows, H) each
  private final int[] whole; // a row for each source
  private int[] examples; // of each row, the place of its source

  /**
   * @param source what is written of, B of them
   * @param rows that a step has at most
   */
  DecoderSteps(
      SequenceToSequenceModule module,
      Pass pass,
      SequenceToSequenceModule.Source source,
      int rows,
      Decoding.Shown shown) {
    this.module = module;
    this.pass = pass;
    this.shown = shown;
    aligner = source.aligner();
    long batch = source.states().get(0).get(0).size(0);
    for (List<Tensor> layer : source.states()) {
      List<Tensor> kept = new ArrayList<>();
      for (Tensor state : layer) {
        Tensor all = pass.device().empty(pass.type(), Math.max(rows, batch), state.size(1));
        all.narrow(0, 0, batch).copy_(state);
        kept.add(all);
      }
      states.add(kept);
    }
    whole = IntStream.range(0, (int) batch).toArray();
    examples = whole;
  }

  @Override
  public TargetWriter.Step next(int[] from, int[] tokens) {
    int rows = from.length;
    int[] sources = new int[rows];
    for (int r = 0; r < rows; r++) {
      sources[r] = examples[from[r]];
    }
    examples = sources;
    try (PointerScope scope = new PointerScope()) {
      Tensor places = places(from);
      List<List<Tensor>> before = new ArrayList<>();
      for (List<Tensor> layer : states) {
        before.add(layer.stream().map(state -> state.index_select(0, places)).toList());
      }
      Recurrence.Run run =
          module.decoder(
              pass,
              module.read(pass, places(tokens).unsqueeze(1)),
              Padding.none(rows, 1, pass.device()),
              before,
              Recurrence.Wanted.STATES);
      for (int k = 0; k < states.size(); k++) {
        for (int s = 0; s < states.get(k).size(); s++) {
          states.get(k).get(s).narrow(0, 0, rows).copy_(run.states().get(k).get(s));
        }
      }
      Tensor h = run.outputs().transpose(0, 1); // (R, 1, H)
      float[] looked = null;
      if (aligner != null) {
        // While every source has its one row, rows are the batch itself.
        Aligner here = Arrays.equals(sources, whole) ? aligner : aligner.of(places(sources));
        Tensor weights = here.weights(pass, h);
        h = Aligner.combined(pass, here.contexts(weights), h);
        looked = shown == Decoding.Shown.ALIGNMENT ? TorchDevice.floats(weights) : null;
      }
      Tensor logits = pass.linear("out", h.select(1, 0));
      return new TargetWriter.Step(TorchDevice.floats(torch.log_softmax(logits, 1)), looked);
    }
  }

  private Tensor places(int[] values) {
    return pass.device().of(Arrays.stream(values).asLongStream().toArray(), values.length);
  }
}
