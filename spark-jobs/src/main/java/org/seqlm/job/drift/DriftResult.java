package org.seqlm.job.drift;

import java.util.List;
import org.seqlm.corpus.night.PartitionContent;
import org.seqlm.drift.DriftReport;
import org.seqlm.drift.UnigramDivergence;

/**
 * Result of {@code drift}.
 *
 * @param from the dataset
 * @param fingerprint of its manifest
 * @param input paths of the new text
 * @param corpusFingerprint of the new text with its files' names, as of a dataset made of it
 * @param content of the new text: copies of it have the same, whatever their files
 * @param report of all that was compared
 * @param words of {@code report.divergence.top}, with their spelling, in the same order
 */
public record DriftResult(
    String from,
    String fingerprint,
    List<String> input,
    String corpusFingerprint,
    PartitionContent content,
    DriftReport report,
    List<Word> words) {

  /**
   * A word of the divergence.
   *
   * @param word as the vocabulary spells it; {@code <unk>} for all that it does not know
   * @param shift its shares and its part
   */
  public record Word(String word, UnigramDivergence.WordShift shift) {}
}
