package org.seqlm.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.metrics.Look;
import org.seqlm.metrics.RoundMetrics;
import org.seqlm.report.ReportModel.BestModel;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.ReportModel.Trained;
import org.seqlm.report.page.Figures;

/** A run in a few words: how it was set up, how far it is, how good. */
record RunFacts(RunPart run) {
  private static final List<String> DROPPED =
      List.of("dropout", "embedding-dropout", "token-dropout", "weight-drop");

  /** Of its configuration what decides most; what nobody wrote down is left out. */
  List<String> settings() {
    List<String> settings = new ArrayList<>();
    if (run.trained() != null) {
      settings.addAll(trained(run.trained()));
    } else if (known("network.cell")) {
      settings.add(
          text("network.cell") + " " + text("network.layers") + "×" + text("network.hidden"));
    }
    if (known("averaging.workers")) {
      settings.add("K = " + text("averaging.workers") + " workers");
    }
    if (known("averaging.frequency")) {
      settings.add("H = " + interval());
    }
    if (known("training.optimizer")) {
      settings.add(text("training.optimizer"));
    }
    if (known("training.learning-rate")) {
      String schedule = text("training.schedule.kind");
      settings.add(
          "learning rate "
              + text("training.learning-rate")
              + (known("start-from") && known("start.rate-factor")
                  ? " × " + text("start.rate-factor") + ", from a model"
                  : "")
              + (schedule.isEmpty() ? "" : ", " + schedule + " schedule"));
    }
    if (known("averaging.outer.kind") && !text("averaging.outer.kind").equals("plain")) {
      settings.add(
          "outer " + text("averaging.outer.kind") + ", rate " + text("averaging.outer.rate"));
    }
    if (known("training.batch") && run.trained() != null) {
      settings.add("batches of " + text("training.batch") + " examples");
    } else if (known("training.batch")) {
      settings.add(
          "windows of " + text("training.batch") + " × " + text("training.time-steps") + " tokens");
    }
    if (known("engine")) {
      settings.add(text("engine"));
    }
    return settings;
  }

  /** A network, and the examples that it is trained on. */
  private static List<String> trained(Trained trained) {
    List<String> facts = new ArrayList<>();
    if (trained.title() != null) {
      facts.add(trained.title());
    }
    if (trained.parameters() != null) {
      facts.add(Figures.whole(trained.parameters()) + " parameters");
    }
    if (trained.task() != null) {
      facts.add("task " + trained.task());
    }
    if (trained.examples() != null) {
      facts.add(
          Figures.whole(trained.examples())
              + " training examples"
              + (trained.kind() == null ? "" : ", of the kind " + trained.kind()));
    }
    return facts;
  }

  private String interval() {
    String steps = text("averaging.frequency") + " steps";
    String kind = text("averaging.interval.kind");
    boolean gradients = text("averaging.mode").equals("gradients");
    return (kind.isEmpty() || kind.equals("constant")
            ? steps
            : text("averaging.interval.first") + " to " + steps + ", " + kind)
        + (gradients ? ", gradients averaged" : "");
  }

  private boolean known(String key) {
    return at(key).isValueNode() && !at(key).isNull();
  }

  private String text(String key) {
    JsonNode value = at(key);
    return value.isNumber() ? number(value) : value.asText();
  }

  /** As a person writes it: 5, not 5.0. */
  static String number(JsonNode value) {
    return value.decimalValue().stripTrailingZeros().toPlainString();
  }

  private JsonNode at(String key) {
    return run.config().at("/" + key.replace('.', '/'));
  }

  /** Whether anything is dropped while it trains, which nothing is where it is validated. */
  boolean drops() {
    return DROPPED.stream().anyMatch(key -> at("network." + key).asDouble() > 0);
  }

  /** How far it came, with what it was to come to where it is not there, and its best look. */
  List<String> progress() {
    List<String> facts = new ArrayList<>();
    if (!run.rounds().isEmpty()) {
      RoundMetrics last = last();
      boolean there = isAtItsEnd();
      Long rounds = there ? null : roundsToCome();
      facts.add(
          of(Figures.whole(last.round()), rounds == null ? "" : Figures.whole(rounds), "rounds"));
      facts.add(
          of(Figures.decimal(last.epoch(), 2), there ? "" : text("training.epochs"), "epochs"));
      facts.add(
          Figures.whole(last.tokens())
              + " "
              + run.unit()
              + (last.replayed() == null
                  ? ""
                  : ", " + Figures.whole(last.replayed()) + " of them of old text,")
              + " in "
              + Figures.decimal(run.metrics().seconds(), 1)
              + " s");
    }
    BestModel best = best();
    if (best != null) {
      facts.add(
          "best validation "
              + (best.metric() == null
                  ? "perplexity " + Figures.perplexity(best.perplexity())
                  : MetricNames.shown(best.metric().name())
                      + " "
                      + MetricNames.figure(best.metric()))
              + " after round "
              + best.round());
      Double floor = TaskCurves.floor(run);
      if (floor != null && best.metric() != null) {
        facts.add(
            MetricNames.BEST_POSSIBLE + " " + MetricNames.figure(best.metric().name(), floor));
      }
    }
    return facts;
  }

  private static String of(String done, String all, String unit) {
    return done + (all.isEmpty() ? "" : " of " + all) + " " + unit;
  }

  private RoundMetrics last() {
    return run.rounds().get(run.rounds().size() - 1);
  }

  /** Steps of a worker in the whole run; null where nobody knows. */
  private Long steps() {
    if (run.rounds().isEmpty() || !known("training.epochs") || !(last().epoch() > 0)) {
      return null;
    }
    double pass = last().steps() / last().epoch();
    return Math.max(1, Math.round(at("training.epochs").asDouble() * pass));
  }

  private boolean isAtItsEnd() {
    Long steps = steps();
    return steps == null || last().steps() >= steps;
  }

  /** Rounds of the whole run, where all are of one length as far as it has come; else null. */
  private Long roundsToCome() {
    long frequency = at("averaging.frequency").asLong();
    boolean constant =
        frequency > 0 && last().steps() == last().round() * frequency && steps() != null;
    return constant ? (steps() + frequency - 1) / frequency : null;
  }

  /** Such as {@code 1.82 of 5 epochs}; empty at its end, and where nobody knows of how many. */
  String share() {
    return run.rounds().isEmpty() || isAtItsEnd()
        ? ""
        : of(Figures.decimal(last().epoch(), 2), text("training.epochs"), "epochs");
  }

  /** In words. */
  String outcome() {
    return switch (run.status()) {
      case COMPLETE -> share().isEmpty() ? "finished" : "ended early, " + share();
      case INCOMPLETE -> share().isEmpty() ? "not finished" : "not finished, " + share();
      case DIVERGED -> "diverged in round " + Figures.whole(run.divergence().round());
    };
  }

  /** Its model by what it says itself, or else the best of the looks that compare; or null. */
  BestModel best() {
    return run.best() != null
        ? run.best()
        : run.metrics().comparable().stream()
            .min(Look.BEST_FIRST)
            .map(look -> new BestModel(look.round(), look.nats(), look.metric()))
            .orElse(null);
  }
}
