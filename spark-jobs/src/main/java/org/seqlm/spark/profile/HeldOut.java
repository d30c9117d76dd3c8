package org.seqlm.spark.profile;

import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;

/**
 * Other text, of which it is told how much the words of the profiled text make up; nothing else of
 * the profile knows of it.
 *
 * @param plan of its files
 * @param source of its files
 */
public record HeldOut(CorpusPlan plan, CorpusSource source) {}
