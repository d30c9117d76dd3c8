package org.seqlm.neural.learner;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.Operations;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.network.ExampleCost;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.optimizer.OuterStep;
import org.seqlm.neural.optimizer.SynchronousUpdate;

/**
 * What a network costs: parameters, floating-point operations and bytes, by formula. Operations are
 * those of one token, of networks over examples those of one example, counted as {@link Operations}
 * says; of an adaptive output, the clusters in proportion to the tokens that fall into them; of an
 * update, for each parameter: Adam 12, RMSProp 9, AdaGrad 7, Nesterov 6, the heavy ball 4, gradient
 * descent 2, with clipping by norm 3 more, by value 2 more, with weight decay 2 more, AdamW's 1.
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
   * @param forward operations a token, or an example
   * @param backward operations a token, or an example
   * @param activations values a token, or an example, that the backward pass needs
   */
  public record Part(
      String name, long parameters, double forward, double backward, double activations) {

    private Part(String name, double parameters, Operations operations) {
      this(
          name,
          (long) parameters,
          operations.forward(),
          operations.backward(),
          operations.activations());
    }
  }

  /** What finding a token's vector costs. */
  public enum Lookup {
    /** Nothing, as it is done. */
    FREE,
    /** The product with a one-hot vector, as textbooks count it. */
    PRODUCT;

    /** Operations to find the vector, of m values, of one of V tokens. */
    private Operations vector(double m, double v) {
      return this == FREE ? new Operations(0, m, m) : Operations.productOfData(m, v).keeping(m);
    }
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
      parts.add(new Part("embedding", m * v, lookup.vector(m, v)));
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
   * The cost of a network over examples.
   *
   * @param lengths of an example
   * @throws IllegalArgumentException of a language model
   */
  public static NetworkCost of(
      Network network, InnerOptimizer optimizer, ExampleCost.Lengths lengths, Lookup lookup) {
    List<Part> parts =
        ExampleCost.rows(network, lengths, lookup::vector).stream()
            .map(row -> new Part(row.name(), row.parameters(), row.operations()))
            .toList();
    return new NetworkCost(parts, optimizer.operations());
  }

  /**
   * @param oneHot how its input's product counts if that is a token's unit vector, else null
   */
  private static Part layer(LanguageNetwork spec, int k, Lookup oneHot) {
    CellKind cell = spec.cell();
    double width = spec.hidden();
    double inputs = spec.inputWidth(k);
    Operations.Reads reads =
        oneHot == null
            ? Operations.Reads.VALUES
            : oneHot == Lookup.PRODUCT ? Operations.Reads.DATA : Operations.Reads.ROW;
    double weights =
        cell.gates() * width * (inputs + width + 1) + (cell.lags() == 2 ? width * width : 0);
    return new Part(
        "layer " + (k + 1),
        weights,
        Operations.step(cell, spec.activation(), inputs, width, reads)
            .keeping(oneHot == null ? 0 : inputs));
  }

  private static Part norm(int k, double width) {
    return new Part("norm " + (k + 1), 2 * width, Operations.norm(width));
  }

  private static Part full(LanguageNetwork spec, double width) {
    double v = spec.vocabulary();
    boolean tied = spec.output() == OutputKind.TIED;
    return new Part(
        tied ? "output (tied)" : "output", tied ? v : v * (width + 1), Operations.labels(v, width));
  }

  private static Part adaptive(LanguageNetwork spec, double[] shares) {
    double width = spec.hidden();
    double head = spec.cutoffs().get(0) + spec.cutoffs().size();
    double parameters = head * width;
    Operations all = adaptive(head, Operations.product(head, width));
    for (int i = 0; i < shares.length; i++) {
      double narrow = spec.clusterWidth(i);
      double tokens = spec.clusterTokens(i);
      parameters += narrow * (width + tokens);
      Operations logits =
          Operations.product(narrow, width).plus(Operations.product(tokens, narrow));
      all = all.plus(adaptive(tokens, logits).keeping(narrow).times(shares[i]));
    }
    return new Part("output (adaptive)", parameters, all);
  }

  /** A softmax with its cross-entropy behind logits that have no bias. */
  private static Operations adaptive(double labels, Operations logits) {
    return logits.plus(new Operations(2 * labels, labels, 2 * labels));
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

  /** Of the whole network. */
  public long parameters() {
    return parts.stream().mapToLong(Part::parameters).sum();
  }

  /** Operations a token, or an example, of the whole network. */
  public double forward() {
    return parts.stream().mapToDouble(Part::forward).sum();
  }

  /** Operations a token, or an example, of the whole network. */
  public double backward() {
    return parts.stream().mapToDouble(Part::backward).sum();
  }

  /**
   * Operations of a training step: forward and backward pass over its tokens or examples, and the
   * update.
   */
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
