package org.seqlm.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.seqlm.neural.optimizer.InnerOptimizer;

/**
 * What can be changed in a run's configuration: each remedy is null where its key is not of such a
 * network, or has already what would be advised. What the configuration does not say may be
 * changed.
 *
 * @param config effective, as the run's manifest has it
 */
record Remedies(JsonNode config) {
  private static final double MOST_DROPOUT = 0.95;

  /**
   * One of them.
   *
   * @param key to change; null of what is no key's
   * @param text what to do, with the key's name
   */
  record Remedy(String key, String text) {}

  /** The families of cells whose remedies differ. */
  enum Cell {
    LSTM,
    /** With another gated cell. */
    GATED,
    /** With an activation of the network's. */
    SIMPLE,
    UNKNOWN
  }

  /** An advice with those of the remedies that apply. */
  static Advice advice(String id, Double figure, Double bound, String finding, Remedy... remedies) {
    List<String> keys = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (Remedy remedy : remedies) {
      if (remedy != null) {
        texts.add(remedy.text());
        if (remedy.key() != null) {
          keys.add(remedy.key());
        }
      }
    }
    String last = texts.remove(texts.size() - 1);
    String text = texts.isEmpty() ? last : String.join(", ", texts) + ", or " + last;
    return new Advice(id, figure, bound, keys, finding + ": " + text);
  }

  private JsonNode at(String key) {
    return config.at("/" + key.replace('.', '/'));
  }

  private boolean is(String key, String... values) {
    return List.of(values).contains(at(key).asText());
  }

  /** A number, or null if nobody knows it. */
  private Double number(String key) {
    return at(key).isNumber() ? at(key).asDouble() : null;
  }

  /** Whether workers were to compute on GPUs. */
  boolean isOnGpus() {
    return is("execution.device", "cuda");
  }

  /** Whether a key has a number below a bound, as far as anybody knows. */
  private boolean below(String key, double bound) {
    Double number = number(key);
    return number == null || number < bound;
  }

  /**
   * Updates that a worker made at the whole rate.
   *
   * @param steps of it, those of the warm-up included
   */
  double updatesAfterWarmUp(long steps) {
    Double warmUp = number("training.schedule.warm-up");
    Double windows = number("training.accumulate");
    return (steps - (warmUp == null ? 0 : warmUp)) / (windows == null ? 1 : windows);
  }

  /** Whether the parameters are a model's, whose network cannot be chosen. */
  boolean startsFromModel() {
    return at("start-from").isTextual();
  }

  /** The network's cell. */
  Cell cell() {
    String cell = at("network.cell").asText();
    return cell.isEmpty()
        ? Cell.UNKNOWN
        : cell.equals("lstm") ? Cell.LSTM : cell.startsWith("rnn") ? Cell.SIMPLE : Cell.GATED;
  }

  static Remedy lowerRate() {
    return new Remedy("training.learning-rate", "lower training.learning-rate");
  }

  static Remedy raiseRate() {
    return new Remedy("training.learning-rate", "raise training.learning-rate");
  }

  static Remedy lowerRateOfSaturated() {
    return new Remedy(
        "training.learning-rate", "lower training.learning-rate if gates are saturated");
  }

  Remedy lowerClip() {
    Double norm = number("training.clip-norm");
    return new Remedy(
        "training.clip-norm",
        norm == null || norm == 0 ? "set training.clip-norm above 0" : "lower training.clip-norm");
  }

  /** A clip norm, unless the update's size does not depend on the gradient's. */
  Remedy clipOfDiverged() {
    String optimizer = at("training.optimizer").asText();
    boolean useless =
        Arrays.stream(InnerOptimizer.Kind.values())
            .anyMatch(
                kind ->
                    kind.normalises() && kind.name().toLowerCase(Locale.ROOT).equals(optimizer));
    return useless ? null : lowerClip();
  }

  static Remedy raiseClip() {
    return new Remedy("training.clip-norm", "raise training.clip-norm");
  }

  /** An activation that bounds what it passes on. */
  Remedy boundedActivation(Cell cell) {
    return is("network.activation", "tanh", "sigmoid") ? null : activation(cell, "tanh");
  }

