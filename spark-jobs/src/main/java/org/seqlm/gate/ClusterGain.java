package org.seqlm.gate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A cluster of documents, which is one observation.
 *
 * @param gain Σ w·gain over its documents
 * @param weight Σ w over its documents, greater than 0
 * @param documents of it
 */
public record ClusterGain(double gain, double weight, int documents) {

  /**
   * The clusters of documents, each at the place of its first document.
   *
   * @param documents in a fixed order
   * @param estimand decides the weights
   */
  public static List<ClusterGain> of(List<ScoredDocument> documents, Estimand estimand) {
    Map<String, List<ScoredDocument>> units = new LinkedHashMap<>();
    for (ScoredDocument document : documents) {
      units.computeIfAbsent(document.unit(), name -> new ArrayList<>()).add(document);
    }
    return units.values().stream().map(unit -> sum(unit, estimand)).toList();
  }

  /** Σ gain / Σ weight: the mean in bits a character; NaN for none. */
  public static double mean(List<ClusterGain> clusters) {
    double gain = 0;
    double weight = 0;
    for (ClusterGain cluster : clusters) {
      gain += cluster.gain();
      weight += cluster.weight();
    }
    return gain / weight;
  }

  /** The same with champion and challenger exchanged. */
  ClusterGain mirrored() {
    return new ClusterGain(-gain, weight, documents);
  }

  private static ClusterGain sum(List<ScoredDocument> unit, Estimand estimand) {
    double gain = 0;
    double weight = 0;
    for (ScoredDocument document : unit) {
      double w = estimand.weight(document.characters(), document.tokens(), unit.size());
      gain += w * document.gain();
      weight += w;
    }
    return new ClusterGain(gain, weight, unit.size());
  }
}
