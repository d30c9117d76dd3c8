package org.seqlm.spark.tokens;

import java.io.IOException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.DatasetHandle;
import org.seqlm.dataset.Split;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.count.Passages;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.vocab.TokenBlock;
import scala.reflect.ClassTag$;

/** The tokens of a dataset's split as a distributed stream. */
public final class DatasetTokens {
  private static final int MAX_TOKENS = 1 << 20;

  private DatasetTokens() {}

  /**
   * The split, in blocks of up to 2^20 tokens in the stream's order, one a partition.
   *
   * @param order of the longest n-grams: each block names as much of what stands before it as they
   *     reach
   */
  public static JavaRDD<TokenBlock> blocks(
      JavaSparkContext spark, Dataset dataset, Split split, Boundary boundary, int order)
      throws IOException {
    Passages passages = Passages.of(boundary, dataset.vocabulary());
    long n = dataset.tokens(split);
    // Blocks as large as they may be, but no fewer than there are cores to work on them.
    long cores = Math.max(1, spark.defaultParallelism());
    int block = (int) Math.max(1, Math.min(MAX_TOKENS, (n + cores - 1) / cores));
    long blocks = (n + block - 1) / block;
    DatasetHandle handle = dataset.handle();
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    if (blocks == 0) {
      return spark.<TokenBlock>emptyRDD();
    }
    return new JavaRDD<Object>(
            spark.sc().range(0, blocks, 1, (int) Math.min(blocks, Integer.MAX_VALUE)),
            ClassTag$.MODULE$.apply(Object.class))
        .map(
            index -> {
              long from = (Long) index * block;
              long to = Math.min(n, from + block);
              Dataset opened = handle.open(conf.value().value());
              int reach = Math.max(0, order - 1);
              TokenBlock read = opened.read(split, from, to, reach);
              // Tokens that are not read, as line ends in a stream, do not count.
              while (!passages.reachesBack(read, order)) {
                reach = (int) Math.min(from, 2L * reach + 16);
                read = opened.read(split, from, to, reach);
              }
              return read;
            });
  }
}
