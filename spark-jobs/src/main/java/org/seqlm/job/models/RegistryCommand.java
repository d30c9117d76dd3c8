package org.seqlm.job.models;

import java.io.IOException;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobContext;
import org.seqlm.registry.Registry;
import picocli.CommandLine.Parameters;

/** What the operations on a registry share: they name it first. */
abstract class RegistryCommand<C extends JobConfig, R> extends JobCommand<C, R> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "REGISTRY",
      description = "The registry's folder.")
  String registry;

  RegistryCommand(Class<C> configType) {
    super(configType);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides.put("registry", registry);
  }

  /**
   * Opens it.
   *
   * @throws org.seqlm.UserException with exit code 3 if there is none
   */
  static Registry open(String registry, JobContext context) throws IOException {
    return Registry.open(context.hadoop(), registry);
  }
}
