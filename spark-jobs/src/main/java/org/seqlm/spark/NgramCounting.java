package org.seqlm.spark;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.artifact.FileEntry;
import org.seqlm.artifact.NgramFiles;
import org.seqlm.ngram.BlockMerger;
import org.seqlm.ngram.Counted;
import org.seqlm.ngram.EdgeChain;
import org.seqlm.ngram.KeyLayout;
import org.seqlm.ngram.NgramBlock;
import org.seqlm.ngram.NgramCounter;
import org.seqlm.ngram.Runs;
import org.seqlm.ngram.SliceStatistics;
import org.seqlm.ngram.Slices;
import org.seqlm.ngram.StreamEdge;
import org.seqlm.ngram.TrieSlice;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.Vocabulary;
import scala.Tuple2;

/**
 * Counts the n-grams of a stream and writes them, slice by slice.
 *
 * <p>Each task counts its part of the stream with an {@link NgramCounter} and sends sorted blocks
 * to the slices that their first ids belong to, and the edges of its segments to one partition
 * more. The driver reads the edges, which are few, counts the windows that cross them, and hands
 * those to the slices' tasks. Each of these merges its blocks by key and writes the files of its
 * slice. What a slice holds depends on the text and the vocabulary only.
 */
public final class NgramCounting {
  /** Longs of a task's table that are in use before it is emptied: about 64 MB with its copies. */
  private static final int TABLE_LONGS = 3 << 20;

  private NgramCounting() {}

  /**
   * What is wanted of a count.
   *
   * @param order N, at least 1
   * @param slices that the result is cut into, at least 1
   * @param top rows an order of the most frequent n-grams
   * @param countsOfCounts the largest count of the counts of counts
   * @param partitions tasks that count; 0 leaves it to the cluster
   */
  public record Plan(int order, int slices, int top, int countsOfCounts, int partitions)
      implements java.io.Serializable {}

  /**
   * The result, besides the files.
   *
   * @param statistics by slice
   * @param files written
   */
  public record Counts(List<SliceStatistics> statistics, List<FileEntry> files) {}

  /**
   * Counts a stream and writes the slices' files.
   *
   * @param blocks the stream; what stands before a block is not looked at
   * @param tokens of the whole stream
   * @param folder where the files go
   */
  public static Counts count(
      JavaSparkContext spark,
      JavaRDD<TokenBlock> blocks,
      long tokens,
      Vocabulary vocabulary,
      Runs runs,
      Plan plan,
      Path folder) {
    KeyLayout layout = KeyLayout.of(plan.order(), vocabulary.size());
    Slices slices = Slices.of(vocabulary, plan.slices());
    int table = TABLE_LONGS / (layout.longs() + 2);
    int edgePartition = slices.count();
    JavaPairRDD<Integer, Counted> counted =
        Pieces.spread(blocks, tokens, plan.partitions())
            .mapPartitionsToPair(
                part ->
                    new Emitter(part, new NgramCounter(layout, runs, slices, table), edgePartition))
            .partitionBy(new Pieces.ByNumber(edgePartition + 1));

    // Counts the stream; the job below finds its shuffle files and only reads them.
    List<Tuple2<Integer, Counted>> found = counted.collectPartitions(new int[] {edgePartition})[0];
    List<StreamEdge> edges = new ArrayList<>();
    for (Tuple2<Integer, Counted> edge : found) {
      edges.add((StreamEdge) edge._2());
    }
    List<List<NgramBlock>> crossing = new ArrayList<>();
    for (int i = 0; i < slices.count(); i++) {
      crossing.add(new ArrayList<>());
    }
    NgramCounter across = new NgramCounter(layout, runs, slices, table);
    new EdgeChain(runs, plan.order(), edges).count(across);
    across.drain((block, slice) -> crossing.get(slice).add(block));

    Broadcast<NgramBlock[][]> crossings =
        spark.broadcast(
            crossing.stream()
                .map(list -> list.toArray(new NgramBlock[0]))
                .toArray(NgramBlock[][]::new));
    Broadcast<byte[][]> words = spark.broadcast(utf8(vocabulary));
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    String target = folder.toString();
    List<SliceResult> results =
        counted
            .mapPartitionsWithIndex(
                (index, part) -> {
                  if (index == edgePartition) {
                    return java.util.Collections.emptyIterator();
                  }
                  List<NgramBlock> sorted = new ArrayList<>();
                  part.forEachRemaining(entry -> sorted.add((NgramBlock) entry._2()));
                  sorted.addAll(Arrays.asList(crossings.value()[index]));
                  TrieSlice trie = BlockMerger.merge(layout, runs, sorted);
                  Path path = new Path(target);
                  FileSystem fs = path.getFileSystem(hadoop.value());
                  List<FileEntry> files =
                      NgramFiles.writeSlice(
                          fs, path, index, trie, words.value(), TaskContext.get().taskAttemptId());
                  SliceStatistics statistics =
                      SliceStatistics.of(index, trie, plan.top(), plan.countsOfCounts());
                  return List.of(new SliceResult(statistics, files)).iterator();
                },
                true)
            .collect();
    crossings.destroy();
    words.destroy();
    List<FileEntry> files = new ArrayList<>();
    results.forEach(result -> files.addAll(result.files()));
    return new Counts(results.stream().map(result -> result.statistics).toList(), files);
  }

  private static byte[][] utf8(Vocabulary vocabulary) {
    byte[][] tokens = new byte[vocabulary.size()][];
    for (int id = 0; id < tokens.length; id++) {
      tokens[id] = vocabulary.token(id).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
    return tokens;
  }

  /** What a slice's task tells the driver. */
  static final class SliceResult implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    private final SliceStatistics statistics;
    private final String[] paths;
    private final long[] bytes;
    private final String[] sha256;

    SliceResult(SliceStatistics statistics, List<FileEntry> files) {
      this.statistics = statistics;
      this.paths = files.stream().map(FileEntry::path).toArray(String[]::new);
      this.bytes = files.stream().mapToLong(FileEntry::bytes).toArray();
      this.sha256 = files.stream().map(FileEntry::sha256).toArray(String[]::new);
    }

    private List<FileEntry> files() {
      List<FileEntry> files = new ArrayList<>();
      for (int i = 0; i < paths.length; i++) {
        files.add(new FileEntry(paths[i], bytes[i], sha256[i]));
      }
      return files;
    }
  }

  /** Counts as far as is needed to give the next block. */
  private static final class Emitter implements Iterator<Tuple2<Integer, Counted>> {
    private final Iterator<TokenBlock> blocks;
    private final NgramCounter counter;
    private final int edgePartition;
    private final Deque<Tuple2<Integer, Counted>> ready = new ArrayDeque<>();
    private TokenBlock block;
    private int at;
    private boolean finished;

    Emitter(Iterator<TokenBlock> blocks, NgramCounter counter, int edgePartition) {
      this.blocks = blocks;
      this.counter = counter;
      this.edgePartition = edgePartition;
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && !finished) {
        if (block != null && at < block.tokens().length) {
          at = counter.count(block, at);
          if (counter.full()) {
            drain();
          }
        } else if (blocks.hasNext()) {
          block = blocks.next();
          at = 0;
        } else {
          finished = true;
          counter.finish().forEach(edge -> ready.add(new Tuple2<>(edgePartition, edge)));
          drain();
        }
      }
      return !ready.isEmpty();
    }

    private void drain() {
      counter.drain((ngrams, slice) -> ready.add(new Tuple2<>(slice, ngrams)));
    }

    @Override
    public Tuple2<Integer, Counted> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.poll();
    }
  }
}
