package org.seqlm.drift;

import java.util.List;

/**
 * How far a new text is from an old one.
 *
 * @param records of the new text, bad ones among them
 * @param documents that begin in it
 * @param tokens of it, line ends among them
 * @param unknown of them that the old vocabulary does not know
 * @param unknownRate {@code unknown / tokens}
 * @param oldUnknownRate the same of the old text that it is compared with
 * @param divergence of the words of sampled documents, line ends left out, unknown words as one;
 *     null if a side has no document with a word
 * @param newWords the unknown words that stand in most of the sampled new documents
 * @param newNgrams by order; empty without counts of the old text
 * @param champion null without a model
 */
public record DriftReport(
    long records,
    long documents,
    long tokens,
    long unknown,
    double unknownRate,
    double oldUnknownRate,
    UnigramDivergence divergence,
    List<NewWord> newWords,
    List<NewNgrams> newNgrams,
    ChampionScore champion) {
  public DriftReport {
    newWords = List.copyOf(newWords);
    newNgrams = List.copyOf(newNgrams);
  }
}
