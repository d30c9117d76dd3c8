package org.seqlm.neural.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.seqlm.Problems;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.DropoutRules;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.Normalisation;
import org.seqlm.neural.OutputKind;

/**
 * A recurrent network that predicts the next token: input, {@code layers} recurrent layers, an
 * output.
 *
 * @param input how tokens enter
 * @param embedding width m of the learned vectors; 0 with one-hot input
 * @param cell of every recurrent layer
 * @param activation φ of a simple recurrence; tanh for the other cells, which have their own
 * @param layers L, 1 to 16
 * @param hidden width H of a layer, 1 to 16384
 * @param vocabulary V, the number of token ids
 * @param embeddingDropout the chance that a value of a token's vector is zero while training, 0 to
 *     0.95
 * @param dropout the chance that a value which a recurrent layer passes on, to the next layer or to
 *     the output, is zero while training, 0 to 0.95, so it acts with one layer, too; recurrent
 *     connections keep theirs (Zaremba et al. 2014, section 3.2)
 * @param forgetBias the forget gates' initial bias (Jozefowicz et al. 2015 advise 1)
 * @param output how the last state becomes probabilities
 * @param cutoffs of an adaptive output: the ids at which its clusters begin, rising, below V; empty
 *     takes {@link #defaultCutoffs}, and for the other outputs none
 * @param dropoutRules what dropout is like beyond its rates; null means {@link DropoutRules#PLAIN}
 * @param normalisation of what each recurrent layer passes on; null means none
 */
