package org.seqlm.job.bench;

import org.seqlm.job.bench.corpus.BenchDuplicatesCommand;
import org.seqlm.job.bench.corpus.BenchFilterCommand;
import org.seqlm.job.bench.corpus.BenchTextCommand;
import org.seqlm.job.bench.corpus.BenchTokenizerCommand;
import picocli.CommandLine.Command;

/** {@code seqlm bench}: the benchmarks, a subcommand each. */
@Command(
    name = "bench",
    synopsisSubcommandLabel = "BENCHMARK",
    description = {
      "Measures training, counting, scoring, cutting text and their distribution on this machine or"
          + " cluster. What it prints was counted; times depend on what else runs."
    },
    subcommands = {
      BenchAveragingCommand.class,
      BenchStepCommand.class,
      BenchNgramsCommand.class,
      BenchScaleCommand.class,
      BenchVariantsCommand.class,
      BenchGateCommand.class,
      BenchScoreCommand.class,
      BenchTokenizerCommand.class,
      BenchDuplicatesCommand.class,
      BenchFilterCommand.class,
      BenchTextCommand.class
    })
public final class BenchCommand {}
