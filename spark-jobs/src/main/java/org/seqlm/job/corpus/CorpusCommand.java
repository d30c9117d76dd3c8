package org.seqlm.job.corpus;

import org.seqlm.job.corpus.concordance.ConcordanceCommand;
import org.seqlm.job.corpus.concordance.PhrasesCommand;
import org.seqlm.job.corpus.duplicates.DuplicatesCommand;
import org.seqlm.job.corpus.filter.FilterCommand;
import org.seqlm.job.corpus.profile.ProfileCommand;
import org.seqlm.job.corpus.terms.CollocationsCommand;
import org.seqlm.job.corpus.terms.KeynessCommand;
import org.seqlm.job.corpus.tokenizer.TokenizerCommand;
import picocli.CommandLine.Command;

/** {@code seqlm corpus}: a subcommand each analysis. */
@Command(
    name = "corpus",
    synopsisSubcommandLabel = "ANALYSIS",
    description = {
      "Tells what a large corpus is, and makes a better one of it, in any language. Analyses leave"
          + " tables as Parquet and TSV, and a section of seqlm report."
    },
    subcommands = {
      ProfileCommand.class,
      FilterCommand.class,
      DuplicatesCommand.class,
      CollocationsCommand.class,
      KeynessCommand.class,
      ConcordanceCommand.class,
      PhrasesCommand.class,
      TokenizerCommand.class
    })
public final class CorpusCommand {}
