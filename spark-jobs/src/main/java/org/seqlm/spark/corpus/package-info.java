/**
 * A corpus read once, a task a range: a {@link org.seqlm.corpus.plan.CorpusPlan} goes in, and
 * blocks of ids that hold within a range come out, kept by the executors in the order of the
 * ranges, for second passes over them.
 */
package org.seqlm.spark.corpus;
