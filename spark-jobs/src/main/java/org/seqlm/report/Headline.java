package org.seqlm.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.metrics.Evaluation;
import org.seqlm.metrics.ModelScore;
import org.seqlm.metrics.PairScore;
import org.seqlm.metrics.RoundMetrics;
import org.seqlm.report.ReportModel.RunPart;

/** What the page says first: the best model in a sentence, and the figures to remember. */
final class Headline {
  private Headline() {}

  /** A sentence, and tiles of a value, its unit and what it is of. */
  static Map<String, Object> view(ReportModel model, Legend legend) {
    Map<String, Object> view = new LinkedHashMap<>();
    List<Map<String, Object>> tiles = new ArrayList<>();
    Evaluation first =
        model.evaluations().isEmpty() ? null : model.evaluations().get(0).evaluation();
    ModelScore best = first == null ? null : best(first);
    RunPart run = model.runs().isEmpty() ? null : model.runs().get(0);
    if (best != null) {
      view.put("text", sentence(best, legend.label(best.name()), first.floor()));
      tiles.addAll(tiles(best, legend.label(best.name()), first));
    } else if (run != null) {
      view.put("text", sentence(run));
    }
    if (run != null && !run.rounds().isEmpty()) {
      tiles.add(speed(run));
    }
    view.put("tiles", tiles);
    return view;
  }

  private static ModelScore best(Evaluation evaluation) {
    return evaluation.models().stream()
        .filter(score -> score.bitsPerCharacter() != null)
        .min(Comparator.comparingDouble(ModelScore::bitsPerCharacter))
        .orElse(null);
  }

  private static String sentence(ModelScore best, String label, Evaluation.Floor floor) {
    String text =
        label
            + " ("
            + best.kind()
            + ") predicts the held-out text best, at "
            + Figures.decimal(best.bitsPerCharacter(), 4)
            + " bits a character";
    if (floor != null) {
      text +=
          ": "
              + Figures.percent(above(best, floor), 2)
              + " above "
              + Figures.decimal(floor.bitsPerCharacterOnSplit(), 4)
              + ", the entropy of the source, which no model can beat in expectation";
    }
    return text + ".";
  }

  private static String sentence(RunPart run) {
    return switch (run.status()) {
      case COMPLETE -> "A finished training run.";
      case INCOMPLETE -> "A training run that is not finished: what there is so far.";
      case DIVERGED ->
          "A training run that diverged in round " + Figures.whole(run.divergence().round()) + ".";
    };
  }

  private static List<Map<String, Object>> tiles(
      ModelScore best, String label, Evaluation evaluation) {
    List<Map<String, Object>> tiles = new ArrayList<>();
    tiles.add(tile(Figures.decimal(best.bitsPerCharacter(), 4), "bits a character", label));
    if (evaluation.floor() != null) {
      String above = Figures.percent(above(best, evaluation.floor()), 2);
      tiles.add(tile("+" + above, "above the floor", "the source's entropy"));
    }
    if (best.perplexity() != null) {
      String split = evaluation.ofSplit() ? " " + evaluation.split() : "";
      tiles.add(
          tile(
              Figures.perplexity(best.perplexity()),
              "perplexity",
              Figures.whole(best.tokens()) + split + " tokens"));
    }
    PairScore far = farthest(evaluation, best.name());
    if (far != null) {
      tiles.add(
          tile(
              Figures.percent(far.right() / far.pairs(), 1),
              "right verbs",
              "subject " + far.group() + " tokens away"));
    }
    return tiles;
  }

  /** By how much of the floor the model is above it. */
  private static double above(ModelScore score, Evaluation.Floor floor) {
    return score.bitsPerCharacter() / floor.bitsPerCharacterOnSplit() - 1;
  }

  private static PairScore farthest(Evaluation evaluation, String model) {
    return evaluation.pairs().stream()
        .filter(
            pair ->
                pair.model().equals(model)
                    && pair.pairs() > 0
                    && AgreementSection.isDistance(pair.group()))
        .max(Comparator.comparingDouble(pair -> Double.parseDouble(pair.group())))
        .orElse(null);
  }

  private static Map<String, Object> speed(RunPart run) {
    RoundMetrics last = run.rounds().get(run.rounds().size() - 1);
    double seconds = run.rounds().stream().mapToDouble(RoundMetrics::seconds).sum();
    return tile(
        Figures.brief(last.tokens()),
        "tokens trained",
        Figures.whole(Math.round(last.tokens() / Math.max(seconds, 1e-9))) + " a second");
  }

  private static Map<String, Object> tile(String value, String unit, String what) {
    return Map.of("value", value, "unit", unit, "what", what);
  }
}
