package org.seqlm.gate;

import java.util.Map;
import java.util.TreeMap;
import org.seqlm.UserException;

/**
 * What champion and challenger make of a document.
 *
 * @param id names it among the documents of its set
 * @param cluster of near-duplicates, or of one source, that it belongs to; null where it stands
 *     alone. Clusters are independent of each other, documents of one need not be
 * @param set that it belongs to
 * @param championBits −log2 of the champion's probability of the whole document, finite
 * @param challengerBits likewise the challenger's
 * @param characters of the document, at least 1; both models are told by it, as their tokens differ
 * @param tokens by the champion's tokens, at least 1
 * @param slices that it belongs to, a value for each name, for instance language → en
 */
public record ScoredDocument(
    String id,
    String cluster,
    DocumentSet set,
    double championBits,
    double challengerBits,
    long characters,
    long tokens,
    Map<String, String> slices) {

  /**
   * Checks the figures.
   *
   * @throws UserException with exit code 3 where the document cannot be compared
   */
  public ScoredDocument {
    slices = new TreeMap<>(slices);
    finite(id, "champion", championBits);
    finite(id, "challenger", challengerBits);
    if (characters < 1 || tokens < 1) {
      throw UserException.data(
          "document "
              + id
              + " must have at least 1 character and 1 token to be compared, but has "
              + characters
              + " and "
              + tokens
              + ": leave empty documents out of the held-out set");
    }
  }

  private static void finite(String id, String model, double bits) {
    if (!Double.isFinite(bits)) {
      throw UserException.data(
          "document "
              + id
              + " must have a finite score to be compared, but the "
              + model
              + " gives it "
              + bits
              + " bits: use a model that gives every text some probability");
    }
  }

  /** Bits a character that the challenger saves; negative where the champion is better. */
  public double gain() {
    return (championBits - challengerBits) / characters;
  }

  /** Its cluster, of its own where it stands alone. */
  String unit() {
    // No cluster's name can be equal to that of a document alone.
    return cluster == null ? "d" + id : "c" + cluster;
  }
}
