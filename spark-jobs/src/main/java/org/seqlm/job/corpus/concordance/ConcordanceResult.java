package org.seqlm.job.corpus.concordance;

import java.util.List;
import org.seqlm.concordance.ContextLine;
import org.seqlm.concordance.found.Findings;

/**
 * What {@code corpus concordance} tells.
 *
 * @param index the folders of one or several
 * @param state what became of it
 * @param fingerprints of the texts that they are of
 * @param words of the text
 * @param documents of the text
 * @param query what was looked for; null where nothing was
 * @param found null without a query
 * @param terms rows of the table of words; 0 where it was not made
 * @param output the folder of the analysis, or null
 */
record ConcordanceResult(
    List<String> index,
    State state,
    List<String> fingerprints,
    long words,
    long documents,
    String query,
    Found found,
    long terms,
    String output) {
  /** What became of an index. */
  enum State {
    /** It was made of the text. */
    BUILT,
    /** It was of this very text already. */
    SAME,
    /** No text was given. */
    OPENED
  }

  /**
   * What a query found.
   *
   * @param total places
   * @param documents that have one
   * @param files that have one
   * @param shown whether it is frequent enough for lines, documents, files and words to be told
   * @param lines those that are shown, in their order
   * @param byDocument documents with most
   * @param byFile files with most
   * @param words that stood for a query of single words; null where there were too many
   * @param leftOut words that it would have stood for, and that are too rare
   */
  record Found(
      long total,
      long documents,
      long files,
      boolean shown,
      List<ContextLine> lines,
      List<OfDocument> byDocument,
      List<Findings.OfFile> byFile,
      List<Findings.Form> words,
      long leftOut) {}

  /**
   * A document.
   *
   * @param path of its file
   * @param record of the first place in it
   * @param document its number
   * @param count of places
   */
  record OfDocument(String path, long record, long document, long count) {}
}
