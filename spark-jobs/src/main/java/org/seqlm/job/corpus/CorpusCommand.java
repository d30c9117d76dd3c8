package org.seqlm.job.corpus;

import org.seqlm.job.corpus.profile.ProfileCommand;
import picocli.CommandLine.Command;

/** {@code seqlm corpus}: a subcommand each analysis. */
@Command(
    name = "corpus",
    synopsisSubcommandLabel = "ANALYSIS",
    description = {
      "Tells what a large corpus is, and makes a better one of it, in any language. Analyses leave"
          + " tables as Parquet and TSV, and a section of seqlm report."
    },
    subcommands = {ProfileCommand.class})
public final class CorpusCommand {}
