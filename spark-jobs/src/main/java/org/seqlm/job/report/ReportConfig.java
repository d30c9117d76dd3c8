package org.seqlm.job.report;

import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.report.page.Language;

/**
 * What {@code report} is told.
 *
 * @param input an artifact, or a folder of artifacts
 * @param output file
 * @param title of the page, or null
 * @param language of the page's own words
 * @param seed not used
 * @param partitions not used
 */
public record ReportConfig(
    String input, String output, String title, Language language, long seed, int partitions)
    implements JobConfig {
  public ReportConfig {
    new Problems()
        .present("input", input, "give --input, an artifact or a folder of artifacts")
        .present("output", output, "give --output, for instance report.html")
        .present("language", language, "give en or fa")
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles().readsArtifacts("--input", input).writes("--output", output);
  }
}
