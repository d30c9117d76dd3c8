/**
 * The layers of a network as libtorch's operators. A window's inputs (time, batch, width) go in;
 * states or losses come out, and gradients on the way back. Which of several ways computes a layer
 * is chosen by its cell, its shape and the device.
 */
package org.seqlm.neural.torch.layers;
