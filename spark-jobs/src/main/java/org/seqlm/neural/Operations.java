package org.seqlm.neural;

/**
 * Floating-point operations by formula, counted so:
 *
 * <ul>
 *   <li>the product of an a×b matrix and a vector: a(2b − 1); adding two vectors of a: a;
 *   <li>σ and tanh: two an element, exp being free; ReLU and a step: one; the identity: none; GELU:
 *       three; an element-wise product, a sum, a comparison: one an element; a softmax of V: 2V;
 *   <li>backward, such a product: b(2a − 1) for its input, where that has a gradient, and 2ab for
 *       its matrix; a bias: a; element-wise operations, and a softmax among them: twice their
 *       forward ones; a softmax with its cross-entropy: V.
 * </ul>
 *
 * @param forward operations
 * @param backward operations
 * @param activations values that the way back needs
 */
public record Operations(double forward, double backward, double activations) {
  /** None. */
  public static final Operations NOTHING = new Operations(0, 0, 0);

  /** What the first product of a recurrent layer is of. */
  public enum Reads {
    /** Values that something else has computed. */
    VALUES,
    /** Data, which have no gradient. */
    DATA,
    /** One row of the matrix, which is looked up. */
    ROW,
    /** Nothing: there is no such product. */
    NOTHING
  }

  /** Both. */
  public Operations plus(Operations other) {
    return new Operations(
        forward + other.forward, backward + other.backward, activations + other.activations);
  }

  /** So many of them. */
  public Operations times(double count) {
    return new Operations(count * forward, count * backward, count * activations);
  }

  /** With values that the way back needs. */
  public Operations keeping(double values) {
    return new Operations(forward, backward, activations + values);
  }

  /** An a×b matrix times a vector that has a gradient. */
  public static Operations product(double a, double b) {
    return new Operations(a * (2 * b - 1), b * (2 * a - 1) + 2 * a * b, 0);
  }

  /** An a×b matrix times a vector of data. */
  public static Operations productOfData(double a, double b) {
    return new Operations(a * (2 * b - 1), 2 * a * b, 0);
  }

  /** A bias of a values. */
  public static Operations bias(double a) {
    return new Operations(a, a, 0);
  }

  /** An a×b matrix times a vector that has a gradient, and a bias. */
  public static Operations linear(double a, double b) {
    return product(a, b).plus(bias(a));
  }

  /** Element-wise operations, by their number. */
  public static Operations elementWise(double count) {
    return new Operations(count, 2 * count, 0);
  }

  /**
   * Layer normalisation: two sums, a difference, a square, two products and a bias a unit. What is
   * read next is kept, and the mean and the deviation.
   */
  public static Operations norm(double width) {
    return elementWise(7 * width).keeping(width + 2);
  }

  /** From a vector of so many to the loss of one of V labels: an affine map and a softmax. */
  public static Operations labels(double labels, double width) {
    return linear(labels, width).plus(new Operations(2 * labels, labels, 2 * labels));
  }

  /**
   * A step of a recurrent layer, one way. Its gates and states are kept, and what the layer above
   * reads.
   *
   * @param activation φ of a simple recurrence
   * @param inputs width of what it reads
   * @param hidden H
   */
  public static Operations step(
      CellKind cell, Activation activation, double inputs, double hidden, Reads reads) {
    double gates = cell.gates() * hidden;
    Operations all =
        product(gates, hidden)
            .plus(bias(gates))
            .plus(elementWise(hidden * elements(cell, activation)))
            .keeping(gates + (cell.states() + 1) * hidden);
    if (cell.lags() == 2) {
      all = all.plus(product(hidden, hidden)).plus(sum(hidden));
    }
    return switch (reads) {
      case NOTHING -> all;
      case ROW -> all.plus(new Operations(gates, gates, 0));
      case DATA -> all.plus(productOfData(gates, inputs)).plus(sum(gates));
      case VALUES -> all.plus(product(gates, inputs)).plus(sum(gates));
    };
  }

  /** Of two products: its gradient is that of each. */
  private static Operations sum(double width) {
    return new Operations(width, 0, 0);
  }

  /** Operations a unit beside the products. */
  private static int elements(CellKind cell, Activation activation) {
    int gates = cell.gates();
    return switch (cell) {
      case RNN, RNN_LAG_2 ->
          switch (activation.kind()) {
            case TANH, SIGMOID -> 2;
            case RELU, STEP -> 1;
            case IDENTITY -> 0;
          };
      case GRU_SIMPLIFIED -> gates * 2 + 4; // u n + (1 - u) h
      case GRU, GRU_RESET_AFTER -> gates * 2 + 4 + 1; // and r h, or r U h
      case LSTM -> (gates + 1) * 2 + 4; // and tanh(c); f c + i g, o tanh(c)
    };
  }
}
