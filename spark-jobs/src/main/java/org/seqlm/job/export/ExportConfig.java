package org.seqlm.job.export;

import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.job.ngrams.NgramsConfig;

/**
 * See {@code conf/export.yaml}.
 *
 * @param model folder that {@code ngrams} wrote
 * @param export the forms to write
 */
record ExportConfig(String model, NgramsConfig.Export export, int partitions, long seed)
    implements JobConfig {
  ExportConfig {
    new Problems()
        .present("model", model, "give --model DIR, what seqlm ngrams wrote")
        .require(
            export != null && !export.paths().isEmpty(),
            "there is nothing to write: give --arpa FILE, --parquet DIR or --tsv DIR")
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles().readsModel("--model", model).writes(export.paths());
  }
}
