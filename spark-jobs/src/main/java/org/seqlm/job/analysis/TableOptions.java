package org.seqlm.job.analysis;

import java.util.List;
import org.seqlm.job.cli.FlagValues;
import picocli.CommandLine.Option;

/** The flags of where an analysis goes; a mixin. */
public final class TableOptions {
  @Option(names = "--output", paramLabel = "DIR", description = "The analysis' folder.")
  String output;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      split = ",",
      description = "How its tables are written: parquet, tsv or both (default: both).")
  List<String> formats;

  /** What was given, as the keys {@code output} and {@code formats}. */
  public void put(FlagValues overrides) {
    overrides.put("output", output).put("formats", formats);
  }
}
