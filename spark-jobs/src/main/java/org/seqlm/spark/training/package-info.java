/**
 * Training by parameter averaging, a round at a time ({@link
 * org.seqlm.spark.training.AveragingRound}): parameters go in; each logical worker trains its local
 * steps in a task; stripes of the results are shuffled by (stripe, worker) and averaged in the
 * order of the workers; the average comes out. Workers' states lie in files, one a worker and
 * round.
 */
package org.seqlm.spark.training;
