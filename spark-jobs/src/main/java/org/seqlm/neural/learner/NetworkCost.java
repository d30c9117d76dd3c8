package org.seqlm.neural.learner;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.optimizer.OuterStep;
import org.seqlm.neural.optimizer.SynchronousUpdate;

/**
 * What a network costs: parameters, floating-point operations and bytes, by formula. Operations are
 * those of one token, counted so:
 *
 * <ul>
 *   <li>the product of an a×b matrix and a vector: a(2b − 1); adding two vectors of a: a;
 *   <li>σ and tanh: two an element, exp being free; ReLU and a step: one; the identity: none; an
 *       element-wise product: one an element; a softmax of V: 2V;
 *   <li>backward, such a product: b(2a − 1) for its input, where that has a gradient, and 2ab for
 *       its matrix; a bias: a; element-wise operations: twice their forward ones; a softmax with
 *       its cross-entropy: V;
 *   <li>of an adaptive output, the clusters in proportion to the tokens that fall into them;
 *   <li>an update, for each parameter: Adam 12, RMSProp 9, AdaGrad 7, Nesterov 6, the heavy ball 4,
 *       gradient descent 2, with clipping by norm 3 more, by value 2 more, with weight decay 2
 *       more, AdamW's 1.
 * </ul>
 *
 * @param parts from the input to the output
 * @param updatePerParameter operations of an update
 */
public record NetworkCost(List<Part> parts, int updatePerParameter) {

  /**
   * A layer's cost.
   *
   * @param name for instance {@code layer 1}
   * @param parameters of its own
   * @param forward operations a token
   * @param backward operations a token
   * @param activations values a token that the backward pass needs
   */
  public record Part(
      String name, long parameters, double forward, double backward, double activations) {}

  /** What finding a token's vector costs. */
  public enum Lookup {
    /** Nothing, as it is done. */
    FREE,
    /** The product with a one-hot vector, as textbooks count it. */
    PRODUCT
  }

  public NetworkCost {
    parts = List.copyOf(parts);
  }

  /**
   * The cost of a network.
   *
   * @param counts how often each token stands in the text, for an adaptive output; where all are
   *     zero, tokens count as equally frequent
   */
  public static NetworkCost of(
      LanguageNetwork spec, InnerOptimizer optimizer, IntToLongFunction counts, Lookup lookup) {
    long width = spec.hidden();
    List<Part> parts = new ArrayList<>();
    if (spec.input() == InputKind.EMBEDDING) {
      long m = spec.embedding();
      long v = spec.vocabulary();
      parts.add(
          lookup == Lookup.FREE
              ? new Part("embedding", m * v, 0, m, m)
              : new Part("embedding", m * v, product(m, v), 2.0 * m * v, m));
    }
    for (int k = 0; k < spec.layers(); k++) {
      parts.add(layer(spec, k, k == 0 && spec.input() == InputKind.ONE_HOT ? lookup : null));
      if (spec.normalises()) {
        parts.add(norm(k, width));
      }
    }
    parts.add(
        spec.output() == OutputKind.ADAPTIVE
            ? adaptive(spec, shares(spec, counts))
            : full(spec, width));
    return new NetworkCost(parts, optimizer.operations());
  }

  /**
   * @param oneHot how its input's product counts if that is a token's unit vector, else null
   */
  private static Part layer(LanguageNetwork spec, int k, Lookup oneHot) {
    CellKind cell = spec.cell();
    double width = spec.hidden();
    double gates = cell.gates() * width;
    double inputs = spec.inputWidth(k);
    boolean lag = cell.lags() == 2;
    double elements = width * elementWise(spec);
    // The two products, their sum and the bias.
    double forward = product(gates, width) + 2 * gates + elements;
    double backward = productBackward(gates, width) + gates + 2 * elements;
    if (oneHot == null) {
      forward += product(gates, inputs);
      backward += productBackward(gates, inputs);
    } else if (oneHot == Lookup.PRODUCT) {
      forward += product(gates, inputs);
      backward += 2 * gates * inputs;
    } else {
      backward += gates;
    }
    if (lag) {
      forward += product(width, width) + width;
      backward += productBackward(width, width);
    }
    double weights = gates * (inputs + width + 1) + (lag ? width * width : 0);
    // Gates, states, and what the layer above reads.
    double activations = gates + (cell.states() + 1) * width + (oneHot == null ? 0 : inputs);
    return new Part("layer " + (k + 1), (long) weights, forward, backward, activations);
  }

