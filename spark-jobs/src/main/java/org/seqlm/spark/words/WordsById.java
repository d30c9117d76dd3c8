package org.seqlm.spark.words;

import java.io.IOException;
import org.apache.spark.api.java.JavaRDD;
import org.seqlm.vocab.NumberedWords;
import org.seqlm.vocab.Vocabulary;

/**
 * All words of a vocabulary, the reserved ones among them, with their counts in a text and their
 * ids, wherever they are.
 */
public interface WordsById {
  /** The number of ids, reserved ones included. */
  int size();

  /**
   * About what the words take in memory: their UTF-8 and {@link DictionaryLimit#WORD_BYTES} each.
   */
  long bytes();

  /**
   * All of them in the driver's memory, for those that are few.
   *
   * @throws IllegalStateException if they were found to be too many
   */
  Vocabulary vocabulary() throws IOException;

  /**
   * All of them as tasks read them: blocks of consecutive ids, in any order.
   *
   * @param number of the vocabulary among some
   */
  JavaRDD<NumberedWords> numbered(int number);
}
