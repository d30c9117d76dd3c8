package org.seqlm.spark.words;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Store;
import org.seqlm.vocab.IdSet;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Spellings;
import org.seqlm.vocab.Vocabulary;

/**
 * Spellings in files, which any task can open: a share of the words each, in blocks of equally many
 * words, with the blocks' lengths in a file beside it. So a task that wants some words reads the
 * blocks that hold them: of a text's rare words, which are most of them, a slice has few.
 */
final class SpellingFiles implements CorpusVocabulary.Source {
  private static final long serialVersionUID = 1L;
  private static final int BUFFER = 1 << 16;

  /** Words of a block, all but the last of a share's. */
  private static final int BLOCK = 1 << 8;

  /** Whoever wants blocks no further apart reads what is between them: a seek costs as much. */
  private static final int GAP = 1 << 15;

  /** What is read at once, unless one block is longer. */
  private static final int MOST_READ = 1 << 20;

  private final SharedSettings hadoop;
  private final String folder;
  private final List<String> reserved;
  private final long lineEnds;
  private final long[] offsets;

  /**
   * What {@link #write} wrote.
   *
   * @param lineEnds the count of {@code </s>}
   * @param offsets of words before each share, and at last of all words; marks are none
   */
  SpellingFiles(
      SharedSettings hadoop, String folder, List<String> reserved, long lineEnds, long[] offsets) {
    this.hadoop = hadoop;
    this.folder = folder;
    this.reserved = reserved;
    this.lineEnds = lineEnds;
    this.offsets = offsets;
  }

  private static String name(int share) {
    return String.format(Locale.ROOT, "words-%05d", share);
  }

  /** The length of each block in bytes, an int each. */
  private static String index(int share) {
    return name(share) + ".index";
  }

  /**
   * Writes a share of the words.
   *
   * @param attempt of the task, 0 for the driver
   * @throws IOException also if the folder around {@code folder} is gone: whoever made it has given
   *     up, and a task that outlives him must not make it again
   */
  static void write(
      FileSystem fs, Path folder, int share, Iterator<PackedTokens> words, long attempt)
      throws IOException {
    checkWanted(fs, folder);
    HashedFile.writeAll(
        fs, folder, List.of(name(share), index(share)), attempt, outs -> write(words, outs));
  }

  /**
   * Checks that somebody still waits for files: where there are folders, the one around theirs.
   *
   * @throws IOException if not
   */
  static void checkWanted(FileSystem fs, Path folder) throws IOException {
    Path around = folder.getParent();
    if (Store.of(fs, around).hasFolders() && !fs.exists(around)) {
      throw new IOException(around + " is gone: whoever made it has given up");
    }
  }

  private static void write(Iterator<PackedTokens> words, OutputStream[] targets)
      throws IOException {
    DataOutputStream out = new DataOutputStream(targets[0]);
    DataOutputStream index = new DataOutputStream(targets[1]);
    PackedTokens.Builder block = new PackedTokens.Builder();
    int size = 0;
    while (words.hasNext()) {
      PackedTokens some = words.next();
      for (int i = 0; i < some.size(); i++) {
        block.add(some.arena(), some.start(i), some.end(i), some.counts()[i]);
        if (++size == BLOCK) {
          write(block.take(), out, index);
          block = new PackedTokens.Builder();
          size = 0;
        }
      }
    }
    if (size > 0) {
      write(block.take(), out, index);
    }
    out.flush();
    index.flush();
  }

  /** The counts, where each word ends, and the words. */
  private static void write(PackedTokens block, DataOutputStream out, DataOutputStream index)
      throws IOException {
    int size = block.size();
    for (long count : block.counts()) {
      out.writeLong(count);
    }
    for (int end : block.ends()) {
      out.writeInt(end);
    }
    out.write(block.arena(), 0, block.end(size - 1));
    index.writeInt(Math.addExact(12 * size, block.end(size - 1)));
  }

  private PackedTokens marks() {
    PackedTokens.Builder marks = new PackedTokens.Builder();
    for (String mark : reserved) {
      byte[] utf8 = mark.getBytes(StandardCharsets.UTF_8);
      marks.add(utf8, 0, utf8.length, mark.equals(Vocabulary.SENTENCE_END_TOKEN) ? lineEnds : 0);
    }
    return marks.take();
  }

  private FSDataInputStream open(Configuration conf, String file, int buffer) throws IOException {
    Path path = new Path(folder, file);
    return path.getFileSystem(conf).open(path, buffer);
  }

  private int from(int share) {
    return (int) (reserved.size() + offsets[share]);
  }

  @Override
  public Iterator<PackedTokens> all(Configuration conf) {
    return new All(conf, marks());
  }

