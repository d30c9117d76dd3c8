package org.seqlm.job.retrain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Overwrite;
import org.seqlm.corpus.night.InputPartition;
import org.seqlm.corpus.night.NightPlan;
import org.seqlm.dataset.Dataset;
import org.seqlm.drift.DriftReport;
import org.seqlm.drift.NewWord;
import org.seqlm.drift.UnigramDivergence;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.drift.DriftCommand;
import org.seqlm.job.drift.DriftConfig;
import org.seqlm.job.drift.DriftResult;
import org.seqlm.metrics.Night;
import org.seqlm.ngram.files.NgramArtifact;

/** Holds the night's text against the newest text that the champion was trained on. */
final class DriftStep {
  /** Words that the page lists. */
  private static final int SHOWN = 8;

  private DriftStep() {}

  /** What the champion's text became; null where it is not there, or there is no champion. */
  static String from(NightFolder night, NightStart start) throws IOException {
    List<String> datasets = start.before().datasets();
    if (!night.config().steps().drift() || datasets.isEmpty()) {
      return null;
    }
    String newest = datasets.get(datasets.size() - 1);
    return ArtifactReader.isArtifact(night.hadoop(), newest) ? newest : null;
  }

  /**
   * Compares.
   *
   * @param dataset of the night's text, whose bytes have told it from other text
   * @return null where there is nothing to compare with
   * @throws UserException with exit code 3 where the text is further away than the limits allow
   */
  static Night.Drift run(NightFolder night, NightStart start, NightPlan plan, Dataset dataset)
      throws Exception {
    String from = from(night, start);
    if (from == null) {
      if (night.config().steps().drift() && start.champion() != 0) {
        night
            .context()
            .progress()
            .message("note: no drift is told, as no dataset of the champion's is there any more");
      }
      return null;
    }
    DriftConfig config = config(night, start, plan, from);
    Map<String, String> inputs = new TreeMap<>();
    inputs.put("dataset", dataset.fingerprint());
    inputs.put("from", Dataset.open(night.hadoop(), from).fingerprint());
    inputs.put("model", start.registry().model(start.champion()).manifest().fingerprint());
    Night.Drift drift =
        night.kept(
            "drift",
            ArtifactKind.DRIFT,
            Night.Drift.class,
            inputs,
            config,
            () -> told(new DriftCommand().run(config, night.inner("drift", Overwrite.REFUSE))));
    limit(
        "the share of unknown tokens",
        "unknown-rate",
        drift.unknownRate(),
        night.config().driftLimits().unknownRate());
    if (drift.divergence() != null && drift.chance() != null) {
      limit(
          "the divergence of the words beyond chance",
          "excess",
          drift.divergence() - drift.chance(),
          night.config().driftLimits().excess());
    }
    return drift;
  }

  private static DriftConfig config(
      NightFolder night, NightStart start, NightPlan plan, String from) throws IOException {
    FlagValues keys =
        night
            .keys(night.config().drift())
            .put("input", night.config().prepare().path("input"))
            .put("input.paths", plan.take().stream().map(InputPartition::path).toList())
            .put("from", from)
            .put("model", night.model(start.champion()));
    String counts = start.counts();
    DriftConfig config = ConfigLoader.load("drift", DriftConfig.class, keys.tree());
    if (counts == null) {
      return config;
    }
    int order = NgramArtifact.open(night.hadoop(), counts).details().order();
    return config.orders().stream().anyMatch(one -> one <= order)
        ? ConfigLoader.load("drift", DriftConfig.class, keys.put("counts", counts).tree())
        : config;
  }

  private static void limit(String what, String key, double value, Double most) {
    if (most != null && value > most) {
      throw UserException.data(
          String.format(
              Locale.ROOT,
              "the night's text is too far from the champion's: %s is %.5f, above"
                  + " drift-limits.%s, %s: look at the text, and raise the limit if it is as it"
                  + " should be",
              what,
              value,
              key,
              most));
    }
  }

  private static Night.Drift told(DriftResult result) {
    DriftReport report = result.report();
    UnigramDivergence divergence = report.divergence();
    UnigramDivergence.Chance chance = divergence == null ? null : divergence.chance();
    List<String> words = new ArrayList<>();
    for (DriftResult.Word one : result.words()) {
      // What stands in few documents may be somebody's own.
      if (one.shift().oldDocuments() + one.shift().newDocuments() >= SampleStep.RARE) {
        words.add(one.word());
      }
    }
    return new Night.Drift(
        result.from(),
        report.unknownRate(),
        report.oldUnknownRate(),
        divergence == null ? null : divergence.bits(),
        chance == null ? null : chance.mean(),
        chance == null ? null : chance.p(),
        report.newNgrams().stream()
            .map(one -> new Night.NewNgrams(one.order(), one.share(), one.oldShare()))
            .toList(),
        report.champion() == null ? null : report.champion().bitsPerCharacter(),
        report.champion() == null ? null : report.champion().oldBitsPerCharacter(),
        words.subList(0, Math.min(SHOWN, words.size())),
        report.newWords().stream()
            .filter(one -> one.documents() >= SampleStep.RARE)
            .map(NewWord::word)
            .limit(SHOWN)
            .toList());
  }
}
