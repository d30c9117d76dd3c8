package org.seqlm.spark.scoring;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.DatasetHandle;
import org.seqlm.dataset.Split;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.Score;
import org.seqlm.lm.Spelling;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.models.ModelSupplier;
import org.seqlm.vocab.TokenBlock;

/**
 * Scores the documents of a split with several models, each document by itself: a model begins it
 * as it begins any text, so that what it scores is a function of the document alone. A task scores
 * the documents that begin in its stretch of the split, to their ends; stretches do not depend on
 * the cluster.
 */
public final class DocumentStep {
  private DocumentStep() {}

  /**
   * A model and how it reads the dataset.
   *
   * @param mapping to the model's vocabulary, or null if it is the dataset's
   */
  public record Contestant(ModelSupplier supplier, VocabularyMapping mapping) {}

  /** What models make of a document. */
  public static final class DocumentBits implements Serializable {
    private static final long serialVersionUID = 1L;

    private final long start;
    private final long tokens;
    private final double[] bits; // (model)

    /**
     * @param start where it begins in its split
     * @param tokens of the dataset
     * @param bits by model
     */
    public DocumentBits(long start, long tokens, double[] bits) {
      this.start = start;
      this.tokens = tokens;
      this.bits = bits;
    }

    /** Where it begins in its split, in tokens. */
    public long start() {
      return start;
    }

    /** Tokens of the dataset, line ends among them. */
    public long tokens() {
      return tokens;
    }

    /**
     * −log2 of a model's probability of the document, the spelling of words that the dataset knows
     * and the model lacks included; words that the dataset lacks, too, cost every model the same
     * and are not. Infinite if the model excludes a token.
     */
    public double bits(int model) {
      return bits[model];
    }
  }

  /**
   * Scores all documents that begin in the first {@code maxTokens} tokens of a split.
   *
   * @return in the order of the split
   */
  public static List<DocumentBits> score(
      JavaSparkContext spark,
      Dataset dataset,
      Split split,
      long maxTokens,
      List<Contestant> contestants) {
    long total = dataset.tokens(split);
    long last = Math.min(maxTokens, total);
    List<Long> starts = new ArrayList<>();
    for (long start = 0; start < last; start += ScoringStep.STRETCH) {
      starts.add(start);
    }
    if (starts.isEmpty()) {
      return List.of();
    }
    DatasetHandle handle = dataset.handle();
    SharedSettings conf = new SharedSettings(spark.hadoopConfiguration());
    ModelSupplier[] suppliers =
        contestants.stream().map(Contestant::supplier).toArray(ModelSupplier[]::new);
    List<Broadcast<int[][]>> tables = new ArrayList<>();
    for (Contestant one : contestants) {
      VocabularyMapping known = one.mapping() == null ? VocabularyMapping.SAME : one.mapping();
      tables.add(spark.broadcast(known.tables()));
    }
    try {
      List<Broadcast<int[][]>> sent = tables;
      return spark
          .parallelize(starts, starts.size())
          .flatMap(
              start -> {
                long end = Math.min(start + ScoringStep.STRETCH, last);
                Documents documents = new Documents(handle.open(conf.value()), split, total);
                List<DocumentBits> scores = new ArrayList<>();
                for (long[] document : documents.beginningIn(start, end)) {
                  double[] bits = new double[suppliers.length];
                  for (int m = 0; m < bits.length; m++) {
                    VocabularyMapping mapping = VocabularyMapping.of(sent.get(m).value());
                    bits[m] = documents.bits(document, suppliers[m].model(), mapping);
                  }
                  scores.add(new DocumentBits(document[0], document[1] - document[0], bits));
                }
                return scores.iterator();
              })
          .collect();
    } finally {
      tables.forEach(Broadcast::destroy);
    }
  }

  /** The documents of a split, of any length, read a stretch at a time. */
  private static final class Documents {
    private final Dataset dataset;
    private final Split split;
    private final long total;

    Documents(Dataset dataset, Split split, long total) {
      this.dataset = dataset;
      this.split = split;
      this.total = total;
    }

    /** Begin and end of the documents that begin in {@code [from, to)}. */
    List<long[]> beginningIn(long from, long to) throws IOException {
      List<long[]> found = new ArrayList<>();
      long open = from == 0 ? 0 : -1; // a split begins with a document, marked or not
      for (long at = from; at < total; at += ScoringStep.STRETCH) {
        long end = Math.min(at + ScoringStep.STRETCH, total);
        for (int start : dataset.read(split, at, end, 0).documentStarts()) {
          long here = at + start;
          if (open >= 0 && here > open) {
            found.add(new long[] {open, here});
          }
          if (here >= to) {
            return found;
          }
          open = here;
        }
        if (end >= to && open < 0) {
          return found;
        }
      }
      if (open >= 0) {
        found.add(new long[] {open, total});
      }
      return found;
    }

    double bits(long[] document, LanguageModel model, VocabularyMapping mapping)
        throws IOException {
      LanguageModel.Reading reading = model.start();
      reading.startDocument();
      Score.Sum sum = new Score.Sum();
      long words = 0;
      long bytes = 0;
      for (long at = document[0]; at < document[1]; at += ScoringStep.STRETCH) {
        TokenBlock block =
            dataset.read(split, at, Math.min(at + ScoringStep.STRETCH, document[1]), 0);
        int[] tokens = block.tokens().clone();
        long[] lacking = mapping.map(tokens, 0);
        words += lacking[0];
        bytes += lacking[1];
        for (int token : tokens) {
          if (model.reads(token)) {
            sum.add(reading, token);
            reading.read(token);
          }
        }
      }
      Score score = sum.score();
      return score.zeroProbability() > 0
          ? Double.POSITIVE_INFINITY
          : (score.nats() + Spelling.nats(words, bytes)) / Math.log(2);
    }
  }
}
