package org.seqlm.dataset;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;

/**
 * Writes what one range of the input gives to one split, in segments. The files of all ranges, by
 * name, are the split in the order of the stream.
 */
public final class SegmentWriter {
  private final FileSystem fs;
  private final Path folder;
  private final Split split;
  private final int range;
  private final long attempt;
  private final int width;
  private final List<FileEntry> files = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();
  private int[] ids = new int[1 << 10];
  private int tokens;
  private int[] documentStarts = new int[16];
  private int documents;

  /**
   * @param folder of the dataset
   * @param range its place in the order of the stream
   * @param attempt distinguishes attempts of the same task, which write the same bytes
   * @param vocabularySize all ids are below it
   */
  public SegmentWriter(
      FileSystem fs, Path folder, Split split, int range, long attempt, int vocabularySize) {
    this.fs = fs;
    this.folder = folder;
    this.split = split;
    this.range = range;
    this.attempt = attempt;
    width = Segment.width(vocabularySize);
  }

  /** The next token is the first of a document. */
  public void startDocument() throws IOException {
    // A full segment is written late, so that a document's start goes with its first token.
    if (tokens == Segment.MAX_TOKENS) {
      flush();
    }
    if (documents == documentStarts.length) {
      documentStarts = Arrays.copyOf(documentStarts, documents * 2);
    }
    documentStarts[documents++] = tokens;
  }

  /** Adds a token. */
  public void add(int id) throws IOException {
    if (tokens == Segment.MAX_TOKENS) {
      flush();
    }
    if (tokens == ids.length) {
      ids = Arrays.copyOf(ids, tokens * 2);
    }
    ids[tokens++] = id;
  }

  /** Writes what is left. */
  public void finish() throws IOException {
    if (tokens > 0) {
      flush();
    }
  }

  /** The files written. */
  public List<FileEntry> files() {
    return files;
  }

  /** Tokens of each file. */
  public List<Integer> lengths() {
    return lengths;
  }

  private void flush() throws IOException {
    // The digits hold a thousand terabytes of ranges, and their order is the names' order.
    String path =
        String.format(
            Locale.ROOT, "%s%08d-%06d.tokens", Dataset.prefix(split), range, files.size());
    int n = tokens;
    int d = documents;
    files.add(
        HashedFile.write(
            fs,
            folder,
            path,
            attempt,
            out -> Segment.write(out, width, ids, n, documentStarts, d)));
    lengths.add(n);
    tokens = 0;
    documents = 0;
  }
}
