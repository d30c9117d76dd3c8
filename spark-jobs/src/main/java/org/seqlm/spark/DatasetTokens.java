package org.seqlm.spark;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.TokenBlock;

/** The tokens of a dataset's split as a distributed stream. */
public final class DatasetTokens {
  private DatasetTokens() {}

  /**
   * The split, in blocks of up to 2^20 tokens in the stream's order.
   *
   * @param reach tokens wanted before each block
   */
  public static JavaRDD<TokenBlock> blocks(
      JavaSparkContext spark, Dataset dataset, Split split, int reach) {
    throw new UnsupportedOperationException("being written");
  }
}
