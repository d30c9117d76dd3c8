package org.seqlm.report;

/**
 * What one model makes of one split.
 *
 * @param name as the user named it
 * @param kind for instance {@code lstm 1x128} or {@code 3-gram add-k 0.01}
 * @param vocabulary fingerprint; perplexities compare within one vocabulary and one token count
 *     only
 * @param tokens scored
 * @param unknown scored tokens outside the model's vocabulary
 * @param zeroProbability tokens that the model excludes; with any, the sums below are infinite and
 *     written as null
 * @param nats total cross-entropy
 * @param natsPerToken mean
 * @param bitsPerToken mean, in bits
 * @param perplexity exponential of the mean
 * @param bitsPerCharacter total bits by the split's characters, where an unknown token also pays
 *     for its spelling
 */
public record ModelScore(
    String name,
    String kind,
    String vocabulary,
    long tokens,
    long unknown,
    long zeroProbability,
    Double nats,
    Double natsPerToken,
    Double bitsPerToken,
    Double perplexity,
    Double bitsPerCharacter) {}
