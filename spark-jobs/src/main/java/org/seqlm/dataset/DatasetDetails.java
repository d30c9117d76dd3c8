package org.seqlm.dataset;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.seqlm.text.TextRules;

/**
 * What a dataset's manifest adds.
 *
 * @param rules how the text was normalised and cut
 * @param vocabularySize ids, reserved ones included
 * @param vocabularyFingerprint of the tokens in id order
 * @param corpusFingerprint sum modulo 2^128 of the hashes of (path, offset, record)
 * @param splits statistics by split; a split without tokens has zeros
 * @param badRecords left out, by kind; empty if none
 * @param extended the vocabulary that this one extends; null if it is the text's alone
 * @param labels what is kept of the documents of the test split, see {@link DocumentLabels}; null
 *     for nothing
 */
public record DatasetDetails(
    TextRules rules,
    int vocabularySize,
    String vocabularyFingerprint,
    String corpusFingerprint,
    Map<Split, SplitStatistics> splits,
    Map<String, Long> badRecords,
    @JsonInclude(JsonInclude.Include.NON_NULL) VocabularyExtension extended,
    @JsonInclude(JsonInclude.Include.NON_NULL) List<String> labels) {}
