package org.seqlm.drift;

/**
 * What the champion makes of the new text.
 *
 * @param perplexity a token; null if it excludes any
 * @param bitsPerCharacter unknown words pay for their spelling; null if it excludes any token
 * @param oldPerplexity the same of the old split that the new text is compared with; null if it is
 *     empty, or its tokens are others
 * @param oldBitsPerCharacter the same of that split
 */
public record ChampionScore(
    Double perplexity, Double bitsPerCharacter, Double oldPerplexity, Double oldBitsPerCharacter) {}
