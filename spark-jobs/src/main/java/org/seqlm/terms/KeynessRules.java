package org.seqlm.terms;

import java.io.Serializable;
import org.seqlm.Problems;

/**
 * Which words are tested, and what is found of which.
 *
 * @param minCount how often a word must stand in both corpora together
 * @param minDocuments how many of both must have it, where documents are known
 * @param tokens which may be
 * @param candidates of the highest G², for which documents are looked at
 * @param mostBlocks of a corpus: above as many documents they are drawn in groups
 * @param parts of one size, for Juilland's D
 * @param replicates of the bootstrap; 0 for none
 * @param confidence of its intervals
 */
public record KeynessRules(
    long minCount,
    long minDocuments,
    TokenFilter tokens,
    int candidates,
    int mostBlocks,
    int parts,
    int replicates,
    double confidence)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public KeynessRules {
    new Problems()
        .atLeast("min-count", minCount, 1)
        .atLeast("min-documents", minDocuments, 1)
        .present("tokens", tokens, "give words or all")
        .inRange("candidates", candidates, 1, 100_000)
        .inRange("bootstrap.blocks", mostBlocks, 10, 100_000)
        .inRange("parts", parts, 2, 1_000)
        .inRange("bootstrap.replicates", replicates, 0, 10_000)
        .require(
            confidence > 0 && confidence < 1,
            "bootstrap.confidence must be above 0 and below 1, but is " + confidence)
        .throwIfAny();
  }
}
