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
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.vocab.IdRanges;
import scala.Tuple2;

/**
 * What the tasks of {@link NgramCounting} do: a slice's merges the windows that come to it and
 * writes the slice, a tree's adds up what slices saw after the contexts that they share. What they
 * counted of the unigrams they give away by range of ids, for {@link UnigramCounting}.
 */
final class SliceCounting implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Part of the heap for sorted windows that wait to be merged. */
  private static final double MERGE = 0.2;

  private final KeyLayout layout;
  private final SliceFiles files;
  private final Slices slices;
  private final Passages passages;
  private final NgramCounting.Plan plan;
  private final NgramCounting.Base base; // null for none
  private final IdRanges ranges; // of the unigrams: partitions that tasks tell, before the driver's
  private final int driver;
  private final int firstTree;
  private final Broadcast<SharedSettings> hadoop;

  /**
   * @param files that are to be written
   * @param base counts that windows are added to or taken from; null for none
   * @param ranges of the ids of unigrams
   */
  SliceCounting(
      KeyLayout layout,
      SliceFiles files,
      Passages passages,
      NgramCounting.Plan plan,
      NgramCounting.Base base,
      IdRanges ranges,
      Broadcast<SharedSettings> hadoop) {
    this.layout = layout;
    this.files = files;
    this.slices = files.slices();
    this.passages = passages;
    this.plan = plan;
    this.base = base;
    this.ranges = ranges;
    this.driver = ranges.count();
    this.firstTree = driver + 1;
    this.hadoop = hadoop;
  }

  /**
   * Has slices, and then what they share, written, and gives what their tasks tell others: in a
   * partition a range the {@link SliceShare}s of the unigrams, in the next what is for the driver.
   */
  JavaPairRDD<Integer, Object> tell(JavaPairRDD<Integer, byte[]> windows) {
    int trees = slices.trees().length;
    JavaPairRDD<Integer, Object> told =
        Shuffles.byNumber(
            windows.mapPartitionsWithIndex(this::slice, true).mapToPair(share -> share),
            firstTree + trees);
    if (trees == 0) {
      return told;
    }
    return Shuffles.byNumber(
        told.mapPartitionsWithIndex(
                (index, part) -> index < firstTree ? part : tree(index - firstTree, part), true)
            .mapToPair(share -> share),
        firstTree);
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
    tell(told, index, unigrams);
    told.add(new Tuple2<>(driver, new CountedFile(statistics.finish(), file)));
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
    return new Tuple2<>(firstTree + slices.tree(share.nearest()), share);
  }

  /** Puts together what slices saw after the contexts of a tree. */
  private Iterator<Tuple2<Integer, Object>> tree(int tree, Iterator<Tuple2<Integer, Object>> part)
      throws IOException {
    SliceStatistics statistics = statistics();
    List<Tuple2<Integer, Object>> told = new ArrayList<>();
    TreeWords words = new TreeWords(SliceShare.tree(tree), told);
    FileEntry file;
    try (SharedCounts counts =
        new SharedCounts(layout, passages, TaskMemory.spill(MERGE, "shared"))) {
      while (part.hasNext()) {
        counts.add((ContextShare) part.next()._2());
      }
      file =
          write(
              NgramFiles.sharedCounts(tree),
              out -> counts.write(out, SliceFiles.levels(), statistics, words));
    }
    words.end();
    told.add(new Tuple2<>(driver, new CountedFile(statistics.finish(), file)));
    return told.iterator();
  }

  /** Deals the words that follow a tree's token, in their order, to the ranges of ids. */
  private final class TreeWords implements SharedCounts.Unigrams {
    private final int sender;
    private final List<Tuple2<Integer, Object>> told;
    private final UnigramCounts.Packing words = new UnigramCounts.Packing();
    private int range;

    TreeWords(int sender, List<Tuple2<Integer, Object>> told) {
      this.sender = sender;
      this.told = told;
    }

    @Override
    public void word(int stored, long raw) {
      while (stored > ranges.to(range)) {
        end();
        range++;
      }
      words.add(stored, raw, 1);
    }

    void end() {
      if (words.size() > 0) {
        told.add(new Tuple2<>(range, new SliceShare(sender, words.take())));
      }
    }
  }

  /** Deals a share of the unigrams' counts to the ranges of ids. */
  private void tell(List<Tuple2<Integer, Object>> told, int sender, UnigramCounts unigrams) {
    unigrams.deal(
        ranges, (words, range) -> told.add(new Tuple2<>(range, new SliceShare(sender, words))));
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
