/**
 * What a training leaves: the run's folder, its checkpoints ({@link
 * org.seqlm.neural.files.Checkpoints}) and metrics, the model as safetensors, and what a
 * configuration may change when a run goes on.
 */
package org.seqlm.neural.files;
