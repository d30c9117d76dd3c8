package org.seqlm.artifact;

import org.seqlm.ngram.Boundary;
import org.seqlm.ngram.ModelSelector;
import org.seqlm.text.TextRules;

/**
 * What the manifest of counted n-grams adds.
 *
 * @param order N, the highest that was counted
 * @param boundary how far an n-gram may reach
 * @param rules how the text was normalised and cut
 * @param vocabularySize ids, reserved ones included
 * @param vocabularyFingerprint of the tokens in id order
 * @param tokens of the counted text, line ends included
 * @param unknown of them, those outside the vocabulary
 * @param slices that the counts are cut into
 * @param model the one to use where nothing else is said
 */
public record NgramDetails(
    int order,
    Boundary boundary,
    TextRules rules,
    int vocabularySize,
    String vocabularyFingerprint,
    long tokens,
    long unknown,
    int slices,
    ModelSelector model) {}
