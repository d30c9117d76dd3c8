package org.seqlm.job.counts;

import java.io.IOException;
import java.util.List;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.ngrams.CountedInputs;
import org.seqlm.job.ngrams.NgramsResult;
import org.seqlm.job.ngrams.NgramsSummary;
import org.seqlm.ngram.files.NgramArtifact;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seqlm counts merge}. */
@Command(
    name = "merge",
    sortOptions = false,
    description = {
      "Adds up counts of several texts: the result is what counting all of them at once gives, but"
          + " for the words' numbers, which are those of the first, new words behind them.",
      "",
      "All must be counted with the same tokeniser, order and boundary (line or document), and with"
          + " every word: no vocabulary.max-size or min-count. Give the largest first: the others"
          + " travel to it.",
      "",
      "Example: seqlm counts merge --input out/2025 --input out/2026-01 --output out/all"
    })
public final class CountsMergeCommand extends JobCommand<CountsMergeConfig, NgramsResult> {
  @Option(
      names = "--input",
      paramLabel = "DIR",
      description = "A folder of seqlm ngrams or counts. Give two or more.")
  List<String> inputs;

  @Mixin private ResultOptions result = new ResultOptions();

  CountsMergeCommand() {
    super(CountsMergeConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides.put("inputs", inputs);
    result.put(overrides);
  }

  @Override
  public String plan(CountsMergeConfig config, JobContext context) throws IOException {
    List<NgramArtifact> counts = config.open(context);
    return "add up " + CountedInputs.describe(counts) + "\nwrite " + config.output();
  }

  @Override
  public NgramsResult run(CountsMergeConfig config, JobContext context) throws IOException {
    return CountsJob.combine(config, CountsJob.Operation.MERGE, context);
  }

  @Override
  public String summary(CountsMergeConfig config, NgramsResult result) {
    return NgramsSummary.of(config.export(), config.model(), result);
  }
}
