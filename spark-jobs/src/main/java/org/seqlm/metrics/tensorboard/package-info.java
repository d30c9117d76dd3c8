/**
 * What TensorBoard shows of a training: lines of metrics in, the records of its event files out, in
 * the order of the lines. Who calls it decides where they are kept.
 */
package org.seqlm.metrics.tensorboard;
