package org.seqlm.spark.samples;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.UserException;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.spark.tokens.DatasetTokens;
import org.seqlm.text.TextRules;
import org.seqlm.text.Tokenizer;
import org.seqlm.text.TokenizerKind;
import org.seqlm.verbatim.RareSpans;
import org.seqlm.verbatim.SpanCounter;
import org.seqlm.verbatim.SpanIndex;
import org.seqlm.verbatim.SpanRules;
import org.seqlm.vocab.ShortText;
import org.seqlm.vocab.Vocabulary;
import scala.Tuple2;

/**
 * Finds what samples have word for word from the training text. Samples are cut by the datasets'
 * rules; a token outside a dataset's vocabulary is in no span of it, as nobody knows which the
 * dataset's unknown ones were. A span's counts are summed over the datasets.
 */
public final class TrainingSpans {
  /** More tokens are no samples: all of them are in the memory of each task. */
  private static final long MOST_TOKENS = 1L << 22;

  private TrainingSpans() {}

  /**
   * Checks samples.
   *
   * @param datasets one or more of the same rules; only their train splits are read
   * @param length tokens of a span; 0 for the default of the datasets' tokens
   * @param minCount see {@link SpanRules}
   * @return of each sample, in their order
   * @throws UserException with exit code 2 if the datasets cut text by different rules, or the
   *     samples are too many
   */
  public static List<RareSpans> find(
      JavaSparkContext spark,
      List<Dataset> datasets,
      List<String> samples,
      int length,
      int minCount)
      throws IOException {
    TextRules cut = sameRules(datasets);
    SpanRules rules =
        new SpanRules(
            length > 0
                ? length
                : cut.kind() == TokenizerKind.CHAR ? SpanRules.CHARACTERS : SpanRules.WORDS,
            minCount);
    int[] tokens = new int[samples.size()];
    long[][] occurrences = new long[samples.size()][];
    long[][] documents = new long[samples.size()][];
    for (Dataset dataset : datasets) {
      List<int[]> ids = ids(samples, Tokenizer.of(cut), dataset.vocabulary());
      SpanIndex index = SpanIndex.of(ids, rules.length());
      long[][] counts = count(spark, dataset, ids, index);
      for (int s = 0; s < tokens.length; s++) {
        int[] spans = index.spans(s);
        tokens[s] = ids.get(s).length;
        if (occurrences[s] == null) {
          occurrences[s] = new long[spans.length];
          documents[s] = new long[spans.length];
        }
        for (int i = 0; i < spans.length; i++) {
          occurrences[s][i] += spans[i] < 0 ? 0 : counts[0][spans[i]];
          documents[s][i] += spans[i] < 0 ? 0 : counts[1][spans[i]];
        }
      }
    }
    List<RareSpans> found = new ArrayList<>();
    for (int s = 0; s < tokens.length; s++) {
      found.add(RareSpans.of(tokens[s], rules, occurrences[s], documents[s]));
    }
    return found;
  }

  private static TextRules sameRules(List<Dataset> datasets) {
    TextRules first = datasets.get(0).details().rules();
    for (Dataset dataset : datasets) {
      if (!dataset.details().rules().equals(first)) {
        throw UserException.configuration(
            "datasets "
                + datasets.get(0).artifact().name()
                + " and "
                + dataset.artifact().name()
                + " cut text by different rules: check against each of them by itself");
      }
    }
    return first;
  }

  /** The samples' tokens; -1 for those that the dataset does not have. */
  private static List<int[]> ids(List<String> samples, Tokenizer tokenizer, Vocabulary vocabulary) {
    List<int[]> all = new ArrayList<>();
    long sum = 0;
    for (String sample : samples) {
      int[] ids = ShortText.of(tokenizer, vocabulary, sample).ids();
      for (int i = 0; i < ids.length; i++) {
        ids[i] = ids[i] == Vocabulary.UNKNOWN ? -1 : ids[i];
      }
      all.add(ids);
      sum += ids.length;
      if (sum > MOST_TOKENS) {
        throw UserException.configuration(
            "the samples have more than "
                + MOST_TOKENS
                + " tokens, which is the most that is checked at once: check them in parts");
      }
    }
    return all;
  }

  /** (occurrences, documents; span). */
  private static long[][] count(
      JavaSparkContext spark, Dataset dataset, List<int[]> samples, SpanIndex index)
      throws IOException {
    long[][] counts = new long[2][index.size()];
    if (index.size() == 0 || dataset.tokens(Split.TRAIN) == 0) {
      return counts;
    }
    int length = index.length();
    // As arrays, which every task makes its index of.
    Broadcast<int[][]> sent = spark.broadcast(samples.toArray(int[][]::new));
    try {
      // Rows of spans, and of blocks, whose keys are negative: where they begin less one, and their
      // last document's start.
      Map<Long, long[]> rows =
          DatasetTokens.blocks(spark, dataset, Split.TRAIN, Boundary.LINE, length)
              .mapPartitionsToPair(
                  blocks -> {
                    SpanCounter counter =
                        new SpanCounter(SpanIndex.of(List.of(sent.value()), length));
                    blocks.forEachRemaining(counter::read);
                    List<Tuple2<Long, long[]>> found = new ArrayList<>();
                    counter
                        .found()
                        .forEach((span, row) -> found.add(new Tuple2<>(span.longValue(), row)));
                    counter
                        .lastStarts()
                        .forEach(
                            (block, start) ->
                                found.add(new Tuple2<>(-block - 1, new long[] {start})));
                    return found.iterator();
                  })
              .reduceByKey(SpanCounter::plus)
              .collectAsMap();
      TreeMap<Long, Long> lastStarts = new TreeMap<>();
      rows.forEach(
          (key, row) -> {
            if (key < 0) {
              lastStarts.put(-key - 1, row[0]);
            }
          });
      rows.forEach(
          (key, row) -> {
            if (key >= 0) {
              counts[0][key.intValue()] = row[0];
              counts[1][key.intValue()] = SpanCounter.documents(row, lastStarts);
            }
          });
      return counts;
    } finally {
      sent.destroy();
    }
  }
}
