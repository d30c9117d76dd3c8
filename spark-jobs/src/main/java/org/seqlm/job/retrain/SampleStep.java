package org.seqlm.job.retrain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.dataset.Dataset;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.generate.DrawnText;
import org.seqlm.job.generate.GenerateConfig;
import org.seqlm.job.retrain.RetrainConfig.Unchecked;
import org.seqlm.metrics.Night;
import org.seqlm.spark.models.PathModel;
import org.seqlm.spark.samples.TrainingSpans;
import org.seqlm.verbatim.RareSpans;

/**
 * Has champion and challenger go on from the same prompts, and holds what they write against the
 * train splits of all nights that they were trained on. What has a rare span of these is withheld
 * before anything is written down.
 */
final class SampleStep {
  /** A word that fewer documents have is not shown. */
  static final int RARE = 5;

  private SampleStep() {}

  /** The configuration, before any work. */
  static GenerateConfig config(NightFolder night) {
    return ConfigLoader.load(
        "generate",
        GenerateConfig.class,
        night.keys(night.config().generate()).put("model", night.run()).tree());
  }

  static Night.Samples run(NightFolder night, NightStart start, Dataset dataset) throws Exception {
    GenerateConfig config = config(night);
    List<Dataset> datasets = new ArrayList<>(List.of(dataset));
    int missing = 0;
    for (String before : start.before().datasets()) {
      if (ArtifactReader.isArtifact(night.hadoop(), before)) {
        datasets.add(Dataset.open(night.hadoop(), before));
      } else {
        missing++;
      }
    }
    if (missing > 0 && night.config().uncheckedSamples() == Unchecked.WITHHOLD) {
      night
          .context()
          .progress()
          .message(
              String.format(
                  Locale.ROOT,
                  "note: no samples are shown, as %,d of %,d datasets of the champion's line were"
                      + " pruned (keep.nights) and samples cannot be held against them:"
                      + " unchecked-samples=publish shows them all the same",
                  missing,
                  start.before().datasets().size()));
      return new Night.Samples(0, 0, datasets.size(), missing, List.of());
    }
    List<String> models = new ArrayList<>();
    if (start.champion() != 0) {
      models.add(night.model(start.champion()));
    }
    models.add(night.run());
    Map<String, String> inputs = new TreeMap<>();
    for (int m = 0; m < models.size(); m++) {
      inputs.put("model-" + m, PathModel.open(night.hadoop(), models.get(m)).fingerprint());
    }
    for (int d = 0; d < datasets.size(); d++) {
      inputs.put("dataset-" + d, datasets.get(d).fingerprint());
    }
    int gone = missing;
    return night.kept(
        "samples",
        ArtifactKind.SAMPLES,
        Night.Samples.class,
        inputs,
        Map.of("generate", config, "prompts", night.config().prompts()),
        () -> draw(night.context(), config, night.config().prompts(), models, datasets, gone));
  }

  /**
   * Draws and checks.
   *
   * @param models the challenger, or the champion and it
   */
  static Night.Samples draw(
      JobContext context,
      GenerateConfig config,
      List<String> prompts,
      List<String> models,
      List<Dataset> datasets,
      int missing)
      throws IOException {
    List<String> texts = new ArrayList<>();
    for (String model : models) {
      PathModel opened = PathModel.open(context.hadoop(), model);
      for (int i = 0; i < prompts.size(); i++) {
        texts.add(
            DrawnText.of(opened, prompts.get(i), config.rules(), config.length(), config.seed() + i)
                .text());
      }
    }
    List<String> shown = new ArrayList<>();
    int withheld = 0;
    if (!texts.isEmpty()) {
      List<RareSpans> spans =
          TrainingSpans.find(
              context.sparkContext(),
              datasets,
              texts,
              config.checkLength(),
              config.checkMinCount());
      for (int s = 0; s < texts.size(); s++) {
        boolean publishable = spans.get(s).publishable();
        withheld += publishable ? 0 : 1;
        shown.add(publishable ? texts.get(s) : spans.get(s).withheld());
      }
    }
    List<Night.Pair> pairs = new ArrayList<>();
    boolean two = models.size() > 1;
    for (int i = 0; i < prompts.size(); i++) {
      pairs.add(
          new Night.Pair(
              prompts.get(i), two ? shown.get(i) : null, shown.get(two ? prompts.size() + i : i)));
    }
    return new Night.Samples(texts.size(), withheld, datasets.size(), missing, pairs);
  }
}
