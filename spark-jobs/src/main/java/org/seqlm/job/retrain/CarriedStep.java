package org.seqlm.job.retrain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.gate.Evidence;
import org.seqlm.gate.GateResult;
import org.seqlm.gate.Reason;
import org.seqlm.registry.Decider;
import org.seqlm.registry.Decision;
import org.seqlm.registry.Grounds;
import org.seqlm.registry.ModelVersion;
import org.seqlm.registry.Registry;
import org.seqlm.registry.RegistryState;

/**
 * A challenger that was almost good enough comes again, before the night trains another. What it is
 * tested on is written down at once, whatever becomes of the night: so no document is evidence for
 * it twice.
 */
final class CarriedStep {
  /** The key of a decision's numbers with what the challenger comes again with. */
  private static final String EVIDENCE = "evidence";

  private CarriedStep() {}

  /**
   * Who waits.
   *
   * @param version of the registry
   * @param night that made it
   * @param tested the last night that tested it
   */
  record Waiting(int version, String night, Evidence evidence, String tested) {}

  /** The one that waits with evidence against the champion; empty for none. */
  static Optional<Waiting> waiting(RegistryState state) {
    Optional<ModelVersion> kept = state.kept();
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    int number = kept.get().number();
    return state.about(number).stream()
        .filter(one -> one.by() == Decider.NIGHT && one.numbers().path(EVIDENCE).isObject())
        .reduce((a, b) -> b)
        .map(
            one ->
                new Waiting(
                    number, kept.get().night(), evidence(one, number), FreshText.nightOf(one)))
        // Against another champion it would begin anew: then the night's own is the better one.
        .filter(one -> one.evidence().champion().equals(Integer.toString(state.champion())));
  }

  private static Evidence evidence(Decision one, int number) {
    try {
      return Json.mapper().treeToValue(one.numbers().path(EVIDENCE), Evidence.class);
    } catch (JsonProcessingException e) {
      throw UserException.data(
          "what version " + number + " was kept with was written by a later release: use that one",
          e);
    }
  }

  /**
   * Tests the one that waits on tonight's fresh documents, and writes down what follows unless it
   * is promoted.
   *
   * @return null where none waits, it was tested tonight, or there was too little to test it on
   */
  static GateResult run(NightFolder night, NightStart start, FreshText fresh, Waiting waiting)
      throws IOException {
    if (night.night().equals(waiting.tested())) {
      return null;
    }
    GateResult gate =
        ContestStep.decide(
            night,
            start,
            waiting.night(),
            ContestStep.score(night, start, fresh, night.model(waiting.version())),
            waiting.evidence());
    if (gate.test() == null || DecideStep.promotes(gate)) {
      return gate.test() == null ? null : gate;
    }
    ObjectNode numbers = Json.mapper().createObjectNode();
    numbers.put(FreshText.NIGHT, night.night());
    // Not where the night's own figures are: those are of the challenger that it trains.
    numbers.set("again", DecideStep.figures(gate));
    spoken(numbers, gate, fresh);
    Grounds grounds = Grounds.night(null, reasons(gate), numbers);
    Registry registry = start.registry();
    if (gate.evidence() != null) {
      registry.keep(waiting.version(), grounds);
    } else {
      registry.fail(waiting.version(), grounds);
    }
    return gate;
  }

  /** Puts down what was evidence, and what may come again. */
  static void spoken(ObjectNode numbers, GateResult gate, FreshText fresh) {
    if (gate.test() != null) {
      numbers.set(FreshText.SPOKEN, Json.tree(fresh.partitions()));
    }
    if (gate.evidence() != null) {
      numbers.set(EVIDENCE, Json.tree(gate.evidence()));
    }
  }

  /**
   * Whether a new challenger gives way: only one waits, and that is the one with the larger part of
   * the evidence that it needs.
   *
   * @param next what the new one would come again with
   */
  static boolean givesWay(RegistryState state, Evidence next) {
    return waiting(state).filter(one -> part(one.evidence()) >= part(next)).isPresent();
  }

  /** ln(capital) / ln(1/α). */
  private static double part(Evidence evidence) {
    return evidence.logCapital() / -Math.log(evidence.share());
  }

  /** What became of one that came again tonight and was not promoted, a line each. */
  static List<String> told(RegistryState state, String night) {
    List<String> lines = new ArrayList<>();
    for (Decision one : state.history()) {
      JsonNode numbers = one.numbers();
      if (one.by() == Decider.NIGHT
          && one.night() == null
          && numbers.path(FreshText.NIGHT).asText().equals(night)) {
        lines.add(
            "version "
                + one.version()
                + " came again, and is not promoted: "
                + String.join("; ", one.reasons()));
      }
    }
    return lines;
  }

  private static List<String> reasons(GateResult gate) {
    return gate.reasons().stream().map(Reason::text).toList();
  }
}