  /** Two sums, a difference, a square, two products and a bias a unit. */
  private static Part norm(int k, double width) {
    // What is read next, the mean and the deviation.
    return new Part("norm " + (k + 1), (long) (2 * width), 7 * width, 14 * width, width + 2);
  }

  /** Operations a unit beside the products: σ and tanh two each, products and sums one each. */
  private static int elementWise(LanguageNetwork spec) {
    int gates = spec.cell().gates();
    return switch (spec.cell()) {
      case RNN, RNN_LAG_2 ->
          switch (spec.activation().kind()) {
            case TANH, SIGMOID -> 2;
            case RELU, STEP -> 1;
            case IDENTITY -> 0;
          };
      case GRU_SIMPLIFIED -> gates * 2 + 4; // u n + (1 - u) h
      case GRU, GRU_RESET_AFTER -> gates * 2 + 4 + 1; // and r h, or r U h
      case LSTM -> (gates + 1) * 2 + 4; // and tanh(c); f c + i g, o tanh(c)
    };
  }

  private static Part full(LanguageNetwork spec, double width) {
    double v = spec.vocabulary();
    boolean tied = spec.output() == OutputKind.TIED;
    return new Part(
        tied ? "output (tied)" : "output",
        (long) (tied ? v : v * (width + 1)),
        product(v, width) + v + 2 * v,
        productBackward(v, width) + v + v,
        2 * v);
  }

  private static Part adaptive(LanguageNetwork spec, double[] shares) {
    double width = spec.hidden();
    double head = spec.cutoffs().get(0) + spec.cutoffs().size();
    double parameters = head * width;
    double forward = product(head, width) + 2 * head;
    double backward = productBackward(head, width) + head;
    double activations = 2 * head;
    for (int i = 0; i < shares.length; i++) {
      double narrow = spec.clusterWidth(i);
      double tokens = spec.clusterTokens(i);
      parameters += narrow * (width + tokens);
      forward += shares[i] * (product(narrow, width) + product(tokens, narrow) + 2 * tokens);
      backward +=
          shares[i] * (productBackward(narrow, width) + productBackward(tokens, narrow) + tokens);
      activations += shares[i] * (narrow + 2 * tokens);
    }
    return new Part("output (adaptive)", (long) parameters, forward, backward, activations);
  }

  /** The fraction of the text that falls into each cluster. */
  private static double[] shares(LanguageNetwork spec, IntToLongFunction counts) {
    double[] shares = new double[spec.cutoffs().size()];
    double all = 0;
    for (int token = 0; token < spec.vocabulary(); token++) {
      all += counts.applyAsLong(token);
    }
    for (int i = 0; i < shares.length; i++) {
      int from = spec.cutoffs().get(i);
      double inside = 0;
      for (int token = from; token < from + spec.clusterTokens(i); token++) {
        inside += counts.applyAsLong(token);
      }
      shares[i] = all == 0 ? (double) spec.clusterTokens(i) / spec.vocabulary() : inside / all;
    }
    return shares;
  }

  private static double product(double a, double b) {
    return a * (2 * b - 1);
  }

  private static double productBackward(double a, double b) {
    return b * (2 * a - 1) + 2 * a * b;
  }

  /** Of the whole network. */
  public long parameters() {
    return parts.stream().mapToLong(Part::parameters).sum();
  }

