package org.seqlm.spark.drift;

import java.io.IOException;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.Progress;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.DatasetHandle;
import org.seqlm.dataset.Split;
import org.seqlm.drift.DocumentSample;
import org.seqlm.drift.DocumentWords;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.vocab.TokenBlock;

/** A sample of the documents of a dataset's split. */
public final class DatasetSample {
  private static final int BLOCK = 1 << 20;

  private DatasetSample() {}

  /**
   * Samples.
   *
   * @param most documents
   * @param seed of the sample
   * @param tasks 0 for as many as suit the cluster
   * @return by rising key; documents without a word but line ends are none
   */
  public static List<DocumentWords> of(
      JavaSparkContext spark,
      Dataset dataset,
      Split split,
      int most,
      long seed,
      int tasks,
      Progress progress)
      throws IOException {
    long n = dataset.tokens(split);
    int lineEnd = dataset.vocabulary().lineEnd();
    List<Long> blocks = LongStream.range(0, (n + BLOCK - 1) / BLOCK).boxed().toList();
    DocumentSample sample = new DocumentSample(most);
    if (blocks.isEmpty()) {
      return sample.documents();
    }
    progress.stage("sample", n, "tokens");
    DatasetHandle handle = dataset.handle();
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    // A task has many blocks, and one sample of them: the driver gets a few samples.
    int dealt = Math.min(blocks.size(), tasks > 0 ? tasks : 4 * spark.defaultParallelism());
    List<DocumentWords[]> found =
        spark
            .parallelize(blocks, dealt)
            .mapPartitions(
                part -> {
                  Dataset opened = handle.open(conf.value().value());
                  DocumentSample here = new DocumentSample(most);
                  while (part.hasNext()) {
                    long from = part.next() * BLOCK;
                    read(opened, split, from, Math.min(n, from + BLOCK), lineEnd, seed, here);
                  }
                  return List.<DocumentWords[]>of(here.documents().toArray(DocumentWords[]::new))
                      .iterator();
                })
            .collect();
    for (DocumentWords[] documents : found) {
      for (DocumentWords document : documents) {
        sample.add(document);
      }
    }
    progress.update(n, "");
    return sample.documents();
  }

  /** The documents that begin in a block; what begins before it has another block. */
  private static void read(
      Dataset dataset,
      Split split,
      long from,
      long to,
      int lineEnd,
      long seed,
      DocumentSample sample)
      throws IOException {
    TokenBlock block = dataset.read(split, from, to, 0);
    int[] starts = block.documentStarts();
    DocumentWords.Builder words = new DocumentWords.Builder();
    for (int d = 0; d < starts.length; d++) {
      long key = DocumentSample.key(seed, "", 0, from + starts[d]);
      if (!sample.wants(key)) {
        continue;
      }
      boolean last = d == starts.length - 1;
      add(block.tokens(), starts[d], last ? block.tokens().length : starts[d + 1], lineEnd, words);
      long n = dataset.tokens(split);
      for (long at = to; last && at < n && !words.isFull(); at += DocumentWords.MOST_WORDS) {
        TokenBlock next = dataset.read(split, at, Math.min(n, at + DocumentWords.MOST_WORDS), 0);
        boolean ends = next.documentStarts().length > 0;
        add(
            next.tokens(),
            0,
            ends ? next.documentStarts()[0] : next.tokens().length,
            lineEnd,
            words);
        if (ends) {
          break;
        }
      }
      sample.add(words.end(key));
    }
  }

  private static void add(
      int[] tokens, int from, int to, int lineEnd, DocumentWords.Builder words) {
    for (int i = from; i < to && !words.isFull(); i++) {
      if (tokens[i] != lineEnd) {
        words.add(tokens[i]);
      }
    }
  }
}
