package org.seqlm.spark.terms;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.Progress;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.terms.KeynessEvidence;
import org.seqlm.terms.TextBlocks;
import org.seqlm.text.TextRules;
import scala.Tuple2;

/**
 * How evenly some words are spread over a text: over its documents, and over parts of one size. The
 * text is read twice, once to know where its documents and parts begin. A task holds the counts of
 * at most {@link KeynessDocuments#TOGETHER} words in each block and part.
 */
public final class WordSpread {
  private WordSpread() {}

  /**
   * Looks at the documents.
   *
   * @param words different ones
   * @param mostBlocks documents are that many groups at random, where there are more
   * @param parts of one size
   * @param tasks that sums are cut into; 0 for as many as suit the cluster
   * @return by word; NaN where it cannot be said
   * @throws org.seqlm.UserException with exit code 3 if more is bad than the limits allow
   */
  public static List<KeynessEvidence.Spread> of(
      JavaSparkContext spark,
      TermText text,
      TextRules rules,
      List<String> words,
      int mostBlocks,
      int parts,
      int tasks,
      Progress progress) {
    TextBlocks blocks;
    KeynessDocuments.RangeStart[] starts;
    try (TermRanges read =
        TermRanges.read(
            spark, text, rules, (side, range) -> new TokenCounter(), "find documents", progress)) {
      blocks = new TextBlocks(read.documents().total(), mostBlocks, read.total(0), parts);
      starts = KeynessDocuments.starts(read);
    }
    Broadcast<byte[][]> asked =
        spark.broadcast(
            words.stream()
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new));
    Broadcast<long[][]> sizes = null;
    try (TermRanges read =
        TermRanges.read(
            spark,
            text,
            rules,
            (side, range) -> new KeynessDocuments.Counter(asked.value(), blocks, starts[range]),
            "documents of words",
            progress)) {
      sizes =
          spark.broadcast(
              new long[][] {
                KeynessDocuments.sizes(read, words.size(), blocks), KeynessDocuments.parts(blocks)
              });
      Broadcast<long[][]> given = sizes;
      progress.stage("spread of words", words.size(), "words");
      JavaPairRDD<Integer, long[]> counts = KeynessDocuments.pairs(read, 0, words.size());
      int partitions =
          Math.max(
              1 + words.size() / KeynessDocuments.TOGETHER,
              Math.min(words.size(), tasks > 0 ? tasks : 4 * spark.defaultParallelism()));
      KeynessEvidence.Spread[] all = new KeynessEvidence.Spread[words.size()];
      Arrays.fill(all, new KeynessEvidence.Spread(Double.NaN, Double.NaN));
      Shuffles.light(
              counts.partitionBy(Shuffles.by((Integer word) -> word % partitions, partitions)))
          .mapPartitionsToPair(part -> spread(part, given.value()))
          .collect()
          .forEach(one -> all[one._1()] = new KeynessEvidence.Spread(one._2()[0], one._2()[1]));
      progress.update(words.size(), "");
      return List.of(all);
    } finally {
      asked.destroy();
      if (sizes != null) {
        sizes.destroy();
      }
    }
  }

  /** DP and D of a task's words. */
  private static Iterator<Tuple2<Integer, double[]>> spread(
      Iterator<Tuple2<Integer, long[]>> part, long[][] sizes) {
    Map<Integer, long[][]> byWord = new TreeMap<>();
    while (part.hasNext()) {
      Tuple2<Integer, long[]> one = part.next();
      long[][] sums =
          byWord.computeIfAbsent(
              one._1(),
              word -> new long[][] {new long[sizes[0].length], new long[sizes[1].length]});
      KeynessDocuments.add(one._2(), 1, sums[0], sums[1]);
    }
    List<Tuple2<Integer, double[]>> all = new ArrayList<>();
    byWord.forEach(
        (word, sums) -> {
          KeynessEvidence.Spread spread =
              KeynessEvidence.Spread.of(sums[0], sizes[0], sums[1], sizes[1]);
          all.add(new Tuple2<>(word, new double[] {spread.normalisedDp(), spread.juillandD()}));
        });
    return all.iterator();
  }

  /** Counts tokens alone. */
  private static final class TokenCounter implements RangeCounter {
    private long tokens;

    @Override
    public void startDocument() {
      // Who calls counts them.
    }

    @Override
    public void startLine() {
      // Words are counted by document.
    }

    @Override
    public void token(byte[] utf8, int from, int to) {
      tokens++;
    }

    @Override
    public long bytes() {
      return 0;
    }

    @Override
    public void give(Rows rows) {
      rows.totals(tokens);
    }

    @Override
    public RangeCounter next() {
      return new TokenCounter();
    }
  }
}
