package org.seqlm.spark.ngrams;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.seqlm.artifact.VerifiedStream;
import org.seqlm.ngram.count.CountSlice;
import org.seqlm.ngram.count.SharedContexts;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.ngram.heldout.ContextCursor;
import org.seqlm.ngram.model.ModelSlice;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.spark.task.TaskMemory;

/** The files of counted n-grams, and of their model, as tasks read them. */
public final class SliceFiles implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Part of the heap for what stands beneath one token, of a slice that is written or read. */
  private static final double LEVELS = 0.1;

  private static final int BUFFER = 1 << 18;

  private final String folder;
  private final int storedOrder;
  private final Slices slices;
  private final Map<String, String> digests;

  private SliceFiles(String folder, int storedOrder, Slices slices, Map<String, String> digests) {
    this.folder = folder;
    this.storedOrder = storedOrder;
    this.slices = slices;
    this.digests = digests;
  }

  /**
   * What was written just now, or is about to be.
   *
   * @param storedOrder of the counts, at least 2
   * @param slices how they are cut
   */
  static SliceFiles written(String folder, int storedOrder, Slices slices) {
    return new SliceFiles(folder, storedOrder, slices, Map.of());
  }

  /**
   * What was stored before: tasks compare what they read, to the end, with its manifest.
   *
   * @param ngrams of this release, so that they know their {@link NgramArtifact#slices}
   */
  public static SliceFiles stored(NgramArtifact ngrams) throws IOException {
    Map<String, String> digests = new HashMap<>();
    ngrams.artifact().manifest().files().forEach(file -> digests.put(file.path(), file.sha256()));
    return new SliceFiles(
        ngrams.artifact().data().toString(),
        ngrams.details().storedOrder(),
        ngrams.slices(),
        digests);
  }

  /** What a task may hold of the levels of a slice. */
  static Spill levels() {
    return TaskMemory.spill(LEVELS, "levels");
  }

  String folder() {
    return folder;
  }

  int storedOrder() {
    return storedOrder;
  }

  /** How the counts are cut. */
  public Slices slices() {
    return slices;
  }

  /** A slice of the counts, with what it shares with others. */
  public CountSlice counts(int slice, Configuration conf) throws IOException {
    SharedContexts shared = shared(slice, conf);
    return new CountSlice(open(NgramFiles.countSlice(slice), conf), storedOrder, shared, levels());
  }

  /** A file of counts, without what is shared. */
  CountSlice ownCounts(String path, Configuration conf) throws IOException {
    return new CountSlice(openPart(path, conf), storedOrder, SharedContexts.NONE, levels());
  }

  /** The same as {@link #counts}, for held-out windows. */
  ContextCursor countCursor(int slice, Configuration conf) throws IOException {
    SharedContexts shared = shared(slice, conf);
    return ContextCursor.ofCounts(
        open(NgramFiles.countSlice(slice), conf), storedOrder, shared, levels());
  }

  /**
   * A slice of the model.
   *
   * @param order of the model
   */
  ModelSlice model(int slice, int order, Configuration conf) throws IOException {
    return new ModelSlice(open(NgramFiles.modelSlice(slice), conf), order, levels());
  }

  /** The same for held-out windows. */
  public ContextCursor modelCursor(int slice, int order, Configuration conf) throws IOException {
    return ContextCursor.ofModel(open(NgramFiles.modelSlice(slice), conf), order, levels());
  }

  /** What a slice shares with others. */
  SharedContexts shared(int slice, Configuration conf) throws IOException {
    return SharedContexts.of(
        tree -> open(NgramFiles.sharedCounts(tree), conf), slices, slice, storedOrder, levels());
  }

  /** A file that is read to its end. */
  public InputStream open(String path, Configuration conf) throws IOException {
    String sha256 = digests.get(path);
    InputStream in = openPart(path, conf);
    return sha256 == null
        ? in
        : new BufferedInputStream(
            VerifiedStream.of(
                in, new Path(folder, path).toString(), sha256, () -> "make the artifact again"),
            BUFFER);
  }

  /** A file that may be read in part. */
  InputStream openPart(String path, Configuration conf) throws IOException {
    Path file = new Path(folder, path);
    return new BufferedInputStream(file.getFileSystem(conf).open(file), BUFFER);
  }

  /** A file that may be read in part, from some byte on. */
  InputStream openFrom(String path, long offset, Configuration conf) throws IOException {
    Path file = new Path(folder, path);
    FSDataInputStream in = file.getFileSystem(conf).open(file);
    try {
      in.seek(offset);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
    return new BufferedInputStream(in, BUFFER);
  }
}
