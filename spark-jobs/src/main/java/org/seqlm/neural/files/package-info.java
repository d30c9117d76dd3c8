/**
 * What a training leaves: the run's folder, as its writer has it ({@link
 * org.seqlm.neural.files.RunFolder}) and as readers do ({@link org.seqlm.neural.files.RunView}),
 * its checkpoints and metrics, the model as safetensors, and what a configuration may change when a
 * run goes on.
 */
package org.seqlm.neural.files;