  /** An activation whose units move. */
  Remedy movingActivation(Cell cell) {
    return is("network.activation", "tanh") ? null : activation(cell, "tanh");
  }

  /** An activation that passes more of a gradient back. */
  Remedy steepActivation(Cell cell) {
    if (is("network.activation", "relu", "identity")) {
      return null;
    }
    return activation(cell, is("network.activation", "tanh") ? "relu" : "tanh or relu");
  }

  private Remedy activation(Cell cell, String choice) {
    return cell == Cell.LSTM || cell == Cell.GATED || startsFromModel()
        ? null
        : new Remedy("network.activation", "choose network.activation " + choice);
  }

  /** A cell whose memory is not squashed at each step; null of the one that has it. */
  Remedy longerMemory(Cell cell) {
    return switch (cell) {
      case LSTM -> null;
      case SIMPLE, UNKNOWN -> cell("lstm or gru");
      case GATED -> cell("lstm with network.forget-bias 1");
    };
  }

  private Remedy cell(String choice) {
    return new Remedy(
        "network.cell",
        "choose network.cell " + choice + (startsFromModel() ? " (without start-from)" : ""));
  }

  /** Forget gates that are open at first. */
  Remedy openForgetGates(Cell cell) {
    if (cell != Cell.LSTM || startsFromModel() || !below("network.forget-bias", 2)) {
      return null;
    }
    return new Remedy(
        "network.forget-bias",
        "set network.forget-bias to " + (below("network.forget-bias", 1) ? "1 or 2" : "2"));
  }

  /** Forget gates that move. */
  Remedy usualForgetGates() {
    Double bias = number("network.forget-bias");
    boolean usual = bias != null && bias >= 0 && bias <= 2;
    return usual || startsFromModel()
        ? null
        : new Remedy("network.forget-bias", "set network.forget-bias to 0, 1 or 2");
  }

  Remedy raiseDropout() {
    return below("network.dropout", MOST_DROPOUT)
        ? new Remedy("network.dropout", "raise network.dropout")
        : null;
  }

  /** Patience, unless the run has no more already, or no looks on its way. */
  Remedy patience(int looks) {
    Double patience = number("validation.patience");
    boolean has = patience != null && patience > 0 && patience <= looks;
    boolean cannot = Objects.equals(number("validation.every"), 0.0);
    return has || cannot
        ? null
        : new Remedy("validation.patience", "set validation.patience to " + looks);
  }

  static Remedy fewerEpochs() {
    return new Remedy("training.epochs", "lower training.epochs");
  }

  /**
   * Fewer local steps to an average.
   *
   * @param drift that workers are to stay below
   */
  Remedy shorterRounds(double drift) {
    if (is("averaging.interval.kind", "drift")) {
      if (!below("averaging.interval.target", drift)) {
        return new Remedy("averaging.interval.target", "lower averaging.interval.target");
      }
      return below("averaging.interval.first", 2) && number("averaging.interval.first") != null
          ? null
          : new Remedy("averaging.interval.first", "lower averaging.interval.first");
    }
    Double frequency = number("averaging.frequency");
    Double windows = number("training.accumulate");
    return frequency != null && frequency <= (windows == null ? 1 : windows)
        ? null
        : new Remedy("averaging.frequency", "lower averaging.frequency");
  }

  /**
   * More local steps to an average.
   *
   * @param steps that rounds have now
   */
  Remedy longerRounds(long steps) {
    if (is("averaging.mode", "gradients") && is("training.window.kind", "random")) {
      return new Remedy("averaging.mode", "set averaging.mode to parameters"); // H must be 1
    }
    Double frequency = number("averaging.frequency");
    return is("averaging.interval.kind", "drift") && frequency != null && steps < frequency
        ? new Remedy("averaging.interval.target", "raise averaging.interval.target")
        : new Remedy("averaging.frequency", "raise averaging.frequency");
  }

  /** Checkpoints that are further apart; null where a run of so many rounds has none on its way. */
  Remedy rarerCheckpoints(int rounds) {
    return below("checkpoints.every", rounds)
        ? new Remedy("checkpoints.every", "raise checkpoints.every")
        : null;
  }
}
