package org.seqlm.report;

/**
 * Two continuations of one text, of which one is right (targeted evaluation after Linzen, Dupoux
 * and Goldberg 2016). A file of pairs holds one a line, as JSON.
 *
 * @param group the pairs are counted by, for instance the words between subject and verb
 * @param prefix raw text, as the corpus would have it; a text begins with it
 * @param right the right continuation
 * @param wrong the wrong one
 */
public record MinimalPair(String group, String prefix, String right, String wrong) {}
