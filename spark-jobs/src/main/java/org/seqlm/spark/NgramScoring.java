package org.seqlm.spark;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.ngram.NgramScorer;
import org.seqlm.ngram.NgramTrie;
import org.seqlm.ngram.Runs;
import org.seqlm.ngram.StreamEdge;
import org.seqlm.vocab.TokenBlock;

/**
 * Scores a stream under the Markov models of all orders of one set of counts. Each task gives its
 * sums and the edges of its segments; the driver scores what lies across those.
 */
public final class NgramScoring {
  private NgramScoring() {}

  /**
   * Scores a stream.
   *
   * @param blocks the stream; what stands before a block is not looked at
   * @param tokens of the whole stream
   * @param k of the add-k models
   * @param partitions tasks; 0 leaves it to the cluster
   * @return a scorer that holds the sums over the whole stream
   */
  public static NgramScorer score(
      JavaSparkContext spark,
      JavaRDD<TokenBlock> blocks,
      long tokens,
      NgramTrie trie,
      Runs runs,
      double k,
      int partitions) {
    Broadcast<NgramTrie> shared = spark.broadcast(trie);
    List<Object> found =
        Pieces.spread(blocks, tokens, partitions)
            .mapPartitions(
                part -> {
                  NgramScorer scorer = new NgramScorer(shared.value(), runs, k);
                  part.forEachRemaining(scorer::score);
                  List<Object> results = new ArrayList<>(scorer.finish());
                  results.add(scorer.sums());
                  return results.iterator();
                })
            .collect();
    NgramScorer whole = new NgramScorer(trie, runs, k);
    List<StreamEdge> edges = new ArrayList<>();
    for (Object result : found) {
      if (result instanceof StreamEdge edge) {
        edges.add(edge);
      } else {
        whole.add((long[]) result);
      }
    }
    whole.scoreEdges(edges);
    shared.destroy();
    return whole;
  }
}
