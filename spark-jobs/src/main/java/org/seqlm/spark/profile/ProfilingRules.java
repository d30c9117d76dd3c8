package org.seqlm.spark.profile;

import java.io.Serializable;
import org.seqlm.profile.text.ReadingUnits.Spelling;
import org.seqlm.text.TextRules;

/**
 * How a corpus is profiled.
 *
 * @param tokenizer what its words are
 * @param spelling what syllables are counted by
 * @param by what groups have in common: a field of records, a folder {@code by=VALUE}, or {@code
 *     source}; null for none
 * @param mostGroups groups that are told apart
 * @param minCount of words that are told of, at least 1
 * @param minDocuments of words that are told of, at least 1
 * @param mostTop words told by count
 * @param mostTrends words told by trend
 * @param seed of the halves of the text that laws are fitted to
 */
public record ProfilingRules(
    TextRules tokenizer,
    Spelling spelling,
    String by,
    int mostGroups,
    long minCount,
    long minDocuments,
    int mostTop,
    int mostTrends,
    long seed)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The same without groups. */
  ProfilingRules withoutGroups() {
    return new ProfilingRules(
        tokenizer, spelling, null, 1, minCount, minDocuments, mostTop, mostTrends, seed);
  }
}
