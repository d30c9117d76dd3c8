package org.seqlm.spark.ngrams;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.artifact.VerifiedStream;
import org.seqlm.ngram.count.CountSlice;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SharedContexts;
import org.seqlm.ngram.count.Spill;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.ngram.model.ModelSlice;
import org.seqlm.ngram.smooth.BackoffExchange;
import org.seqlm.ngram.smooth.Unigrams;
import org.seqlm.ngram.walk.NgramWalk;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.vocab.IdSet;
import scala.Tuple2;

/**
 * The counted n-grams, and their model, that a task of {@link NgramExport} reads. What was stored
 * before is compared with its manifest as it is read.
 */
final class ExportReader implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int BUFFER = 1 << 18;

  private final NgramExport.Source source;
  private final Passages passages;
  private final boolean counts;
  private final boolean model;
  private final Map<String, String> digests; // SHA-256 by path; empty of what was written just now

  /**
   * What a task reads of {@code source} for these forms.
   *
   * @param digests SHA-256 by path; empty of what was written just now
   */
  ExportReader(
      NgramExport.Source source,
      NgramExport.Targets targets,
      Passages passages,
      Map<String, String> digests) {
    this.source = source;
    this.passages = passages;
    this.counts = targets.parquet() != null || targets.tsv() != null;
    this.model =
        source.model() == NgramExport.Model.BACKS_OFF
            && (targets.arpaParts() != null || targets.parquet() != null);
    this.digests = digests;
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
    BackoffExchange.Writer backoffs = sent.writer(source.slices(), source.order());
    try (InputStream in = open(NgramFiles.modelSlice(index), conf);
        ModelSlice model = new ModelSlice(in, source.order(), levels())) {
      while (model.next()) {
        if (!model.goesOn()) {
          backoffs.backoff(model.reversed(), model.length(), model.logBackoff());
        }
      }
      backoffs.drain();
      return sent.sent(null);
    } catch (IOException | RuntimeException e) {
      sent.close();
      VerifiedStream.throwIfDamaged(e);
      throw e;
    }
  }

  private static Spill levels() {
    return TaskMemory.spill(SliceCounting.LEVELS, "levels");
  }

  /** The counts of a slice, with what it shares with others. */
  private CountSlice countSlice(InputStream in, int index, Configuration conf) throws IOException {
    SharedContexts shared =
        SharedContexts.of(
            tree -> open(NgramFiles.sharedCounts(tree), conf),
            source.slices(),
            index,
            source.storedOrder(),
            levels());
    return new CountSlice(in, source.storedOrder(), shared, levels());
  }

  /** Adds the ids of a slice's n-grams. */
  void addIds(IdSet ids, int index, Configuration conf) throws IOException {
    if (counts) {
      try (InputStream in = open(NgramFiles.countSlice(index), conf);
          CountSlice contexts = countSlice(in, index, conf)) {
        while (contexts.next()) {
          addIds(ids, contexts.reversed(), contexts.length(), contexts.words(), contexts.size());
        }
      }
    } else {
      try (InputStream in = open(NgramFiles.modelSlice(index), conf);
          ModelSlice contexts = new ModelSlice(in, source.order(), levels())) {
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
    try (InputStream counted = counts ? open(NgramFiles.countSlice(index), conf) : null;
        InputStream estimated = model ? open(NgramFiles.modelSlice(index), conf) : null;
        CountSlice contexts = counted == null ? null : countSlice(counted, index, conf);
        ModelSlice weighed =
            estimated == null ? null : new ModelSlice(estimated, source.order(), levels())) {
      walk.slice(contexts, weighed);
    }
  }

  /** Has the unigrams walked through. */
  void unigrams(NgramWalk walk, Configuration conf) throws IOException {
    UnigramCounts counted = null;
    if (counts) {
      try (InputStream in = open(NgramFiles.UNIGRAM_COUNTS, conf)) {
        counted = UnigramCounts.read(in, passages.vocabularySize());
      }
    }
    Unigrams estimated = null;
    if (model) {
      try (InputStream in = open(NgramFiles.UNIGRAMS, conf)) {
        estimated = Unigrams.read(in);
      }
    }
    walk.unigrams(counted, counted == null ? 0 : started(conf), estimated);
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
    int home = source.slices().of(new int[] {passages.passageStart()}, 0, 1);
    try (InputStream in = openPart(NgramFiles.countSlice(home), conf);
        CountSlice contexts =
            new CountSlice(in, source.storedOrder(), SharedContexts.NONE, levels())) {
      return Math.max(0, contexts.followed(passages.passageStart()));
    }
  }

  private InputStream open(String path, Configuration conf) throws IOException {
    Path file = new Path(source.folder(), path);
    InputStream in = file.getFileSystem(conf).open(file);
    String sha256 = digests.get(path);
    return new BufferedInputStream(
        sha256 == null
            ? in
            : VerifiedStream.of(in, file.toString(), sha256, () -> "make the artifact again"),
        BUFFER);
  }

  private InputStream openPart(String path, Configuration conf) throws IOException {
    Path file = new Path(source.folder(), path);
    return new BufferedInputStream(file.getFileSystem(conf).open(file), BUFFER);
  }
}
