package org.seqlm.neural;

import org.seqlm.lm.LanguageModel;
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

  private final NetworkSpec spec;
  private final Vocabulary vocabulary;
  private final float[] parameters;
  private final Layer[] layers;
  private final float[] inputTable; // (V, 4H): bias and input product of a token, or null
  private final float[] outputWeights; // (H, V)
  private final float[] outputBias; // (V)
  private final int firstInput;

  /** A recurrent layer's weights, transposed so that inner loops run over adjacent values. */
  private record Layer(float[] input, float[] recurrent, float[] bias) {}

  /**
   * @param parameters flat, in {@link ParameterLayout}'s order; not copied and never changed
   * @throws IllegalArgumentException if sizes do not fit one another
   */
  public RecurrentLanguageModel(NetworkSpec spec, float[] parameters, Vocabulary vocabulary) {
    ParameterLayout layout = ParameterLayout.of(spec);
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
    int gates = 4 * spec.hidden();
    layers = new Layer[spec.layers()];
    for (int k = 0; k < layers.length; k++) {
      layers[k] =
          new Layer(
              transposed(layout.tensor("rnn.weight_ih_l" + k)),
              transposed(layout.tensor("rnn.weight_hh_l" + k)),
              copy(layout.tensor("rnn.bias_ih_l" + k)));
    }
    inputTable =
        (long) spec.vocabulary() * gates <= TABLE_LIMIT || spec.input() == InputKind.ONE_HOT
            ? inputTable(layout)
            : null;
    outputWeights = transposed(layout.tensor("out.weight"));
    outputBias = copy(layout.tensor("out.bias"));
    firstInput = vocabulary.sentenceEnd() >= 0 ? vocabulary.sentenceEnd() : vocabulary.id("\n");
  }

  /** What the network is. */
  public NetworkSpec spec() {
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

  /**
   * A reading whose hidden state is zero, as at the start of a training pass. It has read nothing,
   * not even a line's end, so it predicts from its first token on.
   */
  public Reading blank() {
    return new State();
  }

  /** This model in the hidden state of another model's reading, of a network of the same shape. */
  public Reading continuing(Reading other) {
    return new State((State) other);
  }

  @Override
  public Reading start() {
    State state = new State();
    state.read(firstInput);
    return state;
  }

  private float[] copy(ParameterLayout.Tensor tensor) {
    return java.util.Arrays.copyOfRange(
        parameters, tensor.offset(), tensor.offset() + tensor.size());
  }

  /** (rows, columns) to (columns, rows). */
  private float[] transposed(ParameterLayout.Tensor tensor) {
    int rows = tensor.shape().get(0);
    int columns = tensor.shape().get(1);
    float[] result = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        result[c * rows + r] = parameters[tensor.offset() + r * columns + c];
      }
    }
    return result;
  }

  private float[] inputTable(ParameterLayout layout) {
    int gates = 4 * spec.hidden();
    float[] table = new float[spec.vocabulary() * gates];
    Layer first = layers[0];
    float[] row = new float[gates];
    for (int v = 0; v < spec.vocabulary(); v++) {
      System.arraycopy(first.bias, 0, row, 0, gates);
      if (spec.input() == InputKind.ONE_HOT) {
        for (int g = 0; g < gates; g++) {
          row[g] += first.input[v * gates + g];
        }
      } else {
        int at = layout.tensor("embedding.weight").offset() + v * spec.embedding();
        addProduct(row, first.input, parameters, at, spec.embedding());
      }
      System.arraycopy(row, 0, table, v * gates, gates);
    }
    return table;
  }

  /**
   * {@code y += x W} with W (in, out) row-major. Four rows at a time, so that each value of y is
   * loaded and stored once for four products; the just-in-time compiler vectorises the inner loop.
   */
  private static void addProduct(float[] y, float[] w, float[] x, int from, int in) {
    int out = y.length;
    int j = 0;
    for (; j + 4 <= in; j += 4) {
      float x0 = x[from + j];
      float x1 = x[from + j + 1];
      float x2 = x[from + j + 2];
      float x3 = x[from + j + 3];
      int r0 = j * out;
      int r1 = r0 + out;
      int r2 = r1 + out;
      int r3 = r2 + out;
      for (int i = 0; i < out; i++) {
        y[i] += x0 * w[r0 + i] + x1 * w[r1 + i] + (x2 * w[r2 + i] + x3 * w[r3 + i]);
      }
    }
    for (; j < in; j++) {
      float x0 = x[from + j];
      int r0 = j * out;
      for (int i = 0; i < out; i++) {
        y[i] += x0 * w[r0 + i];
      }
    }
  }

  private static float sigmoid(float z) {
    return (float) (1 / (1 + Math.exp(-z)));
  }

  private static float tanh(float z) {
    return (float) (2 / (1 + Math.exp(-2.0 * z)) - 1);
  }

  private final class State implements Reading {
    private final float[] hidden; // (layers, H)
    private final float[] cell; // (layers, H)
    private final float[] gates = new float[4 * spec.hidden()];
    private final float[] logits = new float[spec.vocabulary()];
    private double logNormaliser;
    private boolean scored;

    State() {
      hidden = new float[spec.layers() * spec.hidden()];
      cell = new float[spec.layers() * spec.hidden()];
    }

    State(State other) {
      hidden = other.hidden.clone();
      cell = other.cell.clone();
    }

    /** Gates i, f, g, o; c = f·c + i·g; h = o·tanh(c). */
    @Override
    public void read(int token) {
      int width = spec.hidden();
      for (int k = 0; k < layers.length; k++) {
        Layer layer = layers[k];
        if (k > 0) {
          System.arraycopy(layer.bias, 0, gates, 0, gates.length);
          addProduct(gates, layer.input, hidden, (k - 1) * width, width);
        } else if (inputTable != null) {
          System.arraycopy(inputTable, token * gates.length, gates, 0, gates.length);
        } else {
          // Only an embedding, the first tensor, is ever too large for a table.
          System.arraycopy(layer.bias, 0, gates, 0, gates.length);
          addProduct(gates, layer.input, parameters, token * spec.embedding(), spec.embedding());
        }
        int at = k * width;
        addProduct(gates, layer.recurrent, hidden, at, width);
        for (int i = 0; i < width; i++) {
          float c =
              sigmoid(gates[width + i]) * cell[at + i]
                  + sigmoid(gates[i]) * tanh(gates[2 * width + i]);
          cell[at + i] = c;
          hidden[at + i] = sigmoid(gates[3 * width + i]) * tanh(c);
        }
      }
      scored = false;
    }

    private void score() {
      if (scored) {
        return;
      }
      System.arraycopy(outputBias, 0, logits, 0, logits.length);
      int width = spec.hidden();
      addProduct(logits, outputWeights, hidden, (layers.length - 1) * width, width);
      float max = Float.NEGATIVE_INFINITY;
      for (float logit : logits) {
        max = Math.max(max, logit);
      }
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp((double) logit - max);
      }
      logNormaliser = max + Math.log(sum);
      scored = true;
    }

    @Override
    public double logProbability(int token) {
      score();
      return logits[token] - logNormaliser;
    }

    @Override
    public void logProbabilities(float[] into) {
      score();
      for (int i = 0; i < logits.length; i++) {
        into[i] = (float) (logits[i] - logNormaliser);
      }
    }

    @Override
    public Reading copy() {
      return new State(this);
    }
  }
}
