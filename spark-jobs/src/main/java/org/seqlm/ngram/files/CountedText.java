package org.seqlm.ngram.files;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A text that counts are of.
 *
 * @param source as it was given, its paths for instance
 * @param fingerprint of the corpus: sum modulo 2^128 of the hashes of (path, offset, record); null
 *     where a release before this one did not write down what it added up
 * @param split of the corpus that was counted; null for all of it
 * @param tokens of the text, line ends included
 * @param times how often it is in the counts; below 0 where it was taken from a text that it is a
 *     part of
 */
public record CountedText(
    String source,
    String fingerprint,
    @JsonInclude(JsonInclude.Include.NON_NULL) String split,
    long tokens,
    long times) {

  /** A text that was counted once. */
  public static CountedText once(String source, String fingerprint, String split, long tokens) {
    return new CountedText(source, fingerprint, split, tokens, 1);
  }

  CountedText times(long number) {
    return new CountedText(source, fingerprint, split, tokens, number);
  }
}
