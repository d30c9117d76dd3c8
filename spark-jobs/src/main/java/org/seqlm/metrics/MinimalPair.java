package org.seqlm.metrics;

import org.seqlm.Problems;

/**
 * Two continuations of one text, of which one is right (targeted evaluation after Linzen, Dupoux
 * and Goldberg 2016). A file of pairs holds one a line, as JSON.
 *
 * @param group the pairs are counted by, for instance the words between subject and verb
 * @param prefix raw text, as the corpus would have it; a text begins with it
 * @param right the right continuation
 * @param wrong the wrong one
 */
public record MinimalPair(String group, String prefix, String right, String wrong) {
  public MinimalPair {
    new Problems()
        .require(group != null, "group is missing")
        .require(prefix != null, "prefix is missing")
        .require(right != null, "right is missing")
        .require(wrong != null, "wrong is missing")
        .throwIfAny();
  }
}
