package org.seqlm.job.nightlydemo;

import java.io.IOException;
import java.util.List;
import org.seqlm.Progress;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.drift.DocumentWords;
import org.seqlm.drift.DriftSettings;
import org.seqlm.drift.UnigramDivergence;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.nightlydemo.DemoNight.Drift;
import org.seqlm.spark.drift.DatasetSample;
import org.seqlm.spark.drift.TextSample;

/**
 * How far the words of new text are from those of a dataset's test split, as {@code drift} does.
 */
final class NightDrift {
  private static final DriftSettings SETTINGS = DriftSettings.DEFAULT;

  private NightDrift() {}

  /**
   * Compares.
   *
   * @param from the old text
   * @param source the new text
   * @return null where chance is not known
   */
  static Drift of(JobContext context, String from, CorpusSource source, long seed)
      throws IOException {
    Dataset dataset = Dataset.open(context.hadoop(), from);
    List<DocumentWords> after =
        TextSample.of(
                context.sparkContext(),
                CorpusPlan.of(context.hadoop(), source),
                source,
                dataset.details().rules(),
                dataset.vocabulary(),
                SETTINGS.documents(),
                seed,
                0,
                Progress.SILENT)
            .documents();
    List<DocumentWords> before =
        DatasetSample.of(
            context.sparkContext(),
            dataset,
            Split.TEST,
            SETTINGS.documents(),
            seed,
            0,
            Progress.SILENT);
    if (before.isEmpty() || after.isEmpty()) {
      return null;
    }
    UnigramDivergence found =
        UnigramDivergence.of(before, after, dataset.vocabulary().size(), SETTINGS, seed);
    return found.chance() == null
        ? null
        : new Drift(found.bits(), found.chance().mean(), found.chance().p());
  }
}
