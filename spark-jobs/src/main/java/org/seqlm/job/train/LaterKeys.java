package org.seqlm.job.train;

import static java.util.Map.entry;

import java.util.Map;

/**
 * The keys of {@code train} that releases before this one did not have, each with the value by
 * which their runs went: what a default may become later, it never becomes here.
 */
final class LaterKeys {
  static final Map<String, String> VALUES =
      Map.ofEntries(
          entry("start.rate-factor", "1.0"),
          entry("start.rewarm", "0.0"),
          entry("replay.share", "0.25"),
          entry("replay.excerpt", "16384"),
          entry("budget.tokens", "null"),
          entry("budget.rounds", "null"),
          entry("network.dropout-kind", "each-step"),
          entry("network.token-dropout", "0.0"),
          entry("network.weight-drop", "0.0"),
          entry("network.layer-norm", "false"),
          entry("network.body", "recurrent"),
          entry("network.direction", "auto"),
          entry("network.pooling", "auto"),
          entry("network.attention", "auto"),
          entry("network.heads", "4"),
          entry("network.inner", "0"),
          entry("network.patch", "0"),
          entry("network.frames", "patches"),
          entry("network.corners", "all"),
          entry("network.readout", "last"),
          entry("network.gaps", "learned"),
          entry("network.feeding", "tokens"),
          entry("training.streams", "contiguous"),
          entry("training.window.kind", "fixed"),
          entry("training.window.deviation", "5.0"),
          entry("training.window.half", "0.05"),
          entry("training.optimizer-settings.beta1", "null"),
          entry("training.optimizer-settings.beta2", "null"),
          entry("training.optimizer-settings.epsilon", "null"),
          entry("training.optimizer-settings.momentum", "null"),
          entry("training.optimizer-settings.decay", "null"),
          entry("training.optimizer-settings.weight-decay", "null"),
          entry("training.accumulate", "1"),
          entry("training.label-smoothing", "0.0"),
          entry("training.scheduled-sampling.kind", "none"),
          entry("training.scheduled-sampling.scale", "10000.0"),
          entry("training.scheduled-sampling.floor", "0.0"),
          entry("training.truncation.kind", "window"),
          entry("training.truncation.keep", "0.9"),
          entry("training.schedule.factor", "0.5"),
          entry("training.schedule.every", "0.1"),
          entry("training.schedule.rise", "0.3"),
          entry("training.schedule.patience", "4"),
          entry("training.schedule.threshold", "1.0E-4"),
          entry("averaging.interval.kind", "constant"),
          entry("averaging.interval.first", "5"),
          entry("averaging.interval.until", "0.5"),
          entry("averaging.interval.target", "0.02"),
          entry("averaging.mode", "parameters"),
          entry("averaging.outer.beta1", "0.9"),
          entry("averaging.outer.beta2", "0.99"),
          entry("averaging.outer.tau", "0.001"),
          entry("averaging.published", "next"),
          entry("averaging.ema-decay", "0.9"),
          entry("averaging.overlap", "none"));

  private LaterKeys() {}
}