public record LanguageNetwork(
    InputKind input,
    int embedding,
    CellKind cell,
    Activation activation,
    int layers,
    int hidden,
    int vocabulary,
    double embeddingDropout,
    double dropout,
    double forgetBias,
    OutputKind output,
    List<Integer> cutoffs,
    DropoutRules dropoutRules,
    Normalisation normalisation)
    implements Network {

  /** How much narrower each cluster's projection is than the one before. */
  static final int CLUSTER_DIVISOR = 4;

  public LanguageNetwork {
    activation = activation == null ? Activation.TANH : activation;
    output = output == null ? OutputKind.FULL : output;
    cutoffs = cutoffs == null ? List.of() : cutoffs;
    dropoutRules = dropoutRules == null ? DropoutRules.PLAIN : dropoutRules;
    normalisation = normalisation == null ? Normalisation.NONE : normalisation;
    new Problems()
        .present("network.input", input, "embedding or one-hot")
        .present("network.cell", cell, "lstm, gru, gru-reset-after, gru-simplified, rnn, rnn-lag-2")
        .inRange("network.layers", layers, 1, 16)
        .inRange("network.hidden", hidden, 1, 16384)
        .atLeast("network.vocabulary", vocabulary, 2)
        .inRange("network.embedding-dropout", embeddingDropout, 0, 0.95)
        .inRange("network.dropout", dropout, 0, 0.95)
        .inRange("network.forget-bias", forgetBias, -100, 100)
        .require(
            input != InputKind.EMBEDDING || (embedding >= 1 && embedding <= 16384),
            "network.embedding must be 1 to 16384, but is " + embedding)
        .require(
            output != OutputKind.TIED || (input == InputKind.EMBEDDING && embedding == hidden),
            "network.output tied needs an embedding as wide as network.hidden, "
                + hidden
                + ", but network.embedding is "
                + (input == InputKind.ONE_HOT ? "0 (one-hot)" : embedding)
                + ": set both to one width, or network.output to full")
        .require(
            cutoffs.isEmpty() || rising(cutoffs, vocabulary),
            "network.cutoffs must rise within 1 to "
                + (vocabulary - 1)
                + ", the largest token id, but are "
                + cutoffs)
        .throwIfAny();
    embedding = input == InputKind.ONE_HOT ? 0 : embedding;
    embeddingDropout = input == InputKind.ONE_HOT ? 0 : embeddingDropout;
    dropoutRules =
        input == InputKind.ONE_HOT
            ? new DropoutRules(dropoutRules.kind(), 0, dropoutRules.weights())
            : dropoutRules;
    cutoffs =
        output != OutputKind.ADAPTIVE
            ? List.of()
            : List.copyOf(cutoffs.isEmpty() ? defaultCutoffs(vocabulary) : cutoffs);
  }

  /** With plain dropout and without normalisation. */
  public LanguageNetwork(
      InputKind input,
      int embedding,
      CellKind cell,
      Activation activation,
      int layers,
      int hidden,
      int vocabulary,
      double embeddingDropout,
      double dropout,
      double forgetBias,
      OutputKind output,
      List<Integer> cutoffs) {
    this(
        input,
        embedding,
        cell,
        activation,
        layers,
        hidden,
        vocabulary,
        embeddingDropout,
        dropout,
        forgetBias,
        output,
        cutoffs,
        DropoutRules.PLAIN,
        Normalisation.NONE);
  }

  /** With tanh, a full output and no dropout of the embedding. */
  public LanguageNetwork(
      InputKind input,
      int embedding,
      CellKind cell,
      int layers,
      int hidden,
      int vocabulary,
      double dropout,
      double forgetBias) {
    this(
        input,
        embedding,
        cell,
        Activation.TANH,
        layers,
        hidden,
        vocabulary,
        0,
        dropout,
        forgetBias,
        OutputKind.FULL,
        List.of());
  }

  /**
   * The layout of its parameters:
   *
   * <ul>
   *   <li>{@code embedding.weight} (V, m), unless the input is one-hot; standard normal
   *   <li>{@code rnn.weight_ih_l{k}} (G H, in), {@code rnn.weight_hh_l{k}} (G H, H), {@code
   *       rnn.bias_ih_l{k}} (G H) for each layer k of a cell of G gates; with a lag of 2 also
   *       {@code rnn.weight_hh2_l{k}} (H, H); uniform in ±1/√H, the forget gates' bias as the
   *       network says
   *   <li>{@code norm.{k}.weight} and {@code norm.{k}.bias} (H) for each layer k, gain and bias of
   *       a {@code LayerNorm}, where what layers pass on is normalised; 1 and 0
   *   <li>{@code out.weight} (V, H), unless it is the embedding's, and {@code out.bias} (V); or,
   *       where the output is adaptive with n clusters, {@code out.head.weight} (c + n, H), c the
   *       first cutoff, and for each cluster i {@code out.tail.{i}.0.weight} (width, H) and {@code
   *       out.tail.{i}.1.weight} (tokens, width), as {@code AdaptiveLogSoftmaxWithLoss} has them;
   *       uniform in ±1/√(inputs)
   * </ul>
   *
   * @throws org.seqlm.UserException with exit code 2 if it has more than 2^31 - 1 parameters
   */
  @Override
  public ParameterLayout layout() {
    ParameterLayout.Builder builder = new ParameterLayout.Builder();
    if (input == InputKind.EMBEDDING) {
      builder.add("embedding.weight", Initial.normal(1), vocabulary, embedding);
    }
    RecurrentLayers stack = new RecurrentLayers("rnn.", cell, hidden, forgetBias);
    for (int k = 0; k < layers; k++) {
      stack.add(builder, k, inputWidth(k), "");
    }
    for (int k = 0; k < layers && normalises(); k++) {
      builder.norm("norm." + k, hidden);
    }
    Initial uniform = Initial.linear(hidden);
    if (output == OutputKind.ADAPTIVE) {
      int clusters = cutoffs.size();
      builder.add("out.head.weight", uniform, cutoffs.get(0) + clusters, hidden);
      for (int i = 0; i < clusters; i++) {
        int width = clusterWidth(i);
        builder.add("out.tail." + i + ".0.weight", uniform, width, hidden);
        // A cluster's own softmax reads a projection that is narrower.
        Initial narrow = Initial.linear(width);
        builder.add("out.tail." + i + ".1.weight", narrow, clusterTokens(i), width);
      }
    } else {
      if (output == OutputKind.FULL) {
        builder.add("out.weight", uniform, vocabulary, hidden);
      }
      builder.add("out.bias", uniform, vocabulary);
    }
    return builder.build();
  }

  @Override
  public double lossBound() {
    return Math.log(vocabulary) + EXPLOSION;
  }

  @Override
  public String what() {
    return "language model";
  }

  private static boolean rising(List<Integer> cutoffs, int vocabulary) {
    int last = 0;
    for (int cutoff : cutoffs) {
      if (cutoff <= last || cutoff >= vocabulary) {
        return false;
      }
      last = cutoff;
    }
    return true;
  }

  /**
   * Where clusters begin unless the user says: at a fiftieth, a tenth and a half of the vocabulary,
   * rounded up; of a small one only where that leaves every cluster a token.
   */
  static List<Integer> defaultCutoffs(int vocabulary) {
    List<Integer> cutoffs = new ArrayList<>();
    for (int part : new int[] {50, 10, 2}) {
      int cutoff = (vocabulary + part - 1) / part;
      if (cutoff < vocabulary && (cutoffs.isEmpty() || cutoff > cutoffs.get(cutoffs.size() - 1))) {
        cutoffs.add(cutoff);
      }
    }
    return cutoffs;
  }

  /** This network with another activation. */
  public LanguageNetwork with(Activation other) {
    return with(other, output, cutoffs, dropoutRules, normalisation);
  }

  /** This network with another output; {@code cutoffs} as in the constructor. */
  public LanguageNetwork with(OutputKind other, List<Integer> otherCutoffs) {
    return with(activation, other, otherCutoffs, dropoutRules, normalisation);
  }

  /** This network with other rules of dropout. */
  public LanguageNetwork with(DropoutRules other) {
    return with(activation, output, cutoffs, other, normalisation);
  }

  /** This network with another normalisation. */
  public LanguageNetwork with(Normalisation other) {
    return with(activation, output, cutoffs, dropoutRules, other);
  }

  /** This network over a vocabulary of another size, its clusters beginning where they do. */
  public LanguageNetwork withVocabulary(int size) {
    return with(size, activation, output, cutoffs, dropoutRules, normalisation);
  }

  private LanguageNetwork with(
      Activation phi,
      OutputKind kind,
      List<Integer> begins,
      DropoutRules rules,
      Normalisation normalises) {
    return with(vocabulary, phi, kind, begins, rules, normalises);
  }

  private LanguageNetwork with(
      int tokens,
      Activation phi,
      OutputKind kind,
      List<Integer> begins,
      DropoutRules rules,
      Normalisation normalises) {
    return new LanguageNetwork(
        input,
        embedding,
        cell,
        phi,
        layers,
        hidden,
        tokens,
        embeddingDropout,
        dropout,
        forgetBias,
        kind,
        begins,
        rules,
        normalises);
  }

  /**
   * What keeps another network's parameters from being this one's: each key that differs, with both
   * values; empty if they fit. Dropout and first biases do not count, nor does the vocabulary's
   * size: whether vocabularies fit is asked of their tokens.
   */
  public List<String> differences(LanguageNetwork model) {
    return differing(model).stream()
        .map(one -> one.key() + " is " + one.model() + " there and " + one.here() + " here")
        .toList();
  }

  /**
   * A key by which two networks differ.
   *
   * @param key for instance {@code network.hidden}
   * @param here its value in this one
   * @param model in the other
   */
  public record Difference(String key, Object here, Object model) {}

  /** The same key by key. */
  public List<Difference> differing(LanguageNetwork model) {
    List<Difference> found = new ArrayList<>();
    differ(found, "network.input", name(input), name(model.input));
    if (input == model.input && input == InputKind.EMBEDDING) {
      differ(found, "network.embedding", embedding, model.embedding);
    }
    differ(found, "network.cell", name(cell), name(model.cell));
    differ(found, "network.activation", name(activation.kind()), name(model.activation.kind()));
    differ(found, "network.layers", layers, model.layers);
    differ(found, "network.hidden", hidden, model.hidden);
    differ(found, "network.layer-norm", normalises(), model.normalises());
    differ(found, "network.output", name(output), name(model.output));
    if (output == model.output) {
      differ(found, "network.cutoffs", cutoffs, model.cutoffs);
    }
    return found;
  }

  private static void differ(List<Difference> found, String key, Object here, Object model) {
    if (!here.equals(model)) {
      found.add(new Difference(key, here, model));
    }
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether what layers pass on is normalised. */
  public boolean normalises() {
    return normalisation != Normalisation.NONE;
  }

  /** The width of what layer {@code layer} (from 0) reads. */
  public int inputWidth(int layer) {
    return layer > 0 ? hidden : input == InputKind.ONE_HOT ? vocabulary : embedding;
  }

  /** The adaptive output's cluster of a token, from 0; −1 for one of the head. */
  public int cluster(long token) {
    int cluster = -1;
    while (cluster + 1 < cutoffs.size() && token >= cutoffs.get(cluster + 1)) {
      cluster++;
    }
    return cluster;
  }

  /** Tokens of the adaptive output's cluster {@code cluster}, from 0. */
  public int clusterTokens(int cluster) {
    int end = cluster + 1 < cutoffs.size() ? cutoffs.get(cluster + 1) : vocabulary;
    return end - cutoffs.get(cluster);
  }

  /** The width of the adaptive output's projection for cluster {@code cluster}, at least 1. */
  public int clusterWidth(int cluster) {
    double width = hidden / Math.pow(CLUSTER_DIVISOR, cluster + 1.0);
    return Math.max(1, (int) width);
  }

  @Override
  public String title() {
    return name(cell) + " " + layers + "x" + hidden;
  }
}
