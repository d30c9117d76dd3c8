package org.seqlm.job.counts;

import java.io.IOException;
import java.util.List;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.ngrams.CountedInputs;
import org.seqlm.ngram.files.NgramArtifact;

/** What {@link CountsJob#combine} needs to know: counts are added to others, or taken from them. */
interface CombiningConfig extends ResultConfig {
  /** Folders of counts: the first, and those that are added to it or taken from it. */
  List<String> counts();

  @Override
  default int slices() {
    return 0; // those of the first
  }

  /** Opens the counts, after a look at where the result goes. */
  default List<NgramArtifact> open(JobContext context) throws IOException {
    OutputCheck.folder(context.hadoop(), output(), context.overwrite());
    return CountedInputs.open(context.hadoop(), counts());
  }
}
