/** {@code seqlm train}: a dataset in, a run with checkpoints, metrics and the best model out. */
package org.seqlm.job.train;
