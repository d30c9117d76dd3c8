package org.seqlm.job.prepare;

import java.util.Map;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitStatistics;
import org.seqlm.dataset.VocabularyExtension;

/**
 * Result of {@code prepare}.
 *
 * @param dataset its folder
 * @param fingerprint of its manifest
 * @param documents of all splits
 * @param lines of all splits
 * @param tokens of all splits
 * @param characters of all splits
 * @param types different tokens in the text that the vocabulary was made from, before any limit
 * @param vocabularySize ids, reserved ones included
 * @param vocabularyFingerprint of the tokens in id order
 * @param corpusFingerprint of the text
 * @param extended the vocabulary that this one extends, and what it makes of the text; null if this
 *     one is the text's alone
 * @param splits by split
 * @param unknownRates share of tokens outside the vocabulary, by split
 * @param records read, bad ones included
 * @param badRecords left out, by kind
 * @param notes what was read but is not as it seems, by kind: {@code reserved-spelling} counts the
 *     text's own {@code <s>}, {@code </s>}, {@code <unk>} and {@code <UNK>}, which are unknown
 *     words; {@code split-long} the records that were cut since they are too long
 */
record PrepareResult(
    String dataset,
    String fingerprint,
    long documents,
    long lines,
    long tokens,
    long characters,
    long types,
    int vocabularySize,
    String vocabularyFingerprint,
    String corpusFingerprint,
    VocabularyExtension extended,
    Map<Split, SplitStatistics> splits,
    Map<Split, Double> unknownRates,
    long records,
    Map<String, Long> badRecords,
    Map<String, Long> notes)
    implements Prepared {}