  /** Operations a token, of the whole network. */
  public double forward() {
    return parts.stream().mapToDouble(Part::forward).sum();
  }

  /** Operations a token, of the whole network. */
  public double backward() {
    return parts.stream().mapToDouble(Part::backward).sum();
  }

  /** Operations of a training step: forward and backward pass over its tokens, and the update. */
  public double step(long tokens) {
    return tokens * (forward() + backward()) + (double) updatePerParameter * parameters();
  }

  /**
   * Bytes that a training needs, all values being float32. What engines, Spark and the Java machine
   * take beside them is not counted.
   *
   * @param parameters of the network, once
   * @param gradients of a worker, twice where they are added up over windows
   * @param moments of a worker's optimiser
   * @param activations of a worker's window, kept for the backward pass
   * @param logits of a worker's window, with their gradients
   * @param heap a worker's arrays on their way between Spark and the engine: the parameters it is
   *     given and those it returns, moments before and after, the tokens that it holds; with
   *     delayed averages, what it moved in the last round and in this one, and where it begins
   * @param average what the driver holds while it makes the next parameters: the last, the mean and
   *     the next, with the outer state and averaged moments, and what {@link ExtraArrays} says
   */
  public record Memory(
      double parameters,
      double gradients,
      double moments,
      double activations,
      double logits,
      double heap,
      double average) {
    /** What a worker's engine needs: parameters, gradients, moments, activations, logits. */
    public double engine() {
      return atLeast() + activations + logits;
    }

    /** What no engine can do without, whatever it frees early: without the window's values. */
    public double atLeast() {
      return parameters + gradients + moments;
    }
  }

  /**
   * Arrays of the parameters' length beyond those that every averaging holds.
   *
   * @param driver of the driver, 0 or more
   * @param worker of a worker, 0 or more
   */
  public record ExtraArrays(int driver, int worker) {
    /** None. */
    public static final ExtraArrays NOTHING = new ExtraArrays(0, 0);
  }

  /** What a training needs that publishes the next parameters and delays nothing. */
  public Memory memory(
      InnerOptimizer optimizer, InnerMoments moments, OuterStep outer, long window, double tokens) {
    return memory(optimizer, moments, outer, ExtraArrays.NOTHING, window, tokens);
  }

  /**
   * What a training needs.
   *
   * @param step what becomes of the workers' mean; where it is an update, workers keep no moments
   * @param extra beside what every averaging holds
   * @param window B T, tokens of a worker's step
   * @param tokens of a worker's text
   */
  public Memory memory(
      Recipe recipe,
      InnerMoments moments,
      OuterStep step,
      ExtraArrays extra,
      long window,
      double tokens) {
    double all = 4.0 * parameters();
    boolean synchronous = step instanceof SynchronousUpdate;
    int kinds = synchronous ? 0 : recipe.optimizer().kind().moments();
    int sums = synchronous || recipe.accumulate() > 1 ? 1 : 0;
    Part output = parts.get(parts.size() - 1);
    double inner = parts.stream().mapToDouble(Part::activations).sum() - output.activations();
    int carried = moments == InnerMoments.RESET ? 0 : 2 * kinds;
    int outerState = step.initialState(1).length;
    int averaged = moments == InnerMoments.AVERAGED ? 2 * kinds : 0;
    return new Memory(
        all,
        (1 + sums) * all,
        kinds * all,
        4.0 * window * inner,
        4.0 * window * output.activations(),
        (2 + carried + extra.worker()) * all
            + 4 * Math.min(tokens, Math.max(ShardReader.HELD, window)),
        (3 + 2 * outerState + averaged + extra.driver()) * all);
  }

  /** The same with an update a window. */
  public Memory memory(
      InnerOptimizer optimizer,
      InnerMoments moments,
      OuterStep step,
      ExtraArrays extra,
      long window,
      double tokens) {
    return memory(new Recipe(optimizer), moments, step, extra, window, tokens);
  }
}
