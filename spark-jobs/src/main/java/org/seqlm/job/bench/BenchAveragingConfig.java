package org.seqlm.job.bench;

import java.util.List;
import org.seqlm.Problems;
import org.seqlm.bench.averaging.MastersBench;
import org.seqlm.bench.averaging.OverheadBench;
import org.seqlm.bench.averaging.SoakBench;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/** See {@code conf/bench-averaging.yaml}. */
record BenchAveragingConfig(
    List<Part> parts,
    String folder,
    long seed,
    int partitions,
    MastersBench.Settings masters,
    OverheadBench.Settings overhead,
    SoakBench.Settings soak)
    implements JobConfig {

  /** What there is to measure. */
  enum Part {
    MASTERS,
    OVERHEAD,
    SOAK
  }

  BenchAveragingConfig {
    new Problems()
        .present("parts", parts, "give --part masters,overhead,soak or some of them")
        .inRange("partitions", partitions, 0, 1_000_000)
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles().writes("--folder", folder);
  }
}
