/**
 * What networks are made of, without an engine: recurrent cells and their equations ({@link
 * org.seqlm.neural.CellKind}), kinds of inputs and outputs, what drops or perturbs while a network
 * trains, and random numbers that are a function of a key. {@link org.seqlm.neural.Operations}
 * counts what their parts compute.
 */
package org.seqlm.neural;
