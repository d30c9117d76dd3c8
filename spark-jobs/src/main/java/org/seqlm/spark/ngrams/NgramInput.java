package org.seqlm.spark.ngrams;

import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.Slices;

/** What is counted: the windows of a text, or of counts that were made before. */
public interface NgramInput {
  /** Tokens of the text, or of that which was counted. */
  long tokens();

  /**
   * Some keys of its windows, the same however it is dealt out.
   *
   * @param wanted keys, more or less
   */
  List<long[]> sample(Passages passages, KeyLayout layout, long wanted);

  /**
   * Its windows.
   *
   * @param partitions tasks that give them; 0 leaves it to the cluster
   * @param done is told how many tokens were read, or what stands for them
   * @return parts by slice, each sorted; one partition a slice
   */
  JavaPairRDD<Integer, byte[]> windows(
      Passages passages, KeyLayout layout, Slices slices, int partitions, LongAccumulator done);

  /** Puts n-grams in order: a number each, all different. */
  long[] firsts(Passages passages, List<int[]> ngrams);
}
