/**
 * What counts of words and phrases say: counts go in, and figures come out. How strongly the words
 * of an n-gram, or two words near each other, belong together ({@link
 * org.seqlm.terms.AssociationMeasure} under a {@link org.seqlm.terms.NullModel}), how much more
 * frequent a word is in one corpus than in another ({@link org.seqlm.terms.Keyness}, with intervals
 * by {@link org.seqlm.terms.DocumentBootstrap} and {@link org.seqlm.terms.MultipleTests}), and how
 * evenly it is spread over parts ({@link org.seqlm.terms.Dispersion}). {@link
 * org.seqlm.terms.SpanCounts} counts pairs of words within a span of one part of a text. Nothing
 * here depends on the order in which counts were made.
 */
package org.seqlm.terms;
