package org.seqlm.spark.words;

import org.apache.hadoop.fs.Path;
import org.seqlm.vocab.TokenRanks;

/** A vocabulary that gives tasks the spellings of its words, wherever it keeps them. */
public interface SpelledVocabulary extends TokenRanks {
  /**
   * The words' spellings for tasks.
   *
   * @param folder for files, which {@link CorpusVocabulary.Source#close} removes; not used if the
   *     vocabulary is small
   */
  CorpusVocabulary.Source spellings(Path folder);
}
