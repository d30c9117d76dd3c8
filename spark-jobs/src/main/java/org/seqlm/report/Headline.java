package org.seqlm.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.seqlm.metrics.Evaluation;
import org.seqlm.metrics.ModelScore;
import org.seqlm.metrics.PairScore;
import org.seqlm.metrics.TaskEvaluation;
import org.seqlm.report.ReportModel.BestModel;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.ReportModel.RunStatus;
import org.seqlm.report.page.Figures;

/** What the page says first: the best model in a sentence, and the figures to remember. */
final class Headline {
  /** Runs that have a tile each. */
  private static final int MOST_RUNS = 3;

  private Headline() {}

  /** A sentence, and tiles of a value, its unit and what it is of. */
  static Map<String, Object> view(ReportModel model, Legend legend) {
    Map<String, Object> view = new LinkedHashMap<>();
    List<Map<String, Object>> tiles = new ArrayList<>();
    Evaluation first =
        model.evaluations().isEmpty() ? null : model.evaluations().get(0).evaluation();
    ModelScore best = first == null ? null : best(first);
    if (!model.nights().isEmpty()) {
      view.put(
          "text", NightSection.decision(model.nights().get(model.nights().size() - 1).night()));
    } else if (best != null) {
      view.put("text", sentence(best, legend.label(best.name()), first));
      tiles.addAll(tiles(best, legend.label(best.name()), first));
    } else if (!model.taskEvaluations().isEmpty()) {
      view.put("text", sentence(model.taskEvaluations().get(0).evaluation(), legend));
    } else if (!model.runs().isEmpty()) {
      view.put("text", sentence(model.runs()));
    }
    tiles.addAll(scores(model.runs(), legend));
    tiles.addAll(speeds(model.runs(), legend));
    view.put("tiles", tiles);
    return view;
  }

  private static ModelScore best(Evaluation evaluation) {
    return evaluation.models().stream()
        .filter(score -> score.bitsPerCharacter() != null)
        .min(Comparator.comparingDouble(ModelScore::bitsPerCharacter))
        .orElse(null);
  }

  private static String sentence(ModelScore best, String label, Evaluation evaluation) {
    Evaluation.Floor floor = evaluation.floor();
    String text =
        label
            + " ("
            + best.kind()
            + ") predicts the held-out text "
            + (evaluation.models().size() > 1 ? "best, " : "")
            + "at "
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

  /** The best model's figure that counts; the first one's where nobody knows which is better. */
  private static String sentence(TaskEvaluation evaluation, Legend legend) {
    List<TaskEvaluation.OfModel> best = evaluation.best();
    TaskEvaluation.OfModel first = best.isEmpty() ? evaluation.models().get(0) : best.get(0);
    return legend.label(first.name())
        + " ("
        + first.kind()
        + ") has "
        + (best.size() == 1 ? "the best " : "")
        + MetricNames.shown(evaluation.metric())
        + " "
        + MetricNames.figure(evaluation.metric(), first.metrics().get(evaluation.metric()))
        + " on "
        + Figures.whole(evaluation.examples())
        + " examples of the "
        + evaluation.split()
        + " split"
        + (evaluation.floor() == null
            ? ""
            : "; the best possible is "
                + MetricNames.figure(evaluation.metric(), evaluation.floor()))
        + ".";
  }

  /** Of one run what has become of it, of several how many they are. */
  private static String sentence(List<RunPart> runs) {
    return runs.size() == 1
        ? sentence(runs.get(0))
        : Figures.whole(runs.size())
            + " training runs: "
            + Arrays.stream(RunStatus.values())
                .filter(status -> count(runs, status) > 0)
                .map(status -> Figures.whole(count(runs, status)) + " " + word(status))
                .collect(Collectors.joining(", "))
            + ".";
  }

  private static long count(List<RunPart> runs, RunStatus status) {
    return runs.stream().filter(run -> run.status() == status).count();
  }

  private static String word(RunStatus status) {
    return switch (status) {
      case COMPLETE -> "finished";
      case INCOMPLETE -> "not finished";
      case DIVERGED -> "diverged";
    };
  }

  private static String sentence(RunPart run) {
    return switch (run.status()) {
      case COMPLETE -> "A finished training run.";
      case INCOMPLETE -> {
        String share = new RunFacts(run).share();
        yield share.isEmpty() ? "A training run." : "A training run at " + share + ".";
      }
      case DIVERGED ->
          "A training run that diverged in round " + Figures.whole(run.divergence().round()) + ".";
    };
  }

  private static List<Map<String, Object>> tiles(
      ModelScore best, String label, Evaluation evaluation) {
    List<Map<String, Object>> tiles = new ArrayList<>();
    tiles.add(given(Figures.decimal(best.bitsPerCharacter(), 4), "bits a character", label));
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

  /** How good networks over examples are at their tasks, and what nobody could better. */
  private static List<Map<String, Object>> scores(List<RunPart> runs, Legend legend) {
    List<Map<String, Object>> tiles = new ArrayList<>();
    for (RunPart run : runs.size() > MOST_RUNS ? List.<RunPart>of() : runs) {
      BestModel best = new RunFacts(run).best();
      if (best != null && best.metric() != null) {
        String name = best.metric().name();
        Double floor = TaskCurves.floor(run);
        String of = runs.size() == 1 ? "" : legend.label(run.name()) + ", ";
        tiles.add(
            tile(
                MetricNames.figure(best.metric()),
                MetricNames.shown(name) + ", validation",
                of
                    + (floor == null
                        ? "after round " + Figures.whole(best.round())
                        : MetricNames.BEST_POSSIBLE + " " + MetricNames.figure(name, floor))));
      }
    }
    return tiles;
  }

  /** How much was trained: one run's speed too, and of several that of which is which. */
  private static List<Map<String, Object>> speeds(List<RunPart> runs, Legend legend) {
    List<RunPart> trained = runs.stream().filter(run -> !run.rounds().isEmpty()).toList();
    if (trained.size() > MOST_RUNS) {
      Map<String, List<RunPart>> byUnit =
          trained.stream()
              .collect(Collectors.groupingBy(RunPart::unit, TreeMap::new, Collectors.toList()));
      List<Map<String, Object>> tiles = new ArrayList<>();
      byUnit.forEach(
          (unit, of) ->
              tiles.add(
                  tile(
                      Figures.brief(of.stream().mapToLong(Headline::units).sum()),
                      unit + " trained",
                      "in " + Figures.whole(of.size()) + " runs")));
      return tiles;
    }
    return trained.stream()
        .map(
            run -> {
              String speed =
                  Figures.whole(Math.round(run.metrics().tokensPerSecond())) + " a second";
              return tile(
                  Figures.brief(units(run)),
                  run.unit() + " trained",
                  runs.size() == 1 ? speed : legend.label(run.name()) + ", " + speed);
            })
        .toList();
  }

  private static long units(RunPart run) {
    return run.rounds().get(run.rounds().size() - 1).tokens();
  }

  /** One that is of a model, by its name. */
  private static Map<String, Object> given(String value, String unit, String name) {
    return Map.of("value", value, "unit", unit, "given", name);
  }

  private static Map<String, Object> tile(String value, String unit, String what) {
    return Map.of("value", value, "unit", unit, "what", what);
  }
}
