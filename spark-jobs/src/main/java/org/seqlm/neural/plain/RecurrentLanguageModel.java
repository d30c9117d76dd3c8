package org.seqlm.neural.plain;

import org.seqlm.lm.LanguageModel;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.vocab.Vocabulary;

/**
 * A trained network as a language model, in plain Java: float32 arithmetic in a fixed order and no
 * native library, so its probabilities do not depend on threads or tasks. Immutable and shared
 * between threads.
 *
 * <p>It reads the text as one unbroken stream, as it was trained: a document's start changes
 * nothing. Before the first token it has read the token that ends a record ({@code </s>}, for
 * characters the line feed, or {@code <unk>} if the vocabulary has neither).
 */
public final class RecurrentLanguageModel implements LanguageModel {
  /** Layer 0's products with every possible token are kept up to this many values (64 MiB). */
  private static final long TABLE_LIMIT = 1L << 24;

  private final LanguageNetwork spec;
  private final Vocabulary vocabulary;
  private final float[] parameters;
  private final RecurrentCell[] layers;
  private final LayerNorm[] norms; // of each layer; empty without
  private final float[] inputTable; // (V, G H): bias and input product of a token, or null
  private final OutputLayer output;
  private final int firstInput;

  /**
   * @param parameters flat, in {@link ParameterLayout}'s order; not copied and never changed
   * @throws IllegalArgumentException if sizes do not fit one another
   */
  public RecurrentLanguageModel(LanguageNetwork spec, float[] parameters, Vocabulary vocabulary) {
    ParameterLayout layout = spec.layout();
    if (parameters.length != layout.size() || vocabulary.size() != spec.vocabulary()) {
      throw new IllegalArgumentException(
          "the network has "
              + layout.size()
              + " parameters and "
              + spec.vocabulary()
              + " tokens, but got "
              + parameters.length
              + " and "
              + vocabulary.size());
    }
    this.spec = spec;
    this.vocabulary = vocabulary;
    this.parameters = parameters;
    layers = new RecurrentCell[spec.layers()];
    norms = new LayerNorm[spec.normalises() ? spec.layers() : 0];
    for (int k = 0; k < layers.length; k++) {
      layers[k] = RecurrentCell.of(spec, k, parameters);
      if (spec.normalises()) {
        norms[k] = LayerNorm.of(spec, k, parameters);
      }
    }
    inputTable =
        (long) spec.vocabulary() * layers[0].gates() <= TABLE_LIMIT
                || spec.input() == InputKind.ONE_HOT
            ? inputTable()
            : null;
    output = OutputLayer.of(spec, parameters);
    firstInput = vocabulary.sentenceEnd() >= 0 ? vocabulary.sentenceEnd() : vocabulary.id("\n");
  }

  /** What the network is. */
  public LanguageNetwork spec() {
    return spec;
  }

  /** The flat parameters, not a copy: not to be changed. */
  public float[] parameters() {
    return parameters;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** The token that it has read before a text's first. */
  public int firstInput() {
    return firstInput;
  }

  /**
   * A reading whose hidden state is zero, as at the start of a training pass. It has read nothing,
   * not even a line's end, so it predicts from its first token on.
   */
  public Reading blank() {
    return new State();
  }

  /** This model in the hidden state of another model's reading, of a network of the same shape. */
  public Reading continuing(Reading other) {
    return new State(((State) other).state.clone());
  }

  @Override
  public Reading start() {
    State state = new State();
    state.read(firstInput);
    return state;
  }

  private float[] inputTable() {
    RecurrentCell first = layers[0];
    float[] table = new float[spec.vocabulary() * first.gates()];
    RecurrentCell.Work work = new RecurrentCell.Work(first);
    for (int v = 0; v < spec.vocabulary(); v++) {
      if (spec.input() == InputKind.ONE_HOT) {
        first.addUnitInput(v, work);
      } else {
        first.addInput(parameters, v * spec.embedding(), work);
      }
      System.arraycopy(work.z, 0, table, v * first.gates(), first.gates());
    }
    return table;
  }

  private final class State implements Reading {
    private final float[] state; // (layers, states, H)
    private final float[] normalised = new float[norms.length == 0 ? 0 : spec.hidden()];
    private final RecurrentCell.Work work = new RecurrentCell.Work(layers[0]);
    private final OutputLayer.Scores scores = output.scores();
    private boolean scored;

    State() {
      this(new float[spec.layers() * layers[0].stateSize()]);
    }

    State(float[] state) {
      this.state = state;
    }

    @Override
    public void read(int token) {
      int size = layers[0].stateSize();
      for (int k = 0; k < layers.length; k++) {
        RecurrentCell layer = layers[k];
        if (k > 0) {
          layer.addInput(passedOn(k - 1), passedOnAt(k - 1), work);
        } else if (inputTable != null) {
          System.arraycopy(inputTable, token * layer.gates(), work.z, 0, layer.gates());
        } else {
          // Only an embedding, the first tensor, is ever too large for a table.
          layer.addInput(parameters, token * spec.embedding(), work);
        }
        layer.recur(work, state, k * size);
      }
      scored = false;
    }

    /** What a layer passes on: H values, from {@link #passedOnAt} on. */
    private float[] passedOn(int k) {
      if (norms.length == 0) {
        return state;
      }
      norms[k].apply(state, k * layers[0].stateSize(), normalised);
      return normalised;
    }

    private int passedOnAt(int k) {
      return norms.length == 0 ? k * layers[0].stateSize() : 0;
    }

    private void score() {
      if (!scored) {
        scores.begin(passedOn(layers.length - 1), passedOnAt(layers.length - 1));
        scored = true;
      }
    }

    @Override
    public double logProbability(int token) {
      score();
      return scores.logProbability(token);
    }

    @Override
    public void logProbabilities(float[] into) {
      score();
      scores.logProbabilities(into);
    }

    @Override
    public Reading copy() {
      return new State(state.clone());
    }
  }
}
