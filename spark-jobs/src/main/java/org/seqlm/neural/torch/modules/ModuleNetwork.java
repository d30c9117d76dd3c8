package org.seqlm.neural.torch.modules;

import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.network.Classifier;
import org.seqlm.neural.network.Frames;
import org.seqlm.neural.network.Grid;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.network.SequenceToSequence;
import org.seqlm.neural.network.Series;
import org.seqlm.neural.network.Tagger;

/**
 * A network over libtorch: what its description says, as a function of parameters and a batch. It
 * keeps nothing. Native memory of what it makes belongs to the caller's {@code PointerScope}.
 */
public interface ModuleNetwork {
  /** The mean loss over the batch's {@link #targets}, which libtorch differentiates. */
  Loss loss(Pass pass, Batch batch);

  /** How many labels, tokens or values a batch asks for. */
  long targets(Batch batch);

  /** Whether a batch has what the network is to predict. */
  boolean hasTargets(Batch batch);

  /** What it makes of a batch, of which no target is read; libtorch's gradients are off. */
  Predictions predict(Pass pass, Batch batch);

  /**
   * The loss and the predictions of a batch, of one way through what is common to both; the same
   * bits as each by itself. libtorch's gradients are off.
   */
  Scored score(Pass pass, Batch batch);

  /** What a network makes of a batch that has targets. */
  record Scored(Loss loss, Predictions predictions) {}

  /** Whether a network is one of these. */
  static boolean has(Network network) {
    return network instanceof Classifier
        || network instanceof Tagger
        || network instanceof SequenceToSequence
        || network instanceof Frames
        || network instanceof Grid
        || network instanceof Series;
  }

  /**
   * The network of a description.
   *
   * @throws IllegalArgumentException if it is none of {@link #has}
   */
  static ModuleNetwork of(Network network) {
    if (network instanceof Classifier classifier) {
      return new ClassifierModule(classifier);
    }
    if (network instanceof Tagger tagger) {
      return new TaggerModule(tagger);
    }
    if (network instanceof SequenceToSequence sequences) {
      return new SequenceToSequenceModule(sequences);
    }
    if (network instanceof Frames frames) {
      return new FramesModule(frames);
    }
    if (network instanceof Grid grid) {
      return new GridModule(grid);
    }
    if (network instanceof Series series) {
      return new SeriesModule(series);
    }
    throw new IllegalArgumentException("a " + network.what() + " is not made of modules");
  }
}
