package org.seqlm.job.counts;

import java.io.IOException;
import java.util.List;
import org.seqlm.UserException;
import org.seqlm.artifact.OutputCheck;
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

/** {@code seqlm counts restrict}. */
@Command(
    name = "restrict",
    sortOptions = false,
    description = {
      "Cuts counts to a lower order, a smaller vocabulary, or both: the result is what seqlm ngrams"
          + " gives with that --order, vocabulary.max-size and vocabulary.min-count, the words'"
          + " numbers included. So one count of every word serves models of any size.",
      "",
      "Example: seqlm counts restrict --input out/all --order 3 --min-count 2 --output out/small"
    })
public final class CountsRestrictCommand extends JobCommand<CountsRestrictConfig, NgramsResult> {
  @Option(
      names = "--input",
      paramLabel = "DIR",
      description = "A folder of seqlm ngrams or counts.")
  String input;

  @Option(
      names = "--order",
      paramLabel = "N",
      description = "Longest n-gram of the result (default: as it is).")
  Integer order;

  @Option(
      names = "--max-size",
      paramLabel = "V",
      description = "Ids that words may have, reserved ones included; 0 for no limit.")
  Integer maxSize;

  @Option(
      names = "--min-count",
      paramLabel = "C",
      description = "How often a word must appear (default: 1); rarer ones become <unk>.")
  Long minCount;

  @Mixin private ResultOptions result = new ResultOptions();

  public CountsRestrictCommand() {
    super(CountsRestrictConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("input", input)
        .put("order", order)
        .put("vocabulary.max-size", maxSize)
        .put("vocabulary.min-count", minCount);
    result.put(overrides);
  }

  @Override
  public String plan(CountsRestrictConfig config, JobContext context) throws IOException {
    NgramArtifact counts = open(config, context);
    return "cut "
        + CountedInputs.describe(List.of(counts))
        + " to order "
        + CountsJob.order(config, counts)
        + "\nwrite "
        + config.output();
  }

  @Override
  public NgramsResult run(CountsRestrictConfig config, JobContext context) throws IOException {
    return CountsJob.restrict(config, open(config, context), context);
  }

  private static NgramArtifact open(CountsRestrictConfig config, JobContext context)
      throws IOException {
    OutputCheck.folder(context.hadoop(), config.output(), context.overwrite());
    NgramArtifact counts = CountedInputs.one(context.hadoop(), config.input());
    if (config.order() > counts.details().order()) {
      throw UserException.configuration(
          "order is "
              + config.order()
              + ", but "
              + config.input()
              + " was counted up to order "
              + counts.details().order()
              + ": give a lower --order, or count the text again");
    }
    return counts;
  }

  @Override
  public String summary(CountsRestrictConfig config, NgramsResult result) {
    return NgramsSummary.of(config.export(), config.model(), result);
  }
}
