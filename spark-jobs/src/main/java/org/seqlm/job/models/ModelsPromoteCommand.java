package org.seqlm.job.models;

import java.io.IOException;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.registry.Change;
import org.seqlm.registry.Grounds;
import org.seqlm.registry.Registry;
import org.seqlm.registry.RegistryState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code seqlm models promote}. */
@Command(
    name = "promote",
    sortOptions = false,
    description = {
      "Makes a version the champion; the champion before is retired, and seqlm models rollback goes"
          + " back to it.",
      "",
      "Example: seqlm models promote out/models 7 --reason 'better on the frozen set'"
    })
public final class ModelsPromoteCommand
    extends RegistryCommand<ModelsPromoteConfig, ModelsDecisionResult> {
  @Parameters(index = "1", arity = "0..1", paramLabel = "VERSION", description = "Its number.")
  Integer version;

  @Option(
      names = "--expect",
      paramLabel = "N",
      description = "Only if the champion is still version N, or none: 0.")
  Integer expect;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the history.")
  String reason;

  ModelsPromoteCommand() {
    super(ModelsPromoteConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    super.flags(overrides);
    overrides.put("version", version).put("expect", expect).put("reason", reason);
  }

  @Override
  public String plan(ModelsPromoteConfig config, JobContext context) throws IOException {
    RegistryState state = open(config.registry(), context).state();
    return "make version "
        + state.stored(config.version()).number()
        + " the champion"
        + (state.champion() == 0 ? "" : ", in the place of version " + state.champion());
  }

  @Override
  public ModelsDecisionResult run(ModelsPromoteConfig config, JobContext context)
      throws IOException {
    Registry registry = open(config.registry(), context);
    Grounds grounds = Grounds.user(config.reason());
    Change change =
        config.expect() == null
            ? registry.promote(config.version(), grounds)
            : registry.promote(config.version(), config.expect(), grounds);
    return ModelsDecisionResult.of(registry, change);
  }

  @Override
  public String summary(ModelsPromoteConfig config, ModelsDecisionResult result) {
    return result.told();
  }
}
