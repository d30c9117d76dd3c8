package org.seqlm.neural.torch;

import org.seqlm.Problems;
import org.seqlm.neural.Activation;
import org.seqlm.neural.ScheduledSampling;
import org.seqlm.neural.Truncation;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.network.Alignment;
import org.seqlm.neural.network.Classifier;
import org.seqlm.neural.network.Frames;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.SequenceToSequence;
import org.seqlm.neural.network.Series;
import org.seqlm.neural.network.Tagger;

/** What networks over examples cannot be trained by: keys that say something of text only. */
final class ModuleChecks {
  private ModuleChecks() {}

  /**
   * Refuses it.
   *
   * @throws org.seqlm.UserException with exit code 2 and every problem
   */
  static void check(Network network, Recipe recipe, Execution execution) {
    String what = "a " + network.what();
    boolean samples = recipe.scheduledSampling().kind() != ScheduledSampling.Kind.NONE;
    new Problems()
        .require(
            recipe.truncation().kind() == Truncation.Kind.WINDOW,
            "training.truncation is of text's windows, but "
                + what
                + " goes back through whole examples: leave it out")
        .require(
            !samples || network instanceof SequenceToSequence,
            "training.scheduled-sampling is of what writes tokens, but "
                + what
                + " writes none: leave it out")
        .require(
            !samples
                || !(network instanceof SequenceToSequence both)
                || both.feeding() == SequenceToSequence.Feeding.TOKENS,
            "training.scheduled-sampling is of what reads the tokens before, but this decoder reads"
                + " nothing: leave it out")
        .require(
            !(network instanceof SequenceToSequence both) || both.alignment() != Alignment.HARD,
            "network.attention hard takes the arg-max, which passes no useful gradient to the other"
                + " keys: train with network.attention dot, and evaluate with hard")
        .require(
            recipe.labelSmoothing() == 0 || !(network instanceof Series),
            "training.label-smoothing is of labels, but " + what + " predicts values: leave it out")
        .require(
            execution.precision() != Precision.BF16,
            "execution.precision bf16 is of language models; "
                + what
                + " computes in float32, or on GPUs in tf32: set execution.precision to float32")
        .require(
            !steps(network),
            "network.activation step has no gradient, so no engine can train it: set tanh, sigmoid,"
                + " relu or identity")
        .throwIfAny();
  }

  /** Whether its simple recurrences are steps. */
  private static boolean steps(Network network) {
    if (network instanceof Classifier classifier) {
      return steps(classifier.body());
    }
    if (network instanceof Tagger tagger) {
      return steps(tagger.body());
    }
    if (network instanceof Frames frames) {
      return steps(frames.over());
    }
    if (network instanceof Series series) {
      return steps(series.body());
    }
    return network instanceof SequenceToSequence both
        && (steps(both.encoder()) || steps(both.decoder()));
  }

  private static boolean steps(Object body) {
    return body instanceof RecurrentBody layers
        && layers.cell().hasActivation()
        && layers.activation().kind() == Activation.Kind.STEP;
  }
}
