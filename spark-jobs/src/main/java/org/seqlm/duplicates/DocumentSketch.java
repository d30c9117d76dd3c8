package org.seqlm.duplicates;

/**
 * What is compared of a document.
 *
 * @param high upper half of the hash of its text: its lines, byte by byte, but for the line feed
 *     that the last one may lack
 * @param low the other half
 * @param keys of its signature's bands; none without a word, or where nobody compares likeness
 * @param shingles rising; none as above
 */
public record DocumentSketch(long high, long low, long[] keys, long[] shingles) {}
