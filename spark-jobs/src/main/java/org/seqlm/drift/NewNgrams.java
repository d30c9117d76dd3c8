package org.seqlm.drift;

/**
 * The new text's n-grams of one order that the old text does not have.
 *
 * @param order N
 * @param tokens of the new text, each of which ends an n-gram; near the start of its passage a
 *     shorter one
 * @param unseen of them whose n-gram was not counted in the old text
 * @param share {@code unseen / tokens}
 * @param oldShare the same of the old split that the new text is compared with; null if it is
 *     empty, or its tokens are others
 */
public record NewNgrams(int order, long tokens, long unseen, double share, Double oldShare) {}
