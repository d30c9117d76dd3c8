package org.seqlm.job.counts;

import picocli.CommandLine.Command;

/** {@code seqlm counts}: what can be done with counts alone, a subcommand each. */
@Command(
    name = "counts",
    synopsisSubcommandLabel = "OPERATION",
    description = {
      "Works with n-grams that seqlm ngrams has counted, without their text: adds them up, takes"
          + " some away, cuts them to a lower order or a smaller vocabulary, tells what they are."
          + " Results are counts again, exactly those of the text, with a model estimated anew."
    },
    subcommands = {
      CountsMergeCommand.class,
      CountsSubtractCommand.class,
      CountsRestrictCommand.class,
      CountsShowCommand.class
    })
public final class CountsCommand {}
