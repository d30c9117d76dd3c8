package org.seqlm.job.models;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.registry.Grounds;
import org.seqlm.registry.Registry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm models prune}. */
@Command(
    name = "prune",
    sortOptions = false,
    description = {
      "Removes the files of versions that nobody needs: all but the newest, the champion, the one"
          + " that a rollback goes to, and the one that is kept for the next night. What was"
          + " decided of the others stays written down. Files that killed commands left go, too.",
      "",
      "Example: seqlm models prune out/models --keep 10"
    })
public final class ModelsPruneCommand
    extends RegistryCommand<ModelsPruneConfig, ModelsPruneResult> {
  private static final int MILLIS_AN_HOUR = 3_600_000;

  @Option(
      names = "--keep",
      paramLabel = "N",
      description = "How many of the newest versions to leave (default: 10).")
  Integer keep;

  @Option(
      names = "--older-than",
      paramLabel = "HOURS",
      description =
          "Of files that no version has, leave alone what was written since (default: 24): it may"
              + " be of a command that is at work.")
  Double olderThan;

  ModelsPruneCommand() {
    super(ModelsPruneConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    super.flags(overrides);
    overrides.put("keep", keep).put("older-than", olderThan);
  }

  @Override
  public String plan(ModelsPruneConfig config, JobContext context) throws IOException {
    Set<Integer> gone = open(config.registry(), context).dispensable(config.keep());
    return gone.isEmpty() ? "every version stays" : "remove the files of versions " + list(gone);
  }

  @Override
  public ModelsPruneResult run(ModelsPruneConfig config, JobContext context) throws IOException {
    Registry registry = open(config.registry(), context);
    Registry.Pruned pruned =
        registry.prune(
            config.keep(),
            Duration.ofMillis(Math.round(config.olderThan() * MILLIS_AN_HOUR)),
            Grounds.user(null));
    return new ModelsPruneResult(
        config.registry(), pruned.versions(), pruned.files(), pruned.bytes());
  }

  private static String list(Set<Integer> numbers) {
    return String.join(", ", numbers.stream().map(String::valueOf).toList());
  }

  @Override
  public String summary(ModelsPruneConfig config, ModelsPruneResult result) {
    return (result.pruned().isEmpty()
            ? "every version stays"
            : "pruned versions " + list(result.pruned()))
        + String.format(
            Locale.ROOT, "%n%,d files removed, %,d bytes", result.files(), result.bytes());
  }
}
