package org.seqlm.ngram.files;

import java.util.BitSet;
import java.util.function.IntPredicate;
import org.seqlm.ngram.count.Passages;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/**
 * The words of a back-off model: the counts' without those that pruning left out.
 *
 * @param ids in the model, by the counts' ids, which they rise with; -1 for what is left out
 */
record KeptWords(Vocabulary vocabulary, int[] ids) {
  /**
   * Finds them.
   *
   * @param lacks whether the model has no probability for an id of the counts; their own tokens
   *     stay all the same
   */
  static KeptWords of(Vocabulary counted, Passages passages, IntPredicate lacks) {
    BitSet pruned = new BitSet();
    int[] ids = new int[counted.size()];
    for (int id = 0, next = 0; id < ids.length; id++) {
      boolean absent = lacks.test(id) && !passages.reserved(id);
      pruned.set(id, absent);
      ids[id] = absent ? -1 : next++;
    }
    return new KeptWords(pruned.isEmpty() ? counted : Vocabularies.without(counted, pruned), ids);
  }
}
