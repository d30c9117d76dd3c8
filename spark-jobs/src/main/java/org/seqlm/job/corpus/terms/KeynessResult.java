package org.seqlm.job.corpus.terms;

import java.util.List;
import org.seqlm.terms.KeyTerm;

/**
 * Result of {@code corpus keyness}.
 *
 * @param output the artifact
 * @param fingerprint of its manifest
 * @param targetTokens of the target
 * @param referenceTokens of the reference
 * @param targetDocuments of the target; 0 of counts
 * @param referenceDocuments of the reference; 0 of counts
 * @param tested words, each a test
 * @param target its key words
 * @param reference those of the reference
 */
record KeynessResult(
    String output,
    String fingerprint,
    long targetTokens,
    long referenceTokens,
    long targetDocuments,
    long referenceDocuments,
    long tested,
    List<KeyTerm> target,
    List<KeyTerm> reference) {}
