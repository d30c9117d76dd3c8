package org.seqlm.job.bench.corpus;

import java.util.List;
import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/** See {@code conf/bench-filter.yaml}. */
record BenchFilterConfig(
    List<Object> filters, String input, int lines, int turns, long seed, int partitions)
    implements JobConfig {

  BenchFilterConfig {
    filters = filters == null ? List.of() : List.copyOf(filters);
    new Problems()
        .require(
            !filters.isEmpty(),
            "filters is empty: give --filter NAME, such as gopher-quality, or a list in a file")
        .present("input", input, "give --input FILE, a text of this machine")
        .inRange("lines", lines, 1, 1 << 20)
        .inRange("turns", turns, 1, 1000)
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles();
  }
}
