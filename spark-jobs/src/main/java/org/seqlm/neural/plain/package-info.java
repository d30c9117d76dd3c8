/**
 * A trained network in plain Java, one token after another, in float32 and in one order: what
 * scores and draws text without an engine. Token ids go in, log-probabilities of every token come
 * out.
 */
package org.seqlm.neural.plain;
