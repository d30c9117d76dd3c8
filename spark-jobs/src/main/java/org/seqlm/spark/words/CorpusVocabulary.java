package org.seqlm.spark.words;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.Iterator;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.vocab.IdSet;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Spellings;
import org.seqlm.vocab.Vocabulary;

/**
 * The vocabulary of a text as a job over the text needs it, whether its tokens fit in one memory or
 * are spread over the cluster. All results are the same either way.
 */
public interface CorpusVocabulary extends SpelledVocabulary, WordsById {
  /** A vocabulary that is in the driver's memory. */
  static CorpusVocabulary of(JavaSparkContext spark, Vocabulary vocabulary) {
    return new MemoryVocabulary(spark, vocabulary);
  }

  /** Tokens of the text it was made from that are one of its words, reserved ones apart. */
  long counted();

  /** How often {@code </s>} stands in that text; 0 where lines are not marked. */
  long lineEnds();

  /**
   * The tokens of some ids.
   *
   * @param ids few enough that their tokens fit in memory
   */
  IntFunction<String> tokens(int[] ids);

  /**
   * The ids of those words that have one.
   *
   * @param words any number
   * @return a bit an id, as {@link java.util.BitSet#toLongArray} gives them; not that of {@code
   *     <unk>}
   */
  long[] ids(Iterator<String> words);

  /** Writes what {@link org.seqlm.vocab.Vocabularies#write} does. */
  void write(OutputStream out) throws IOException;

  /** Gives spellings to tasks; to be closed by the driver. */
  interface Source extends Serializable, AutoCloseable {
    /**
     * All words with their counts in the order of their ids, part by part; whoever stops early
     * closes it if it is {@link java.io.Closeable}.
     */
    Iterator<PackedTokens> all(Configuration conf) throws IOException;

    /** The spellings of at least the ids that are needed. */
    Spellings some(Configuration conf, Needed needed) throws IOException;

    @Override
    void close();
  }

  /** Tells which ids are needed; asked only where that helps. */
  @FunctionalInterface
  interface Needed {
    void addTo(IdSet ids) throws IOException;
  }
}
