package org.seqlm.neural.torch.modules;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.Activation;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.torch.device.RecurrentCalls;
import org.seqlm.neural.torch.layers.TorchCells;

/**
 * Recurrent layers over a padded batch, one way or both. Who reads backward begins at each
 * sequence's own end. Padding stands behind what counts either way, so no state that counts has
 * seen it, whether cells stop there or not.
 *
 * <p>Parameters are those of {@link RecurrentBody} behind the prefix.
 */
public final class Recurrence {
  /** More than cuDNN asks of the weights' storage, should it round its space up, does no harm. */
  private static final int SLACK = 4096;

  private final RecurrentBody body;
  private final String prefix;
  private final int mask;

  /** What is asked of a run. */
  public enum Wanted {
    /** What the layers pass on. */
    OUTPUTS,
    /** The state after each sequence's last step, too, for which cells stop there. */
    STATES
  }

  /**
   * What came out.
   *
   * @param outputs of the last layer, dropped, (T, B, D H), forward first; where a sequence is
   *     padded anything finite
   * @param states of each layer after each sequence's last step, {@link
   *     org.seqlm.neural.CellKind#states} tensors (B, D H), forward first; empty where they were
   *     not wanted
   */
  public record Run(Tensor outputs, List<List<Tensor>> states) {}

  /**
   * @param prefix of the parameters' names, before {@code rnn.}
   * @param mask the number of the first layer's mask; the others follow
   */
  public Recurrence(RecurrentBody body, String prefix, int mask) {
    this.body = body;
    this.prefix = prefix + "rnn.";
    this.mask = mask;
  }

  /** From zero. */
  public Run run(Pass pass, Tensor x, Padding padding, Wanted wanted) {
    return run(pass, x, padding, null, wanted);
  }

  /**
   * Runs the layers.
   *
   * @param x (T, B, in)
   * @param before states of each layer before the first step, as {@link Run#states}; null means
   *     zero
   */
  public Run run(Pass pass, Tensor x, Padding padding, List<List<Tensor>> before, Wanted wanted) {
    boolean stops = !padding.isNone() && (wanted == Wanted.STATES || !bounded());
    Tensor counts = stops ? padding.countsTimeFirst() : null;
    List<List<Tensor>> states = new ArrayList<>();
    Tensor values = x.contiguous();
    for (int k = 0; k < body.layers(); k++) {
      List<Tensor> start = before == null ? zero(pass, padding) : before.get(k);
      TorchCells.Window window = window(pass, k, "", values, part(start, 0), counts);
      Tensor outputs = window.outputs();
      List<Tensor> state = window.state();
      if (body.direction() == Direction.BOTH) {
        Tensor mirrored = padding.reversed(values);
        TorchCells.Window back = window(pass, k, "_reverse", mirrored, part(start, 1), counts);
        outputs = beside(outputs, padding.reversed(back.outputs()), 2);
        state = beside(state, back.state());
      }
      states.add(state);
      values = pass.drop(mask + k, body.dropout(), outputs);
    }
    return new Run(values, wanted == Wanted.STATES ? states : List.of());
  }

  /** Whether a cell's outputs are finite however long it goes on reading zeros. */
  private boolean bounded() {
    Activation.Kind phi = body.activation().kind();
    return !body.cell().hasActivation()
        || (phi != Activation.Kind.RELU && phi != Activation.Kind.IDENTITY);
  }

  private TorchCells.Window window(
      Pass pass, int k, String suffix, Tensor x, List<Tensor> start, Tensor counts) {
    String layer = "_l" + k + suffix;
    Tensor w = pass.weight(prefix + "weight_ih" + layer);
    Tensor u = pass.weight(prefix + "weight_hh" + layer);
    Tensor bias = pass.weight(prefix + "bias_ih" + layer);
    if (counts == null
        && pass.device().isGpu()
        && RecurrentCalls.has(body.cell(), body.activation())) {
      return onGpu(pass, x, start, w, u, bias);
    }
    Tensor lag = body.cell().lags() == 2 ? pass.weight(prefix + "weight_hh2" + layer) : null;
    return TorchCells.forward(body.cell(), body.activation(), x, start, w, u, lag, bias, counts);
  }

  /** By cuDNN, which wants weights one behind the other in one storage. */
  private TorchCells.Window onGpu(
      Pass pass, Tensor x, List<Tensor> start, Tensor w, Tensor u, Tensor bias) {
    long gates = bias.numel();
    Tensor zero = pass.device().zeros(pass.type(), gates + SLACK);
    Tensor all = torch.cat(new TensorVector(w.flatten(), u.flatten(), bias, zero));
    TensorVector parts = all.split_with_sizes(w.numel(), u.numel(), gates, gates, SLACK);
    TensorVector weights =
        new TensorVector(
            parts.get(0).view(w.sizes()), parts.get(1).view(u.sizes()), parts.get(2), parts.get(3));
    List<Tensor> found =
        pass.device()
            .recurrentCalls()
            .run(
                body.cell(),
                body.activation(),
                x,
                start.stream().map(state -> state.unsqueeze(0)).toList(),
                weights,
                1,
                GradMode.is_enabled()
                    ? RecurrentCalls.Purpose.TO_TRAIN
                    : RecurrentCalls.Purpose.TO_READ);
    return new TorchCells.Window(
        found.get(0),
        found.subList(1, found.size()).stream().map(state -> state.squeeze(0)).toList());
  }

  private List<Tensor> zero(Pass pass, Padding padding) {
    Tensor zero = pass.device().zeros(pass.type(), padding.batch(), body.outputWidth());
    return Collections.nCopies(body.cell().states(), zero);
  }

  /** One direction's part of states. */
  private List<Tensor> part(List<Tensor> states, int direction) {
    if (body.direction() == Direction.FORWARD) {
      return states;
    }
    long width = body.hidden();
    return states.stream()
        .map(state -> state.narrow(1, direction * width, width).contiguous())
        .toList();
  }

  private static List<Tensor> beside(List<Tensor> forward, List<Tensor> backward) {
    List<Tensor> both = new ArrayList<>();
    for (int s = 0; s < forward.size(); s++) {
      both.add(beside(forward.get(s), backward.get(s), 1));
    }
    return both;
  }

  private static Tensor beside(Tensor forward, Tensor backward, int axis) {
    return torch.cat(new TensorVector(forward, backward), axis);
  }
}
