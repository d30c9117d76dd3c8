package org.seqlm.dataset;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which vocabulary a dataset's extends: its first ids are that one's, so a model of that one can
 * begin the training of one of this.
 *
 * @param fingerprint of that vocabulary's tokens in id order
 * @param size its ids, reserved ones included
 * @param known how many of its tokens, reserved ones not among them, stand in the text that new
 *     ones were looked for in
 * @param appended new ids behind its own
 * @param appendedTokens of each split, tokens with a new id: that vocabulary does not know them
 */
public record VocabularyExtension(
    String fingerprint, int size, int known, int appended, Map<Split, Long> appendedTokens) {

  public VocabularyExtension {
    appendedTokens = Collections.unmodifiableMap(new TreeMap<>(appendedTokens));
  }

  /** The share of a split's tokens that are outside the vocabulary that is extended, 0 to 1. */
  public double unknownRate(Split split, SplitStatistics statistics) {
    return statistics.tokens() == 0
        ? 0
        : (double) (statistics.unknown() + appendedTokens.getOrDefault(split, 0L))
            / statistics.tokens();
  }
}
