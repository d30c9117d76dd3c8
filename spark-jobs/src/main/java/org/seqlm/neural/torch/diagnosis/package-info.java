/**
 * What a window of text shows of a trained network's inside, on the CPU: how gradients fade or grow
 * with the steps back in time, the recurrent matrices' spectra, the terms by which an LSTM keeps
 * its memory, and gates that do nothing. Parameters and a window go in, {@code metrics} come out.
 */
package org.seqlm.neural.torch.diagnosis;
