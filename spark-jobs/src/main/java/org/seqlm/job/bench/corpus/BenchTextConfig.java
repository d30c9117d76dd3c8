package org.seqlm.job.bench.corpus;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.util.List;
import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;

/** See {@code conf/bench-text.yaml}. */
record BenchTextConfig(
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<String> tokenizers,
    String input,
    int turns,
    long seed,
    int partitions)
    implements JobConfig {

  BenchTextConfig {
    tokenizers = tokenizers == null ? List.of() : List.copyOf(tokenizers);
    new Problems()
        .require(
            !tokenizers.isEmpty(),
            "tokenizers is empty: give --tokenizer char, word, whitespace, chain:FILE or [STAGES]")
        .present("input", input, "give --input FILE, a text of this machine")
        .inRange("turns", turns, 1, 1000)
        .atLeast("partitions", partitions, 0)
        .throwIfAny();
  }

  @Override
  public JobFiles files() {
    return new JobFiles();
  }
}
