package org.seqlm.job.train.config;

import java.util.List;
import org.seqlm.Problems;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.DropoutRules;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.Normalisation;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.network.Alignment;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.Frames;
import org.seqlm.neural.network.Gaps;
import org.seqlm.neural.network.Grid;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.Pooling;
import org.seqlm.neural.network.SequenceToSequence;
import org.seqlm.task.TaskNetwork;

/** The group {@code network} of {@code conf/train.yaml}, which says what each key means. */
public record NetworkConfig(
    InputKind input,
    int embedding,
    CellKind cell,
    Phi activation,
    int layers,
    int hidden,
    double embeddingDropout,
    double dropout,
    DropoutRules.Kind dropoutKind,
    double tokenDropout,
    double weightDrop,
    boolean layerNorm,
    double forgetBias,
    Output output,
    int adaptiveAbove,
    List<Integer> cutoffs,
    TaskNetwork.BodyKind body,
    Way direction,
    Pool pooling,
    Look attention,
    int heads,
    int inner,
    int patch,
    Frames.Reader frames,
    Grid.Directions corners,
    Grid.Readout readout,
    Gaps gaps,
    SequenceToSequence.Feeding feeding) {
  /** More than any vocabulary has: what a spec is checked with before that is known. */
  private static final int UNBOUNDED = 1 << 30;

  /** The activations that can be trained. */
  public enum Phi {
    TANH,
    SIGMOID,
    RELU,
    IDENTITY;

    Activation activation() {
      return switch (this) {
        case TANH -> Activation.TANH;
        case SIGMOID -> Activation.SIGMOID;
        case RELU -> Activation.RELU;
        case IDENTITY -> Activation.IDENTITY;
      };
    }
  }

  /** A {@link Direction}, or the one that suits the task. */
  public enum Way {
    AUTO(null),
    FORWARD(Direction.FORWARD),
    BOTH(Direction.BOTH);

    private final Direction direction;

    Way(Direction direction) {
      this.direction = direction;
    }
  }

  /** A {@link Pooling}, or the one that suits the body. */
  public enum Pool {
    AUTO(null),
    LAST(Pooling.LAST),
    MEAN(Pooling.MEAN),
    MAX(Pooling.MAX),
    ATTENTION(Pooling.ATTENTION),
    CLASS_TOKEN(Pooling.CLASS_TOKEN);

    private final Pooling pooling;

    Pool(Pooling pooling) {
      this.pooling = pooling;
    }
  }

  /** An {@link Alignment}, or the one that suits the source. */
  public enum Look {
    AUTO(null),
    NONE(Alignment.NONE),
    DOT(Alignment.DOT),
    HARD(Alignment.HARD),
    ADDITIVE(Alignment.ADDITIVE);

    private final Alignment alignment;

    Look(Alignment alignment) {
      this.alignment = alignment;
    }
  }

  /** An {@link OutputKind}, or the one that suits the vocabulary. */
  public enum Output {
    AUTO,
    FULL,
    TIED,
    ADAPTIVE
  }

  public NetworkConfig {
    cutoffs = cutoffs == null ? List.of() : List.copyOf(cutoffs);
    new Problems()
        .present("network.activation", activation, "tanh, sigmoid, relu or identity")
        .present("network.output", output, "auto, full, tied or adaptive")
        .present("network.body", body, "recurrent or attention")
        .present("network.direction", direction, "auto, forward or both")
        .present("network.pooling", pooling, "auto, last, mean, max, attention or class-token")
        .present("network.attention", attention, "auto, none, dot, hard or additive")
        .inRange("network.heads", heads, 1, 1024)
        .inRange("network.inner", inner, 0, 65536)
        .inRange("network.patch", patch, 0, 1024)
        .present("network.frames", frames, "patches, convolution or space-time")
        .present("network.corners", corners, "one or all")
        .present("network.readout", readout, "last or mean")
        .present("network.gaps", gaps, "drop, linear, spline, mean, learned, decay or generative")
        .present("network.feeding", feeding, "tokens or nothing")
        .atLeast("network.adaptive-above", adaptiveAbove, 2)
        .require(
            cell == null || cell.hasActivation() || activation == Phi.TANH,
            "network.activation is of the cells rnn and rnn-lag-2, others have their own: leave"
                + " it at tanh, or choose one of them")
        .require(
            cell == null || cell == CellKind.LSTM || forgetBias == 0,
            "network.forget-bias is the cell lstm's: leave it at 0, or choose that")
        .require(
            input != InputKind.ONE_HOT || embeddingDropout == 0,
            "network.embedding-dropout "
                + embeddingDropout
                + " is of embeddings, but network.input is one-hot: leave it at 0, or set"
                + " network.input to embedding")
        .require(
            input != InputKind.ONE_HOT || tokenDropout == 0,
            "network.token-dropout "
                + tokenDropout
                + " is of embeddings, but network.input is one-hot: leave it at 0, or set"
                + " network.input to embedding")
        .require(
            cutoffs.isEmpty() || output == Output.AUTO || output == Output.ADAPTIVE,
            "network.cutoffs are of network.output adaptive: leave them out, or choose that")
        .throwIfAny();
    // Each value's bounds are the spec's alone; here are the rules between values as users say
    // them. The vocabulary's size is not known yet.
    var unused =
        new LanguageNetwork(
            input,
            embedding,
            cell,
            activation.activation(),
            layers,
            hidden,
            UNBOUNDED,
            embeddingDropout,
            dropout,
            forgetBias,
            kind(output, !cutoffs.isEmpty()),
            cutoffs,
            new DropoutRules(dropoutKind, tokenDropout, weightDrop),
            Normalisation.NONE);
  }

  /** The network over examples. */
  public TaskNetwork task() {
    return new TaskNetwork(
        body,
        cell,
        activation.activation(),
        layers,
        hidden,
        embedding,
        dropout,
        forgetBias,
        direction.direction,
        pooling.pooling,
        attention.alignment,
        heads,
        inner,
        patch,
        frames,
        corners,
        readout,
        gaps,
        feeding);
  }

  /** Refuses what would let a language model see what it is to predict, or is no language model. */
  private void checkLanguage() {
    new Problems()
        .require(
            direction != Way.BOTH,
            "network.direction both reads the text from its end, too, so it has seen the next"
                + " token that a language model is to predict: set network.direction to forward")
        .require(
            body != TaskNetwork.BodyKind.ATTENTION,
            "network.body attention is of examples; a language model has recurrent layers: set"
                + " network.body to recurrent")
        .throwIfAny();
  }

  /** The network over a vocabulary of a size. */
  public LanguageNetwork spec(int vocabulary) {
    checkLanguage();
    return spec(vocabulary, kind(output, vocabulary > adaptiveAbove), cutoffs);
  }

  /**
   * The same where it begins with another network's parameters: what the configuration leaves open,
   * output and cutoffs, is as there, for both depend on the size of its vocabulary.
   */
  public LanguageNetwork spec(int vocabulary, LanguageNetwork start) {
    // What does not fit otherwise is told with the other differences.
    boolean fits =
        start.output() != OutputKind.TIED || (input == InputKind.EMBEDDING && embedding == hidden);
    OutputKind kind =
        output == Output.AUTO && fits ? start.output() : kind(output, vocabulary > adaptiveAbove);
    boolean open =
        cutoffs.isEmpty() && start.cutoffs().stream().allMatch(cutoff -> cutoff < vocabulary);
    return spec(vocabulary, kind, open ? start.cutoffs() : cutoffs);
  }

  private LanguageNetwork spec(int vocabulary, OutputKind kind, List<Integer> begins) {
    return new LanguageNetwork(
        input,
        embedding,
        cell,
        activation.activation(),
        layers,
        hidden,
        vocabulary,
        embeddingDropout,
        dropout,
        forgetBias,
        kind,
        kind == OutputKind.ADAPTIVE ? begins : List.of(),
        new DropoutRules(dropoutKind, tokenDropout, weightDrop),
        layerNorm ? Normalisation.LAYER : Normalisation.NONE);
  }

  private static OutputKind kind(Output output, boolean large) {
    return switch (output) {
      case AUTO -> large ? OutputKind.ADAPTIVE : OutputKind.FULL;
      case FULL -> OutputKind.FULL;
      case TIED -> OutputKind.TIED;
      case ADAPTIVE -> OutputKind.ADAPTIVE;
    };
  }
}
