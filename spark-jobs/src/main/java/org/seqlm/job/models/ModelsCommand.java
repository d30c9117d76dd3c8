package org.seqlm.job.models;

import picocli.CommandLine.Command;

/** {@code seqlm models}: what can be done with a registry, a subcommand each. */
@Command(
    name = "models",
    synopsisSubcommandLabel = "OPERATION",
    description = {
      "Keeps versions of a model in a registry, a folder on any Hadoop file system: one of them is"
          + " the champion, and every decision is written down. Wherever a model's path is taken,"
          + " REGISTRY is its champion and REGISTRY#7 its version 7."
    },
    subcommands = {
      ModelsAddCommand.class,
      ModelsListCommand.class,
      ModelsShowCommand.class,
      ModelsCompareCommand.class,
      ModelsPromoteCommand.class,
      ModelsRollbackCommand.class,
      ModelsPruneCommand.class,
      ModelsLineageCommand.class
    })
public final class ModelsCommand {}
