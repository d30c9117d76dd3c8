package org.seqlm.spark.ngrams;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.artifact.VerifiedStream;
import org.seqlm.ngram.count.CountSlice;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.ngram.model.ModelSlice;
import org.seqlm.ngram.smooth.BackoffExchange;
import org.seqlm.ngram.smooth.Unigrams;
import org.seqlm.ngram.walk.NgramWalk;
import org.seqlm.vocab.IdSet;
import scala.Tuple2;

/**
 * The counted n-grams, and their model, that a task of {@link NgramExport} reads. What was stored
 * before is compared with its manifest as it is read.
 */
final class ExportReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private final NgramExport.Source source;
  private final SliceFiles files;
  private final Passages passages;
  private final boolean counts;
  private final boolean model;

  /** What a task reads of {@code source} for these forms. */
  ExportReader(NgramExport.Source source, NgramExport.Targets targets, Passages passages) {
    this.source = source;
    this.files = source.files();
    this.passages = passages;
    this.counts = targets.parquet() != null || targets.tsv() != null;
    this.model =
        source.model() == NgramExport.Model.BACKS_OFF
            && (targets.arpaParts() != null || targets.parquet() != null);
  }

  /** Whether a form holds the counts. */
  boolean readsCounts() {
    return counts;
  }

  /** Whether a form holds the model, so that its back-off weights must be exchanged. */
  boolean readsModel() {
    return model;
  }

  /** The weights of a slice of the model as its estimation sent them. */
  Iterator<Tuple2<Integer, Object>> backoffs(int index, Configuration conf) throws IOException {
    if (source.order() == 1) {
      return Collections.emptyIterator();
    }
    SliceBackoffs.Outbox sent = new SliceBackoffs.Outbox(index);
    BackoffExchange.Writer backoffs = sent.writer(files.slices(), source.order());
    try (ModelSlice model = files.model(index, source.order(), conf)) {
      while (model.next()) {
        if (!model.goesOn() && !model.continued()) {
          backoffs.backoff(model.reversed(), model.length(), model.logBackoff());
        }
      }
      backoffs.drain();
      return sent.sent(null);
    } catch (IOException | RuntimeException e) {
      VerifiedStream.throwIfDamaged(e);
      throw e;
    }
  }

  /** Adds the ids of a slice's n-grams. */
  void addIds(IdSet ids, int index, Configuration conf) throws IOException {
    if (counts) {
      try (CountSlice contexts = files.counts(index, conf)) {
        while (contexts.next()) {
          addIds(ids, contexts.reversed(), contexts.length(), contexts.words(), contexts.size());
        }
      }
    } else {
      try (ModelSlice contexts = files.model(index, source.order(), conf)) {
        while (contexts.next()) {
          addIds(ids, contexts.reversed(), contexts.length(), contexts.words(), contexts.size());
        }
      }
    }
  }

  private static void addIds(IdSet ids, int[] reversed, int length, int[] words, int size) {
    for (int i = 1; i <= length; i++) {
      ids.add(reversed[i]);
    }
    for (int i = 0; i < size; i++) {
      ids.add(words[i]);
    }
  }

  /** Has a slice walked through. */
  void slice(NgramWalk walk, int index, Configuration conf) throws IOException {
    try (CountSlice counted = counts ? files.counts(index, conf) : null;
        ModelSlice estimated = model ? files.model(index, source.order(), conf) : null) {
      walk.slice(counted, estimated);
    }
  }

  /** Has the unigrams walked through. */
  void unigrams(NgramWalk walk, Configuration conf) throws IOException {
    try (InputStream counted = counts ? files.open(NgramFiles.UNIGRAM_COUNTS, conf) : null;
        InputStream estimated = model ? files.open(NgramFiles.UNIGRAMS, conf) : null) {
      walk.unigrams(
          counted == null ? null : UnigramCounts.cursor(counted, passages.vocabularySize()),
          counted == null ? 0 : started(conf),
          estimated == null ? null : Unigrams.cursor(estimated));
    }
  }

  /**
   * How often {@code <s>} begins a passage: no window ends in it, so it is counted by its
   * followers.
   */
  private long started(Configuration conf) throws IOException {
    if (passages.passageStart() < 0) {
      return 0;
    }
    // A part of a slice that its own task reads, and compares, as a whole.
    int home = files.slices().of(new int[] {passages.passageStart()}, 0, 1);
    try (CountSlice contexts = files.ownCounts(NgramFiles.countSlice(home), conf)) {
      return Math.max(0, contexts.followed(passages.passageStart()));
    }
  }
}
