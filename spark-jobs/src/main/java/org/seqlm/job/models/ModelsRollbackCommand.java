package org.seqlm.job.models;

import java.io.IOException;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.registry.Grounds;
import org.seqlm.registry.ModelVersion;
import org.seqlm.registry.Registry;
import org.seqlm.registry.RegistryState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm models rollback}. */
@Command(
    name = "rollback",
    sortOptions = false,
    description = {
      "Makes the champion before the champion again. Once more goes back one further; with --from,"
          + " the champion that is to go, it may be started again without that.",
      "",
      "Example: seqlm models rollback out/models --from 7 --reason 'repeats itself'"
    })
public final class ModelsRollbackCommand
    extends RegistryCommand<ModelsRollbackConfig, ModelsDecisionResult> {
  @Option(
      names = "--from",
      paramLabel = "N",
      description = "Only if the champion is still version N.")
  Integer from;

  @Option(
      names = "--to",
      paramLabel = "N",
      description = "An earlier champion (default: the last one before that was not pruned).")
  Integer to;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the history.")
  String reason;

  ModelsRollbackCommand() {
    super(ModelsRollbackConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    super.flags(overrides);
    overrides.put("from", from).put("to", to).put("reason", reason);
  }

  @Override
  public String plan(ModelsRollbackConfig config, JobContext context) throws IOException {
    RegistryState state = open(config.registry(), context).state();
    String target =
        config.to() != null
            ? "version " + state.stored(config.to()).number()
            : state.predecessor().map(ModelVersion::number).map(n -> "version " + n).orElse("none");
    return "the champion is version " + state.champion() + "\ngo back to " + target;
  }

  @Override
  public ModelsDecisionResult run(ModelsRollbackConfig config, JobContext context)
      throws IOException {
    Registry registry = open(config.registry(), context);
    return ModelsDecisionResult.of(
        registry, registry.rollBack(config.from(), config.to(), Grounds.user(config.reason())));
  }

  @Override
  public String summary(ModelsRollbackConfig config, ModelsDecisionResult result) {
    return result.told();
  }
}
