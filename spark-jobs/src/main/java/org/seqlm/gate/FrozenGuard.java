package org.seqlm.gate;

import java.util.List;
import org.seqlm.Problems;

/**
 * What the frozen set may lose. All of it is scored, so its loss is known, not estimated: no
 * interval is needed to say that on these documents the challenger is worse. It says nothing of
 * others: every night looks at the same documents, and champions were chosen by them.
 *
 * @param mostLoss bits a character that it may lose in the mean; at least 0
 * @param leastDocuments without which nothing is promoted; 0 for no frozen set
 */
public record FrozenGuard(double mostLoss, int leastDocuments) {
  private static final double MOST_BITS = 100;

  public FrozenGuard {
    new Problems()
        .inRange("gate.frozen.most-loss", mostLoss, 0, MOST_BITS)
        .inRange("gate.frozen.least-documents", leastDocuments, 0, Integer.MAX_VALUE)
        .throwIfAny();
  }

  /**
   * The frozen set's figures.
   *
   * @param documents of it
   * @param gain mean over them, bits a character; null for none
   */
  public record Frozen(int documents, Double gain) {}

  Frozen measure(List<ScoredDocument> documents, Estimand estimand) {
    return new Frozen(
        documents.size(),
        documents.isEmpty() ? null : ClusterGain.mean(ClusterGain.of(documents, estimand)));
  }
}
