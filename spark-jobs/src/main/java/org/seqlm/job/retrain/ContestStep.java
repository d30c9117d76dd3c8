package org.seqlm.job.retrain;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.dataset.Dataset;
import org.seqlm.gate.Contest;
import org.seqlm.gate.DocumentSet;
import org.seqlm.gate.Evidence;
import org.seqlm.gate.Gate;
import org.seqlm.gate.GateResult;
import org.seqlm.gate.SaltedOrder;
import org.seqlm.gate.ScoredDocument;
import org.seqlm.gate.Spent;
import org.seqlm.registry.Decider;
import org.seqlm.registry.Decision;
import org.seqlm.registry.RegistryState;

/** Champion against challenger on held-out documents; the gate decides. */
final class ContestStep {
  private ContestStep() {}

  /**
   * What both make of the documents, the fresh ones in the order in which the gate looks.
   *
   * @param challenger a model's folder
   */
  static List<ScoredDocument> score(
      NightFolder night, NightStart start, FreshText fresh, String challenger) throws IOException {
    RetrainConfig config = night.config();
    Contestants contestants =
        new Contestants(night.context(), List.of(night.model(start.champion()), challenger));
    List<String> by = config.gate().slices().by();
    List<ScoredDocument> documents = new ArrayList<>();
    if (fresh.dataset() != null) {
      documents.addAll(
          SaltedOrder.of(contestants.score(fresh.dataset(), DocumentSet.FRESH, by), night.night()));
    }
    if (config.frozen() != null) {
      documents.addAll(
          contestants.score(
              Dataset.open(night.hadoop(), config.frozen()), DocumentSet.FROZEN, List.of()));
    }
    return documents;
  }

  /**
   * What follows.
   *
   * @param challenger the night that made it
   * @param evidence that it comes with; null for a new one
   */
  static GateResult decide(
      NightFolder night,
      NightStart start,
      String challenger,
      List<ScoredDocument> documents,
      Evidence evidence) {
    Contest contest =
        new Contest(
            Integer.toString(start.champion()),
            challenger,
            night.date().getYear(),
            night.date().getDayOfYear(),
            spent(start.state(), night.date()),
            evidence);
    return new Gate(night.config().gate()).decide(contest, documents);
  }

  /** By the nights of this year before. */
  private static Spent spent(RegistryState state, LocalDate night) {
    Spent spent = Spent.NOTHING;
    for (Decision one : state.history()) {
      JsonNode numbers = one.numbers();
      if (one.by() == Decider.NIGHT
          && numbers.path("year").asInt() == night.getYear()
          && numbers.path("spent").isObject()) {
        spent =
            new Spent(
                numbers.path("spent").path("shares").asDouble(),
                numbers.path("spent").path("challengers").asInt());
      }
    }
    return spent;
  }
}
