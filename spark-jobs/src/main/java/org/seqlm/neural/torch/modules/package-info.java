/**
 * Networks that are trained on examples, as functions of tensors that libtorch differentiates: a
 * padded batch goes in, its loss or predictions come out. What stands in a batch beyond the end of
 * a sequence changes neither, nor any gradient. Parameters are one flat tensor, and its gradient
 * another.
 */
package org.seqlm.neural.torch.modules;
