package org.seqlm.job.bench.corpus;

import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/** See {@code conf/bench-tokenizer.yaml}. */
record BenchTokenizerConfig(String tokenizer, String input, int turns, long seed, int partitions)
    implements JobConfig {
  BenchTokenizerConfig {
    new Problems()
        .present("tokenizer", tokenizer, "give --tokenizer FILE, a tokenizer.json")
        .present("input", input, "give --input FILE, a text of this machine")
        .inRange("turns", turns, 1, 1000)
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles().reads("--tokenizer", tokenizer);
  }
}
