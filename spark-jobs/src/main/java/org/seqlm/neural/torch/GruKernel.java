package org.seqlm.neural.torch;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.CellKind;

/**
 * The three gated recurrent units. With u their gate of the new value (z, that of the old one, with
 * a reset after the product) all end in a step from one of h₋ and n towards the other.
 */
@SuppressWarnings("try") // a scope is left by closing it
final class GruKernel extends RecurrentKernel {
  private final CellKind cell;
  private final Tensor carried = buffer();
  private final Tensor scratch = buffer();
  private final Tensor scratch2 = buffer();
  private final Tensor recurrent; // (3H, B): U h₋, with a reset after it
  private final Tensor resets; // (T, H, B): r ⊙ h₋, or U_n h₋ with a reset after it
  private final Tensor recurrentGradients; // (T, 3H, B): of U h₋, with a reset after it
  private final Step[] steps;

  /** A step's views; those with a D are of gradients. */
  private record Step(
      Tensor all,
      Tensor squashed,
      Tensor reset,
      Tensor update,
      Tensor candidate,
      Tensor hiddenBefore,
      Tensor hidden,
      Tensor resets,
      Tensor allD,
      Tensor squashedD,
      Tensor resetD,
      Tensor updateD,
      Tensor candidateD,
      Tensor recurrentD,
      Tensor recurrentSquashedD,
      Tensor recurrentCandidateD) {}

  GruKernel(CellKind cell, int timeSteps, int batch, int hidden, TensorOptions options) {
    super(timeSteps, batch, hidden, cell.gates(), 1, options);
    this.cell = cell;
    boolean simplified = cell == CellKind.GRU_SIMPLIFIED;
    boolean after = cell == CellKind.GRU_RESET_AFTER;
    recurrent = after ? step(buffer(1, 3L * hidden), 0) : null;
    resets = simplified ? null : buffer(timeSteps, hidden);
    recurrentGradients = after ? buffer(timeSteps, 3L * hidden) : null;
    int squashed = simplified ? 1 : 2; // gates with a sigmoid; the candidate follows them
    steps = new Step[timeSteps];
    for (int t = 0; t < timeSteps; t++) {
      Tensor all = step(gates, t);
      Tensor gradients = step(gateGradients, t);
      Tensor recurrentD = after ? step(recurrentGradients, t) : gradients;
      steps[t] =
          new Step(
              all,
              gate(all, 0, squashed),
              simplified ? null : gate(all, 0, 1),
              gate(all, squashed - 1, 1),
              gate(all, squashed, 1),
              hiddenAt(t - 1),
              hiddenAt(t),
              simplified ? null : step(resets, t),
              gradients,
              gate(gradients, 0, squashed),
              simplified ? null : gate(gradients, 0, 1),
              gate(gradients, squashed - 1, 1),
              gate(gradients, squashed, 1),
              recurrentD,
              gate(recurrentD, 0, squashed),
              gate(recurrentD, squashed, 1));
    }
  }

  @Override
  List<Tensor> states() {
    return List.of(steps[0].hiddenBefore);
  }

  @Override
  void forward(Tensor weightHh, Tensor none) {
    try (PointerScope scope = new PointerScope()) {
      Tensor squashed = weightHh.narrow(0, 0, 2L * hidden);
      Tensor ofCandidate = cell == CellKind.GRU ? weightHh.narrow(0, 2L * hidden, hidden) : null;
      Tensor recurrentSquashed =
          cell == CellKind.GRU_RESET_AFTER ? recurrent.narrow(0, 0, 2L * hidden) : null;
      Tensor recurrentCandidate =
          cell == CellKind.GRU_RESET_AFTER ? recurrent.narrow(0, 2L * hidden, hidden) : null;
      for (Step step : steps) {
        switch (cell) {
          case GRU_SIMPLIFIED -> {
            step.all.addmm_(weightHh, step.hiddenBefore);
            step.squashed.sigmoid_();
          }
          case GRU -> {
            step.squashed.addmm_(squashed, step.hiddenBefore);
            step.squashed.sigmoid_();
            torch.mul_out(step.resets, step.reset, step.hiddenBefore);
            step.candidate.addmm_(ofCandidate, step.resets);
          }
          default -> {
            torch.mm_out(recurrent, weightHh, step.hiddenBefore);
            step.squashed.add_(recurrentSquashed);
            step.squashed.sigmoid_();
            step.resets.copy_(recurrentCandidate);
            step.candidate.addcmul_(step.reset, step.resets);
          }
        }
        step.candidate.tanh_();
        if (cell == CellKind.GRU_RESET_AFTER) {
          torch.lerp_out(step.hidden, step.candidate, step.hiddenBefore, step.update);
        } else {
          torch.lerp_out(step.hidden, step.hiddenBefore, step.candidate, step.update);
        }
      }
    }
  }

