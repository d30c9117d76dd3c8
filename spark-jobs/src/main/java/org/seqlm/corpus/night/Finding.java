package org.seqlm.corpus.night;

/**
 * Something odd about the text that a night has found.
 *
 * @param kind what it is
 * @param policy what the night does about it
 * @param partition its name; where partitions are missing, their source
 * @param text a sentence for people
 */
public record Finding(FindingKind kind, FindingPolicy policy, String partition, String text) {}
