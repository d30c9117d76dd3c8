/**
 * What a network is, without an engine: what it reads, computes and predicts, where each of its
 * parameters lies in one flat array, and its first values. {@link
 * org.seqlm.neural.network.LanguageNetwork} predicts the next token of a text; the others are
 * trained on examples.
 */
package org.seqlm.neural.network;
