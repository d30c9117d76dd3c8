package org.seqlm.spark.ngrams;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.ngram.count.CountSliceWriter;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SliceStatistics;
import org.seqlm.ngram.count.Slices;
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
 * writes the slice, a head's writes what parts of a hot token's contexts tell it, and one adds up
 * the unigrams.
 */
final class SliceCounting implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Part of the heap for sorted windows that wait to be merged. */
  private static final double MERGE = 0.2;

  private static final int FIRST_HEAD = 2;

  private final KeyLayout layout;
  private final Slices slices;
  private final Passages passages;
  private final NgramCounting.Plan plan;
  private final String folder;
  private final Broadcast<SerializableConfiguration> hadoop;

  /**
   * @param folder where the files go
   */
  SliceCounting(
      KeyLayout layout,
      Slices slices,
      Passages passages,
      NgramCounting.Plan plan,
      String folder,
      Broadcast<SerializableConfiguration> hadoop) {
    this.layout = layout;
    this.slices = slices;
    this.passages = passages;
    this.plan = plan;
    this.folder = folder;
    this.hadoop = hadoop;
  }

  /** Has slices, and then heads, written, and gives what their tasks tell others. */
  JavaPairRDD<Integer, Object> tell(JavaPairRDD<Integer, byte[]> windows) {
    List<Integer> heads = slices.heads();
    JavaPairRDD<Integer, Object> told =
        Shuffles.byNumber(
            windows
                .mapPartitionsWithIndex(
                    (index, part) ->
                        slices.isHead(index)
                            ? Collections.<Tuple2<Integer, Object>>emptyIterator()
                            : slice(index, part),
                    true)
                .mapToPair(share -> share),
            FIRST_HEAD + heads.size());
    if (heads.isEmpty()) {
      return told;
    }
    return Shuffles.byNumber(
        told.mapPartitionsWithIndex(
                (index, part) ->
                    index < FIRST_HEAD ? part : head(heads.get(index - FIRST_HEAD), part),
                true)
            .mapToPair(share -> share),
        FIRST_HEAD);
  }

  private Iterator<Tuple2<Integer, Object>> slice(int index, Iterator<Tuple2<Integer, byte[]>> part)
      throws IOException {
    long attempt = TaskContext.get().taskAttemptId();
    SliceStatistics statistics = statistics();
    UnigramCounts unigrams = new UnigramCounts();
    int head = slices.headOf(index);
    UnigramCounts share = head < 0 ? null : new UnigramCounts();
    FileEntry file;
    try (WindowMerger merger =
        new WindowMerger(
            layout, TaskMemory.share(MERGE), TaskMemory.localFolder("windows-" + attempt))) {
      while (part.hasNext()) {
        merger.add(part.next()._2());
      }
      file =
          write(
              NgramFiles.countSlice(index),
              out -> {
                CountSliceWriter writer =
                    new CountSliceWriter(layout, passages, out, statistics, unigrams, share);
                merger.merge(writer);
                writer.finish();
              });
    }
    List<Tuple2<Integer, Object>> told = new ArrayList<>();
    told.add(new Tuple2<>(NgramCounting.UNIGRAMS, new SliceShare(index, unigrams.bytes())));
    told.add(new Tuple2<>(NgramCounting.DRIVER, new CountedFile(statistics.finish(), file, null)));
    if (share != null) {
      told.add(
          new Tuple2<>(
              FIRST_HEAD + slices.heads().indexOf(head), new SliceShare(index, share.bytes())));
    }
    return told.iterator();
  }

  /** Puts together what the parts of a hot token's contexts saw after the token itself. */
  private Iterator<Tuple2<Integer, Object>> head(int index, Iterator<Tuple2<Integer, Object>> part)
      throws IOException {
    SliceStatistics statistics = statistics();
    UnigramCounts followers = sum(part);
    UnigramCounts unigrams = new UnigramCounts();
    FileEntry file =
        write(
            NgramFiles.countSlice(index),
            out ->
                new CountSliceWriter(layout, passages, out, statistics, unigrams, null)
                    .head(slices.first(index), followers));
    return List.of(
            new Tuple2<Integer, Object>(
                NgramCounting.UNIGRAMS, new SliceShare(index, unigrams.bytes())),
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

  private static UnigramCounts sum(Iterator<Tuple2<Integer, Object>> shares) {
    UnigramCounts sum = new UnigramCounts();
    while (shares.hasNext()) {
      sum.addAll(((SliceShare) shares.next()._2()).packed());
    }
    return sum;
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
    Path path = new Path(folder);
    return HashedFile.write(
        path.getFileSystem(hadoop.value().value()),
        path,
        name,
        TaskContext.get().taskAttemptId(),
        content);
  }
}
