package org.seqlm.spark.ngrams;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.KeySample;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.stats.FirstAppearances;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.words.CorpusVocabulary;
import org.seqlm.spark.words.IdMap;
import org.seqlm.vocab.TokenBlock;

/** A text. */
public final class TextInput implements NgramInput {
  /** Each task's answer about so many n-grams goes to the driver; about more, to other tasks. */
  private static final int FEW = 1 << 10;

  private final JavaRDD<TokenBlock> blocks;
  private final long tokens;
  private final CorpusVocabulary words; // null where n-grams are ordered by the text

  private TextInput(JavaRDD<TokenBlock> blocks, long tokens, CorpusVocabulary words) {
    this.blocks = blocks;
    this.tokens = tokens;
    this.words = words;
  }

  /**
   * A text by itself.
   *
   * @param blocks the stream; each block names enough of what stands before it
   * @param tokens of the whole stream
   */
  public static TextInput of(JavaRDD<TokenBlock> blocks, long tokens) {
    return new TextInput(blocks, tokens, null);
  }

  /**
   * The same text as one of several, under other ids.
   *
   * @param ids what its own become
   * @param words of all texts, for the order of n-grams that appear equally often
   */
  public TextInput under(JavaSparkContext spark, IdMap ids, CorpusVocabulary words) {
    return new TextInput(under(spark, blocks, ids), tokens, words);
  }

  /** Blocks of a text under other ids. */
  public static JavaRDD<TokenBlock> under(
      JavaSparkContext spark, JavaRDD<TokenBlock> blocks, IdMap ids) {
    Broadcast<SerializableConfiguration> hadoop =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    return blocks.map(
        block -> {
          IntUnaryOperator here = ids.open(hadoop.value().value());
          return new TokenBlock(
              block.offset(),
              mapped(block.before(), here),
              mapped(block.tokens(), here),
              block.documentStarts());
        });
  }

  private static int[] mapped(int[] tokens, IntUnaryOperator ids) {
    int[] mapped = new int[tokens.length];
    for (int i = 0; i < mapped.length; i++) {
      mapped[i] = ids.applyAsInt(tokens[i]);
    }
    return mapped;
  }

  @Override
  public long tokens() {
    return tokens;
  }

  @Override
  public List<long[]> sample(Passages passages, KeyLayout layout, long wanted) {
    long tokens = this.tokens;
    return blocks
        .mapPartitions(
            part -> {
              KeySample sample = new KeySample(layout, passages, tokens, wanted);
              part.forEachRemaining(sample::read);
              return List.of(sample.keys()).iterator();
            })
        .collect();
  }

  @Override
  public JavaPairRDD<Integer, byte[]> windows(
      Passages passages, KeyLayout layout, Slices slices, int partitions, LongAccumulator done) {
    JavaRDD<TokenBlock> counted =
        blocks.map(
            block -> {
              done.add(block.tokens().length);
              return block;
            });
    return SliceWindows.of(counted, tokens, passages, layout, slices, partitions);
  }

  /** Where each first appears; of several texts, by their tokens. */
  @Override
  public long[] firsts(Passages passages, List<int[]> ngrams) {
    if (words != null) {
      return CountsInput.byTokens(words, ngrams);
    }
    Broadcast<int[][]> sought =
        new JavaSparkContext(blocks.context()).broadcast(ngrams.toArray(new int[0][]));
    try {
      JavaRDD<long[]> firsts =
          blocks.mapPartitions(
              part -> {
                FirstAppearances appearances =
                    new FirstAppearances(passages, Arrays.asList(sought.value()));
                part.forEachRemaining(appearances::read);
                return List.of(appearances.firsts()).iterator();
              });
      return ngrams.size() <= FEW
          ? firsts.reduce(TextInput::least)
          : Shuffles.inTree(firsts, new long[0], TextInput::least);
    } finally {
      sought.destroy();
    }
  }

  private static long[] least(long[] a, long[] b) {
    if (a.length == 0) {
      return b;
    }
    long[] least = a.clone();
    for (int i = 0; i < least.length; i++) {
      least[i] = Math.min(a[i], b[i]);
    }
    return least;
  }
}
