package org.seqlm.job.retrain;

import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Overwrite;
import org.seqlm.corpus.night.InputPartition;
import org.seqlm.corpus.night.NightPlan;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.DatasetDetails;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitStatistics;
import org.seqlm.dataset.VocabularyExtension;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.prepare.PrepareCommand;
import org.seqlm.job.prepare.PrepareConfig;
import org.seqlm.job.retrain.RetrainResult.NightText;

/** The night's text with the champion's vocabulary, and what is new behind it. */
final class PrepareStep {
  private PrepareStep() {}

  static Dataset run(NightFolder night, NightPlan plan, int champion) throws Exception {
    FlagValues keys = keys(night, plan, night.dataset());
    if (champion != 0) {
      keys.put("vocabulary.base", night.model(champion));
    }
    return prepare(night, night.dataset(), keys);
  }

  /** Keys of {@code prepare} for the night's text. */
  static FlagValues keys(NightFolder night, NightPlan plan, String output) {
    return night
        .keys(night.config().prepare())
        .put("input.paths", plan.take().stream().map(InputPartition::path).toList())
        .put("labels", Contestants.fields(night.config().gate().slices()))
        .put("output", output);
  }

  /**
   * A dataset that is there, or is made. That of partitions which hold something else now is gone
   * ({@link LookStep}).
   */
  static Dataset prepare(NightFolder night, String output, FlagValues keys) throws Exception {
    PrepareConfig prepare = ConfigLoader.load("prepare", PrepareConfig.class, keys.tree());
    if (!ArtifactReader.isArtifact(night.hadoop(), output)
        || !PrepareCommand.isOf(
            ArtifactReader.open(night.hadoop(), output).manifest(), prepare, night.hadoop())) {
      new PrepareCommand().run(prepare, night.inner("prepare", Overwrite.REPLACE));
    }
    return Dataset.open(night.hadoop(), output);
  }

  /** What was read. */
  static NightText text(Dataset dataset) {
    DatasetDetails details = dataset.details();
    long documents = 0;
    long tokens = 0;
    for (SplitStatistics split : details.splits().values()) {
      documents += split.documents();
      tokens += split.tokens();
    }
    VocabularyExtension extended = details.extended();
    return new NightText(
        documents,
        tokens,
        details.vocabularySize(),
        extended == null ? 0 : extended.appended(),
        extended == null
            ? null
            : extended.unknownRate(Split.TEST, details.splits().get(Split.TEST)));
  }
}