  @Override
  Tensor backward(Tensor outputGradients, Tensor weightHh, Tensor none) {
    try (PointerScope scope = new PointerScope()) {
      // With a reset before it, the candidate's product reads r ⊙ h₋, the gates' read h₋.
      Tensor transposed =
          (cell == CellKind.GRU ? weightHh.narrow(0, 0, 2L * hidden) : weightHh).t().contiguous();
      Tensor ofCandidate =
          cell == CellKind.GRU ? weightHh.narrow(0, 2L * hidden, hidden).t().contiguous() : null;
      Tensor[] fromAbove = outputGradients.unbind(0).get();
      carried.zero_();
      for (int t = timeSteps - 1; t >= 0; t--) {
        Step step = steps[t];
        // carried: the gradient of h of this step.
        carried.add_(fromAbove[t]);
        boolean after = cell == CellKind.GRU_RESET_AFTER;
        // h = from + w (to − from)
        Tensor from = after ? step.candidate : step.hiddenBefore;
        Tensor to = after ? step.hiddenBefore : step.candidate;
        torch.sub_out(scratch, to, from);
        torch.mul_out(step.updateD, carried, scratch);
        torch.mul_out(scratch, carried, step.update); // of to
        torch.sub_out(scratch2, carried, scratch); // of from
        Tensor ofOld = after ? scratch : scratch2;
        Tensor ofNew = after ? scratch2 : scratch;
        torch.tanh_backward_out(step.candidateD, ofNew, step.candidate);
        carried.copy_(ofOld);
        switch (cell) {
          case GRU_SIMPLIFIED -> {
            torch.sigmoid_backward_out(step.squashedD, step.squashedD, step.squashed);
            carried.addmm_(transposed, step.allD);
          }
          case GRU -> {
            torch.mm_out(scratch, ofCandidate, step.candidateD); // of r ⊙ h₋
            torch.mul_out(step.resetD, scratch, step.hiddenBefore);
            carried.addcmul_(scratch, step.reset);
            torch.sigmoid_backward_out(step.squashedD, step.squashedD, step.squashed);
            carried.addmm_(transposed, step.squashedD);
          }
          default -> {
            torch.mul_out(step.resetD, step.candidateD, step.resets);
            torch.sigmoid_backward_out(step.squashedD, step.squashedD, step.squashed);
            step.recurrentSquashedD.copy_(step.squashedD);
            torch.mul_out(step.recurrentCandidateD, step.candidateD, step.reset);
            carried.addmm_(transposed, step.recurrentD);
          }
        }
      }
    }
    return gateGradients;
  }

  @Override
  void weightGradients(Tensor weightHh, Tensor none) {
    switch (cell) {
      case GRU_SIMPLIFIED -> super.weightGradients(weightHh, none);
      case GRU -> {
        try (PointerScope scope = new PointerScope()) {
          sumOfProducts(
              weightHh.narrow(0, 0, 2L * hidden),
              gateGradients.narrow(1, 0, 2L * hidden),
              hiddensBefore(1));
          sumOfProducts(
              weightHh.narrow(0, 2L * hidden, hidden),
              gateGradients.narrow(1, 2L * hidden, hidden),
              resets);
        }
      }
      default -> sumOfProducts(weightHh, recurrentGradients, hiddensBefore(1));
    }
  }
}
