package org.seqlm.spark.ngrams;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.artifact.VerifiedStream;
import org.seqlm.ngram.count.ContextShare;
import org.seqlm.ngram.count.CountSliceWriter;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SharedCounts;
import org.seqlm.ngram.count.SliceStatistics;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.count.StoredWindows;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.count.WindowMerger;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.ngram.stats.ZipfFit;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.io.Wire;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import scala.Tuple2;

/**
 * What the tasks of {@link NgramCounting} do: a slice's merges the windows that come to it and
 * writes the slice, a tree's adds up what slices saw after the contexts that they share, and one
 * adds up the unigrams.
 */
final class SliceCounting implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Part of the heap for sorted windows that wait to be merged. */
  private static final double MERGE = 0.2;

  private static final int FIRST_TREE = 2;

  private final KeyLayout layout;
  private final SliceFiles files;
  private final Slices slices;
  private final Passages passages;
  private final NgramCounting.Plan plan;
  private final NgramCounting.Base base; // null for none
  private final Broadcast<SerializableConfiguration> hadoop;

  /**
   * @param files that are to be written
   * @param base counts that windows are added to or taken from; null for none
   */
  SliceCounting(
      KeyLayout layout,
      SliceFiles files,
      Passages passages,
      NgramCounting.Plan plan,
      NgramCounting.Base base,
      Broadcast<SerializableConfiguration> hadoop) {
    this.layout = layout;
    this.files = files;
    this.slices = files.slices();
    this.passages = passages;
    this.plan = plan;
    this.base = base;
    this.hadoop = hadoop;
  }

  /** Has slices, and then what they share, written, and gives what their tasks tell others. */
  JavaPairRDD<Integer, Object> tell(JavaPairRDD<Integer, byte[]> windows) {
    int trees = slices.trees().length;
    JavaPairRDD<Integer, Object> told =
        Shuffles.byNumber(
            windows.mapPartitionsWithIndex(this::slice, true).mapToPair(share -> share),
            FIRST_TREE + trees);
    if (trees == 0) {
      return told;
    }
    return Shuffles.byNumber(
        told.mapPartitionsWithIndex(
                (index, part) -> index < FIRST_TREE ? part : tree(index - FIRST_TREE, part), true)
            .mapToPair(share -> share),
        FIRST_TREE);
  }

  private Iterator<Tuple2<Integer, Object>> slice(int index, Iterator<Tuple2<Integer, byte[]>> part)
      throws IOException {
    SliceStatistics statistics = statistics();
    UnigramCounts unigrams = new UnigramCounts();
    List<Tuple2<Integer, Object>> told = new ArrayList<>();
    FileEntry file;
    try (WindowMerger merger = new WindowMerger(layout, TaskMemory.spill(MERGE, "windows"))) {
      while (part.hasNext()) {
        merger.add(part.next()._2());
      }
      file =
          write(
              NgramFiles.countSlice(index),
              out -> {
                try (CountSliceWriter writer =
                    new CountSliceWriter(
                        layout,
                        passages,
                        slices,
                        index,
                        out,
                        SliceFiles.levels(),
                        statistics,
                        unigrams,
                        share -> told.add(toTree(share)))) {
                  merge(merger, index, writer);
                  writer.finish();
                }
              });
    }
    told.add(new Tuple2<>(NgramCounting.UNIGRAMS, new SliceShare(index, unigrams.bytes())));
    told.add(new Tuple2<>(NgramCounting.DRIVER, new CountedFile(statistics.finish(), file, null)));
    return told.iterator();
  }

  /** Merges what came to a slice with what the base has of it. */
  private void merge(WindowMerger merger, int slice, CountSliceWriter writer) throws IOException {
    if (base == null) {
      merger.merge(writer);
      return;
    }
    try (StoredWindows stored =
        new StoredWindows(base.files().counts(slice, hadoop.value().value()), layout, null)) {
      merger.base(stored, base.subtracts());
      merger.merge(writer);
    } catch (IOException | RuntimeException e) {
      VerifiedStream.throwIfDamaged(e);
      throw e;
    }
  }

  private Tuple2<Integer, Object> toTree(ContextShare share) {
    return new Tuple2<>(FIRST_TREE + slices.tree(share.nearest()), share);
  }

  /** Puts together what slices saw after the contexts of a tree. */
  private Iterator<Tuple2<Integer, Object>> tree(int tree, Iterator<Tuple2<Integer, Object>> part)
      throws IOException {
    SliceStatistics statistics = statistics();
    UnigramCounts unigrams = new UnigramCounts();
    SharedCounts counts = new SharedCounts(layout, passages);
    while (part.hasNext()) {
      counts.add((ContextShare) part.next()._2());
    }
    FileEntry file =
        write(
            NgramFiles.sharedCounts(tree),
            out -> counts.write(out, SliceFiles.levels(), statistics, unigrams));
    return List.of(
            new Tuple2<Integer, Object>(
                NgramCounting.UNIGRAMS, SliceShare.ofTree(tree, unigrams.bytes())),
            new Tuple2<Integer, Object>(
                NgramCounting.DRIVER, new CountedFile(statistics.finish(), file, null)))
        .iterator();
  }

  /** Adds up and writes the unigrams' counts. */
  CountedFile unigrams(Iterator<Tuple2<Integer, Object>> shares) throws IOException {
    SliceStatistics statistics = statistics();
    // What is left of the counts when they are fitted: all of this has the vocabulary's size.
    Summed summed = summed(shares, statistics);
    return new CountedFile(
        statistics.finish(),
        summed.file(),
        Wire.write(ZipfFit.of(summed.frequencies(), ZipfFit.DEFAULT_POINTS)));
  }

  /** The file of the unigrams' counts, and those counts that are shown. */
  private record Summed(FileEntry file, long[] frequencies) {}

  private Summed summed(Iterator<Tuple2<Integer, Object>> shares, SliceStatistics statistics)
      throws IOException {
    UnigramCounts sum = UnigramCounts.sum(passages.vocabularySize(), packed(shares));
    statistics.unigrams(sum);
    FileEntry file = write(NgramFiles.UNIGRAM_COUNTS, sum::write);
    long[] frequencies = new long[sum.types()];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = passages.marked(sum.id(i), sum.id(i)) ? 0 : sum.raw(i);
    }
    return new Summed(file, frequencies);
  }

  private static Iterator<byte[]> packed(Iterator<Tuple2<Integer, Object>> shares) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return shares.hasNext();
      }

      @Override
      public byte[] next() {
        return ((SliceShare) shares.next()._2()).packed();
      }
    };
  }

  private SliceStatistics statistics() {
    return new SliceStatistics(passages, plan.storedOrder(), plan.top(), plan.countsOfCounts());
  }

  private FileEntry write(String name, HashedFile.Content content) throws IOException {
    Path path = new Path(files.folder());
    return HashedFile.write(
        path.getFileSystem(hadoop.value().value()),
        path,
        name,
        TaskContext.get().taskAttemptId(),
        content);
  }
}
