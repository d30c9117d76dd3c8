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

/** {@code seqlm counts subtract}. */
@Command(
    name = "subtract",
    sortOptions = false,
    description = {
      "Takes the counts of some texts from those of a text that they are a part of, such as a"
          + " document that is to be forgotten: the result is what counting the rest gives, but for"
          + " the words' numbers, which stay.",
      "",
      "Example: seqlm counts subtract --input out/all --minus out/withdrawn --output out/rest"
    })
public final class CountsSubtractCommand extends JobCommand<CountsSubtractConfig, NgramsResult> {
  @Option(
      names = "--input",
      paramLabel = "DIR",
      description = "A folder of seqlm ngrams or counts.")
  String input;

  @Option(
      names = "--minus",
      paramLabel = "DIR",
      description = "Counts of a part of its text; may be repeated.")
  List<String> minus;

  @Mixin private ResultOptions result = new ResultOptions();

  CountsSubtractCommand() {
    super(CountsSubtractConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides.put("input", input).put("minus", minus);
    result.put(overrides);
  }

  @Override
  public String plan(CountsSubtractConfig config, JobContext context) throws IOException {
    List<NgramArtifact> counts = config.open(context);
    return "take "
        + CountedInputs.describe(counts.subList(1, counts.size()))
        + " from "
        + CountedInputs.describe(counts.subList(0, 1))
        + "\nwrite "
        + config.output();
  }

  @Override
  public NgramsResult run(CountsSubtractConfig config, JobContext context) throws IOException {
    return CountsJob.combine(config, CountsJob.Operation.SUBTRACT, context);
  }

  @Override
  public String summary(CountsSubtractConfig config, NgramsResult result) {
    return NgramsSummary.of(config.export(), config.model(), result);
  }
}
