/**
 * What a user says of a corpus, and which files it has: paths go in ({@link
 * org.seqlm.corpus.plan.CorpusSource}), files in the order of their paths come out, cut into ranges
 * that a task each reads ({@link org.seqlm.corpus.plan.CorpusPlan}), with the hosts that hold most
 * of each.
 */
package org.seqlm.corpus.plan;
