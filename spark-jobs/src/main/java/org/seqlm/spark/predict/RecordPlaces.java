package org.seqlm.spark.predict;

import java.io.Serializable;
import org.seqlm.corpus.example.ReadExamples;

/** Where the records of ranges stand. */
public final class RecordPlaces implements Serializable {
  private static final long serialVersionUID = 1L;

  /** By range: records before it; at last all. */
  final long[] offsets;

  /** By range and piece: lines of its file before it. */
  final long[][] lines;

  /** By range: pieces before it. */
  final int[] pieces;

  /**
   * Of records that were read.
   *
   * @param files by range and piece
   */
  RecordPlaces(ReadExamples read, String[][] files) {
    offsets = read.recordOffsets();
    lines = read.linesBefore();
    pieces = new int[files.length];
    for (int r = 1; r < files.length; r++) {
      pieces[r] = pieces[r - 1] + files[r - 1].length;
    }
  }
}
