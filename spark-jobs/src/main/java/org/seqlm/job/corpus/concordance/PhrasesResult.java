package org.seqlm.job.corpus.concordance;

import java.util.List;
import org.seqlm.spark.concordance.PhraseTable;

/**
 * What {@code corpus phrases} tells.
 *
 * @param input the counts
 * @param orders that could be judged
 * @param closed n-grams in the table
 * @param top the first of them: n-gram, order, count, yes or no
 * @param output the folder of the analysis
 */
record PhrasesResult(
    String input,
    List<PhraseTable.Order> orders,
    long closed,
    List<List<Object>> top,
    String output) {}
