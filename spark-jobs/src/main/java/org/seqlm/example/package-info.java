/**
 * The built-in example: a probabilistic grammar of short English sentences whose entropy is known
 * exactly, the text drawn from it and texts that differ from it in one way each, and pairs of
 * sentences that test long memory. Pure Java.
 */
package org.seqlm.example;
