package org.seqlm.job.retrain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;
import org.seqlm.corpus.night.NightPlan;
import org.seqlm.gate.GateConfig;
import org.seqlm.gate.GateResult;
import org.seqlm.gate.SliceGuard;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.report.ReportCommand;
import org.seqlm.job.report.ReportConfig;
import org.seqlm.job.retrain.RetrainResult.NightText;
import org.seqlm.metrics.Night;
import org.seqlm.registry.Decider;
import org.seqlm.registry.Decision;
import org.seqlm.registry.Outcome;
import org.seqlm.registry.RegistryState;
import org.seqlm.registry.Words;

/** Tells the night: an artifact for programs, and a page. */
final class ReportStep {
  /** Contests that a report shows. */
  private static final int MOST_PAST = 60;

  private ReportStep() {}

  /**
   * Tells it.
   *
   * @param challenger a version that came again; 0 for the one that the night trained
   */
  static void run(
      NightFolder night,
      RegistryState state,
      NightPlan plan,
      NightText text,
      GateResult gate,
      int challenger,
      NightFindings findings)
      throws Exception {
    keep(night, story(night, state, plan, text, gate, challenger, findings), challenger == 0);
    FlagValues keys =
        night
            .keys(null)
            .put("input", night.path())
            .put("output", night.report())
            .put("title", "The night of " + night.night());
    new ReportCommand()
        .run(
            ConfigLoader.load("report", ReportConfig.class, keys.tree()),
            night.inner("report", Overwrite.REPLACE));
  }

  private static Night story(
      NightFolder night,
      RegistryState state,
      NightPlan plan,
      NightText text,
      GateResult gate,
      int challenger,
      NightFindings findings) {
    boolean promoted = DecideStep.promotes(gate);
    List<Night.Past> past = new ArrayList<>();
    for (Decision one : state.history()) {
      if (one.by() == Decider.NIGHT && one.numbers().path("gain").isNumber()) {
        past.add(
            new Night.Past(
                one.night(),
                one.numbers().path("gain").asDouble(),
                one.what() == Outcome.PROMOTED));
      }
    }
    if (gate != null && gate.gain() != null) {
      past.add(new Night.Past(night.night(), gate.gain(), promoted));
    }
    return new Night(
        night.night(),
        promoted ? "promoted" : "kept",
        DecideStep.reasons(night, state, gate),
        state.champion(),
        challenger,
        RetrainJob.begins(state, night.night()) ? Boolean.TRUE : null,
        plan.take().stream()
            .map(one -> new Night.Taken(one.name(), one.files(), one.bytes()))
            .toList(),
        plan.told(),
        new Night.Text(
            text.documents(),
            text.tokens(),
            text.vocabulary(),
            text.appended(),
            text.unknownRate()),
        gate == null ? null : contest(gate, night.config().gate()),
        findings.drift(),
        findings.ngrams(),
        findings.samples(),
        past.subList(Math.max(0, past.size() - MOST_PAST), past.size()),
        new LinkedHashMap<>(night.seconds()));
  }

  private static Night.Contest contest(GateResult gate, GateConfig config) {
    List<Night.Slice> slices = new ArrayList<>();
    for (SliceGuard.Slice one : gate.slices()) {
      slices.add(
          new Night.Slice(
              one.name(),
              one.value(),
              one.documents(),
              one.gain(),
              one.interval().lower(),
              one.interval().upper(),
              one.adjusted() != null ? one.adjusted() : one.p(),
              Words.of(one.finding())));
    }
    GateResult.Test test = gate.test();
    return new Night.Contest(
        gate.documents(),
        Json.name(config.estimand()),
        gate.gain(),
        gate.interval() == null ? null : gate.interval().lower(),
        gate.interval() == null ? null : gate.interval().upper(),
        config.level(),
        gate.margin(),
        test == null ? null : test.highest(),
        test == null ? null : test.needed(),
        gate.frozen().documents(),
        gate.frozen().gain(),
        slices);
  }

  private static void keep(NightFolder night, Night story, boolean trained) throws IOException {
    try (ArtifactWriter out =
        ArtifactWriter.create(night.hadoop(), night.story(), Overwrite.REPLACE)) {
      out.write("night.json", Json.pretty(story));
      Map<String, String> inputs = new TreeMap<>();
      for (String part : trained ? List.of("dataset", "run") : List.of("dataset")) {
        inputs.put(
            part,
            ArtifactReader.open(night.hadoop(), night.path() + "/" + part)
                .manifest()
                .fingerprint());
      }
      out.publish(
          Manifest.of(
              ArtifactKind.NIGHT,
              inputs,
              night.config(),
              night.config().seed(),
              Map.of("night", story.night(), "decision", story.decision())));
    }
  }
}
