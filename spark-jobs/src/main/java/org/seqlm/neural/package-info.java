/**
 * What a recurrent network is, without an engine: its cells and their equations ({@link
 * org.seqlm.neural.CellKind}), inputs and outputs, where each parameter lies in one flat array, its
 * first values, what drops or perturbs while it trains, and random numbers that are a function of a
 * key.
 */
package org.seqlm.neural;
