package org.seqlm.spark.duplicates;

import org.seqlm.corpus.plan.CorpusFile;

/** Reads the words of documents as spans have them: what stands between white space of ASCII. */
abstract class SpanWords extends TextReading.Sink {
  @Override
  void begin(long id, CorpusFile file, int number, long record) {
    begin(id);
  }

  abstract void begin(long document);

  /** A word, as its bytes. */
  abstract void word(byte[] utf8, int from, int to);

  @Override
  void line(byte[] utf8, int from, int to, boolean terminated) {
    int at = from;
    while (at < to) {
      int end = end(utf8, at, to);
      if (end > at) {
        word(utf8, at, end);
      }
      at = end + 1;
    }
  }

  /** Where the word that begins at a place ends; the place itself where none does. */
  static int end(byte[] utf8, int at, int to) {
    int end = at;
    while (end < to && (utf8[end] > ' ' || utf8[end] < 0)) {
      end++;
    }
    return end;
  }

  @Override
  void end() {}
}