  /** All words; whoever stops before the last closes it. */
  private final class All implements Iterator<PackedTokens>, Closeable {
    private final Configuration conf;
    private PackedTokens next;
    private DataInputStream in; // null between shares
    private int share = -1;
    private int id;

    All(Configuration conf, PackedTokens marks) {
      this.conf = conf;
      this.next = marks;
      this.id = marks.size();
    }

    @Override
    public boolean hasNext() {
      try {
        while (next == null && (in != null || share < offsets.length - 2)) {
          if (in == null) {
            in =
                new DataInputStream(
                    new BufferedInputStream(open(conf, name(++share), 4096), BUFFER));
          } else {
            read();
          }
          if (id == from(share + 1)) {
            close();
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return next != null;
    }

    private void read() throws IOException {
      int[] ends = new int[Math.min(BLOCK, from(share + 1) - id)];
      long[] counts = new long[ends.length];
      for (int i = 0; i < ends.length; i++) {
        counts[i] = in.readLong();
      }
      for (int i = 0; i < ends.length; i++) {
        ends[i] = in.readInt();
      }
      byte[] arena = new byte[ends[ends.length - 1]];
      in.readFully(arena);
      next = new PackedTokens(arena, ends, counts);
      id += ends.length;
    }

    @Override
    public PackedTokens next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      PackedTokens block = next;
      next = null;
      return block;
    }

    @Override
    public void close() throws IOException {
      if (in != null) {
        in.close();
        in = null;
      }
    }
  }

  @Override
  public Spellings some(Configuration conf, CorpusVocabulary.Needed needed) throws IOException {
    IdSet ids = new IdSet(from(offsets.length - 1));
    needed.addTo(ids);
    Spellings.Builder words = new Spellings.Builder(ids);
    PackedTokens marks = marks();
    for (int id = 0; id < marks.size(); id++) {
      if (ids.contains(id)) {
        words.add(marks.arena(), marks.start(id), marks.end(id));
      }
    }
    for (int share = 0; share < offsets.length - 1; share++) {
      if (ids.containsAny(from(share), from(share + 1))) {
        some(conf, share, ids, words);
      }
    }
    return words.build();
  }

  private void some(Configuration conf, int share, IdSet ids, Spellings.Builder words)
      throws IOException {
    int[] lengths = lengths(conf, share);
    byte[] bytes = new byte[0];
    try (FSDataInputStream in = open(conf, name(share), 4096)) {
      long at = 0; // of the next block in the file
      for (int block = 0; block < lengths.length; ) {
        if (!needs(ids, share, block)) {
          at += lengths[block++];
          continue;
        }
        int to = block + 1;
        int length = lengths[block];
        long next = length; // one past the blocks that were looked at
        for (int look = to; look < lengths.length; look++) {
          if (next - length > GAP || next + lengths[look] > MOST_READ) {
            break;
          }
          next += lengths[look];
          if (needs(ids, share, look)) {
            to = look + 1;
            length = (int) next;
          }
        }
        bytes = bytes.length < length ? new byte[length] : bytes;
        in.seek(at);
        in.readFully(bytes, 0, length);
        for (int start = 0; block < to; start += lengths[block++]) {
          if (needs(ids, share, block)) {
            int first = first(share, block);
            add(bytes, start, first, first(share, block + 1) - first, ids, words);
          }
        }
        at += length;
      }
    }
  }

  private int[] lengths(Configuration conf, int share) throws IOException {
    int[] lengths = new int[(from(share + 1) - from(share) + BLOCK - 1) / BLOCK];
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(open(conf, index(share), 4096), BUFFER))) {
      for (int block = 0; block < lengths.length; block++) {
        lengths[block] = in.readInt();
      }
    }
    return lengths;
  }

  /** The first id of a block, or for that behind the last one past the share's ids. */
  private int first(int share, int block) {
    return (int) Math.min(from(share + 1), from(share) + (long) block * BLOCK);
  }

  private boolean needs(IdSet ids, int share, int block) {
    return ids.containsAny(first(share, block), first(share, block + 1));
  }

  /** Adds those words of a block that are needed. */
  private static void add(
      byte[] bytes, int start, int first, int size, IdSet ids, Spellings.Builder words) {
    ByteBuffer ends = ByteBuffer.wrap(bytes, start + 8 * size, 4 * size).slice();
    int arena = start + 12 * size;
    for (int i = 0; i < size; i++) {
      if (ids.contains(first + i)) {
        int from = i == 0 ? 0 : ends.getInt(4 * (i - 1));
        words.add(bytes, arena + from, arena + ends.getInt(4 * i));
      }
    }
  }

  @Override
  public void close() {
    Path path = new Path(folder);
    try {
      path.getFileSystem(hadoop.value()).delete(path, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
