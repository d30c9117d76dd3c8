package org.seqlm.job.retrain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.corpus.night.NightPlan;
import org.seqlm.corpus.night.PartitionContent;
import org.seqlm.corpus.night.SeenPartition;
import org.seqlm.gate.GateResult;
import org.seqlm.gate.Reason;
import org.seqlm.job.trend.RegistryTrend;
import org.seqlm.metrics.Night;
import org.seqlm.registry.Grounds;
import org.seqlm.registry.ModelVersion;
import org.seqlm.registry.Registry;
import org.seqlm.registry.RegistryState;
import org.seqlm.registry.Role;
import org.seqlm.registry.RunDraft;
import org.seqlm.registry.VersionDraft;
import org.seqlm.store.Paths;

/** The challenger becomes a version, and the champion or not: the commit that ends the night. */
final class DecideStep {
  private DecideStep() {}

  /**
   * Whether the challenger takes the champion's place.
   *
   * @param gate null where there was no champion
   */
  static boolean promotes(GateResult gate) {
    return gate == null || gate.decision() == GateResult.Decision.PROMOTED;
  }

  /** A line each, what decided first; then what became of one that came again. */
  static List<String> reasons(NightFolder night, RegistryState state, GateResult gate) {
    if (gate == null) {
      return List.of("the first model");
    }
    List<String> reasons = new ArrayList<>(gate.reasons().stream().map(Reason::text).toList());
    if (gate.evidence() != null && CarriedStep.givesWay(state, gate.evidence())) {
      reasons.add(
          "it does not come again: version "
              + state.kept().orElseThrow().number()
              + " does, which has more of the evidence that it needs");
    }
    reasons.addAll(CarriedStep.told(state, night.night()));
    return reasons;
  }

  /** The version that the challenger became. */
  static int run(
      NightFolder night,
      NightStart start,
      NightPlan plan,
      Map<String, PartitionContent> contents,
      GateResult gate,
      FreshText fresh,
      NightFindings findings)
      throws IOException {
    Registry registry = start.registry();
    List<SeenPartition> taken =
        plan.take().stream().map(one -> one.seen(contents.get(one.name()))).toList();
    VersionDraft draft =
        RunDraft.of(night.hadoop(), night.run())
            .draft()
            .byNight(night.night())
            .from(start.champion())
            .document(Role.NIGHT, start.before().then(night.night(), night.dataset(), taken).json())
            .document(Role.REPORT, bytes(night));
    boolean comesAgain =
        !promotes(gate)
            && gate.evidence() != null
            && !CarriedStep.givesWay(start.state(), gate.evidence());
    if ((promotes(gate) || comesAgain) && findings.ngrams() != null) {
      draft = draft.copy(Role.COUNTS, ArtifactReader.open(night.hadoop(), night.counts()));
    }
    if (findings.samples() != null && !findings.samples().pairs().isEmpty()) {
      draft =
          draft.document(
              Role.SAMPLES,
              String.join(
                  "\n\n",
                  findings.samples().pairs().stream().map(Night.Pair::challenger).toList()));
    }
    Grounds grounds =
        Grounds.night(
            night.night(), reasons(night, start.state(), gate), numbers(night, gate, fresh));
    ModelVersion version =
        registry.add(draft, Grounds.night(night.night(), List.of(), null)).version();
    if (promotes(gate)) {
      registry.promote(version.number(), start.champion(), grounds);
    } else if (comesAgain) {
      registry.keep(version.number(), grounds);
    } else {
      registry.fail(version.number(), grounds);
    }
    return version.number();
  }

  /**
   * One that came again becomes the champion: the commit that ends the night, without another
   * version.
   */
  static void promoteAgain(
      NightFolder night, NightStart start, int version, GateResult gate, FreshText fresh)
      throws IOException {
    start
        .registry()
        .promote(
            version,
            start.champion(),
            Grounds.night(
                night.night(), reasons(night, start.state(), gate), numbers(night, gate, fresh)));
  }

  private static JsonNode numbers(NightFolder night, GateResult gate, FreshText fresh)
      throws IOException {
    ObjectNode numbers = Json.mapper().createObjectNode();
    numbers.put("year", night.date().getYear());
    numbers.set(RegistryTrend.FIGURES, NightPages.figures(night.hadoop(), night.path()));
    if (gate != null) {
      numbers.setAll(figures(gate));
      numbers.set("spent", Json.tree(gate.spent()));
      CarriedStep.spoken(numbers, gate, fresh);
    }
    return numbers;
  }

  /** By what the gate decided. */
  static ObjectNode figures(GateResult gate) {
    ObjectNode numbers = Json.mapper().createObjectNode();
    numbers.put("documents", gate.documents());
    numbers.put("gain", gate.gain());
    numbers.put("margin", gate.margin());
    numbers.set("bits", Json.tree(gate.bits()));
    numbers.set("interval", Json.tree(gate.interval()));
    numbers.set("test", Json.tree(gate.test()));
    return numbers;
  }

  private static byte[] bytes(NightFolder night) throws IOException {
    Path path = Paths.of(night.report());
    try (InputStream in = Paths.plain(path, night.hadoop()).open(path)) {
      return in.readAllBytes();
    }
  }
}
