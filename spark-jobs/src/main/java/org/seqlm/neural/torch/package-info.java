/**
 * The libtorch engine: networks of our spec as libtorch's operators through the bytedeco presets,
 * on a CPU or a CUDA device, in float32, TF32 or bfloat16, and a learner that trains them by
 * truncated back-propagation through time.
 */
package org.seqlm.neural.torch;
