package org.seqlm.dataset;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
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
 * name, are the split in the order of the stream. It holds one part of a segment, however many that
 * has; closing it before it is finished gives up the segment that is being written.
 */
public final class SegmentWriter implements Closeable {
  /** Tokens of all splits up to which a segment is one part, and above that one part for each. */
  private static final long PART_TOKENS = 1L << 30;

  /** Of 2^28 tokens: positions in a segment, and its bytes, stay below 2^31. */
  private static final int MOST_PARTS = 256;

  private final FileSystem fs;
  private final Path folder;
  private final Split split;
  private final int range;
  private final long attempt;
  private final int width;
  private final int partsOfOne;
  private final List<FileEntry> files = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();
  private int[] ids = new int[1 << 10];
  private int tokens;
  private int[] documentStarts = new int[16];
  private int documents;

  // The segment that is being written, if it has several parts.
  private HashedFile.Open open;
  private final List<Integer> partBytes = new ArrayList<>();
  private final List<byte[]> partDigests = new ArrayList<>();
  private int openTokens;

  /**
   * How many parts of 2^20 tokens a segment has: one in datasets of up to 2^30 tokens, and as many
   * more as those have more, so that there are no more than a few thousand segments; but as a range
   * ends its segments, at most as many as a range fills.
   *
   * @param tokens of the dataset
   */
  public static int parts(long tokens) {
    return (int) Math.max(1, Math.min(MOST_PARTS, (tokens - 1) / PART_TOKENS + 1));
  }

  /**
   * @param folder of the dataset
   * @param range its place in the order of the stream
   * @param attempt distinguishes attempts of the same task, which write the same bytes
   * @param vocabularySize all ids are below it
   * @param parts of a segment, see {@link #parts}
   */
  public SegmentWriter(
      FileSystem fs,
      Path folder,
      Split split,
      int range,
      long attempt,
      int vocabularySize,
      int parts) {
    this.fs = fs;
    this.folder = folder;
    this.split = split;
    this.range = range;
    this.attempt = attempt;
    width = Segment.width(vocabularySize);
    partsOfOne = parts;
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
    endSegment();
  }

  @Override
  public void close() throws IOException {
    if (open != null) {
      open.close();
      open = null;
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
    if (partsOfOne == 1) {
      int n = tokens;
      int d = documents;
      files.add(
          HashedFile.write(
              fs,
              folder,
              path(),
              attempt,
              out -> Segment.write(out, width, ids, n, documentStarts, d)));
      lengths.add(n);
    } else {
      if (open == null) {
        open = HashedFile.open(fs, folder, path(), attempt);
      }
      ByteArrayOutputStream part = new ByteArrayOutputStream(tokens * width + 64);
      Segment.write(part, width, ids, tokens, documentStarts, documents);
      byte[] bytes = part.toByteArray();
      open.write(bytes);
      partBytes.add(bytes.length);
      partDigests.add(SegmentParts.digest(bytes));
      openTokens += tokens;
      if (partBytes.size() == partsOfOne) {
        endSegment();
      }
    }
    tokens = 0;
    documents = 0;
  }

  private void endSegment() throws IOException {
    if (open == null) {
      return;
    }
    if (partBytes.size() > 1) {
      open.write(SegmentParts.index(partBytes, partDigests));
    }
    files.add(open.keep());
    lengths.add(openTokens);
    open = null;
    openTokens = 0;
    partBytes.clear();
    partDigests.clear();
  }

  private String path() {
    // The digits hold a thousand terabytes of ranges, and their order is the names' order.
    return String.format(
        Locale.ROOT, "%s%08d-%06d.tokens", Dataset.prefix(split), range, files.size());
  }
}
