package org.seqlm.job.models;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.seqlm.artifact.Json;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobContext;
import org.seqlm.registry.Change;
import org.seqlm.registry.Decider;
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
      "With --if-better it does so where the version is shown to be better than the champion on the"
          + " labelled examples of --input; otherwise the champion stays, the version has failed,"
          + " and the exit code is 0, too (keys of the group gate). Where the examples are too few"
          + " to tell by, the version keeps its status. Models of text are decided on by seqlm"
          + " retrain.",
      "",
      "Example: seqlm models promote out/models 7 --reason 'better on the frozen set'",
      "Example: seqlm models promote out/models 7 --if-better --input out/tags-data"
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

  @Option(names = "--if-better", description = "Only if it is better than the champion on --input.")
  Boolean ifBetter;

  @Option(
      names = "--input",
      paramLabel = "EXAMPLES",
      description = "Labelled examples, of seqlm prepare --task, that neither was trained on.")
  String input;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description = "Of these: train, valid or test (default).")
  String split;

  ModelsPromoteCommand() {
    super(ModelsPromoteConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    super.flags(overrides);
    overrides
        .put("version", version)
        .put("expect", expect)
        .put("reason", reason)
        .put("if-better", ifBetter)
        .put("input", input)
        .put("split", split);
  }

  @Override
  public String plan(ModelsPromoteConfig config, JobContext context) throws IOException {
    Registry registry = open(config.registry(), context);
    RegistryState state = registry.state();
    int champion = state.champion();
    if (config.ifBetter() && champion != config.version()) {
      contest(config, context, registry, champion);
    }
    return "make version "
        + state.stored(config.version()).number()
        + " the champion"
        + (champion == 0 ? "" : ", in the place of version " + champion)
        + (config.ifBetter() && champion != 0
            ? ", if it is better on the "
                + Json.name(config.split())
                + " split of "
                + config.input()
            : "");
  }

  /** Where there is no champion, the version itself stands in for it, so that all is checked. */
  private static ExampleContest contest(
      ModelsPromoteConfig config, JobContext context, Registry registry, int champion)
      throws IOException {
    int from = champion == 0 ? config.version() : champion;
    return ExampleContest.of(config.on(), context, registry, from, config.version());
  }

  @Override
  public ModelsDecisionResult run(ModelsPromoteConfig config, JobContext context)
      throws IOException {
    Registry registry = open(config.registry(), context);
    int champion = registry.state().champion();
    if (config.ifBetter() && champion != config.version()) {
      return ifBetter(config, context, registry, champion);
    }
    Grounds grounds = Grounds.user(config.reason());
    Change change =
        config.expect() == null
            ? registry.promote(config.version(), grounds)
            : registry.promote(config.version(), config.expect(), grounds);
    return ModelsDecisionResult.of(registry, change);
  }

  private static ModelsDecisionResult ifBetter(
      ModelsPromoteConfig config, JobContext context, Registry registry, int champion)
      throws IOException {
    ExampleContest contest = contest(config, context, registry, champion);
    List<String> reasons = new ArrayList<>();
    if (config.reason() != null) {
      reasons.add(config.reason());
    }
    if (config.expect() != null && config.expect() != champion) {
      // Refused with what to do, before anything predicts.
      return ModelsDecisionResult.of(
          registry, registry.promote(config.version(), config.expect(), grounds(reasons, null)));
    }
    if (champion == 0) {
      reasons.add("there was no champion to be better than");
      return ModelsDecisionResult.of(
          registry, registry.promote(config.version(), 0, grounds(reasons, null)));
    }
    ExampleContest.Result found = contest.run(context);
    if (!found.isTested()) {
      // It has not lost: more examples may tell.
      RegistryState state = registry.state();
      return ModelsDecisionResult.of(registry, new Change(state, state)).by(found);
    }
    reasons.add(found.figures());
    reasons.addAll(found.reasons());
    Grounds grounds = grounds(reasons, found);
    Change change =
        found.isBetter()
            ? registry.promote(config.version(), champion, grounds)
            : registry.fail(config.version(), champion, grounds);
    return ModelsDecisionResult.of(registry, change).by(found);
  }

  private static Grounds grounds(List<String> reasons, ExampleContest.Result found) {
    return new Grounds(
        Decider.USER, null, reasons, found == null ? null : Json.tree(Map.of("examples", found)));
  }

  @Override
  public String summary(ModelsPromoteConfig config, ModelsDecisionResult result) {
    return result.told();
  }
}
