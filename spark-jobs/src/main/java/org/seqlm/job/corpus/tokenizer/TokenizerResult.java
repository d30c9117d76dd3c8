package org.seqlm.job.corpus.tokenizer;

import java.util.List;
import java.util.Map;

/**
 * Result of {@code corpus tokenizer}.
 *
 * @param output FILE.json, or the folder of the analysis
 * @param tokenizer the tokenizer.json
 * @param sha256 of the file
 * @param corpusFingerprints of the texts with their files' names, in the order in which they were
 *     added
 * @param lines of the text
 * @param badRecords what was left out, by kind
 * @param bytes of the text as normalised
 * @param stretches of it
 * @param different of them
 * @param learnedFrom different stretches that merges were learned from
 * @param covered of all stretches, the share that those are
 * @param cut how often a stretch was cut because it was too long
 * @param vocabulary tokens
 * @param special of them
 * @param merges learned
 * @param tokens of the text, of the stretches that were learned from
 * @param bytesPerToken of these
 * @param tokensPerWord of these that are letters or numbers
 * @param unused tokens that never stand alone in the text
 * @param seconds of wall time
 */
public record TokenizerResult(
    String output,
    String tokenizer,
    String sha256,
    List<String> corpusFingerprints,
    long lines,
    Map<String, Long> badRecords,
    long bytes,
    long stretches,
    long different,
    long learnedFrom,
    double covered,
    long cut,
    int vocabulary,
    int special,
    int merges,
    long tokens,
    double bytesPerToken,
    double tokensPerWord,
    long unused,
    double seconds) {
  TokenizerResult at(String file) {
    return new TokenizerResult(
        output,
        file,
        sha256,
        corpusFingerprints,
        lines,
        badRecords,
        bytes,
        stretches,
        different,
        learnedFrom,
        covered,
        cut,
        vocabulary,
        special,
        merges,
        tokens,
        bytesPerToken,
        tokensPerWord,
        unused,
        seconds);
  }
}
