package org.seqlm.spark.words;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.store.HashedFile;
import org.seqlm.vocab.IdSet;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Spellings;
import org.seqlm.vocab.Vocabulary;

/**
 * Spellings in files, which any task can open: a share of the words each, in blocks with their
 * first ids before them, so that a task that wants some can skip most.
 */
final class SpellingFiles implements CorpusVocabulary.Source {
  private static final long serialVersionUID = 1L;
  private static final int BUFFER = 1 << 16;
  private static final int BLOCK = 1 << 12;

  private final SerializableConfiguration hadoop;
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
      SerializableConfiguration hadoop,
      String folder,
      List<String> reserved,
      long lineEnds,
      long[] offsets) {
    this.hadoop = hadoop;
    this.folder = folder;
    this.reserved = reserved;
    this.lineEnds = lineEnds;
    this.offsets = offsets;
  }

  private static String name(int share) {
    return String.format(Locale.ROOT, "words-%05d", share);
  }

  /**
   * Writes a share of the words.
   *
   * @param first id of the first
   * @param attempt of the task, 0 for the driver
   * @throws IOException also if the folder around {@code folder} is gone: whoever made it has given
   *     up, and a task that outlives him must not make it again
   */
  static void write(
      FileSystem fs, Path folder, int share, int first, Iterator<PackedTokens> blocks, long attempt)
      throws IOException {
    if (!fs.exists(folder.getParent())) {
      throw new IOException(folder.getParent() + " is gone: whoever made it has given up");
    }
    HashedFile.write(fs, folder, name(share), attempt, out -> write(blocks, first, out));
  }

  private static void write(Iterator<PackedTokens> blocks, int first, OutputStream target)
      throws IOException {
    DataOutputStream out = new DataOutputStream(target);
    int id = first;
    while (blocks.hasNext()) {
      PackedTokens block = blocks.next();
      for (int from = 0; from < block.size(); from += BLOCK) {
        int to = Math.min(block.size(), from + BLOCK);
        int start = block.start(from);
        out.writeInt(id);
        out.writeInt(to - from);
        out.writeInt(block.end(to - 1) - start);
        for (int i = from; i < to; i++) {
          out.writeInt(block.end(i) - start);
          out.writeLong(block.counts()[i]);
        }
        out.write(block.arena(), start, block.end(to - 1) - start);
        id += to - from;
      }
    }
    out.flush();
  }

  private PackedTokens marks() {
    PackedTokens.Builder marks = new PackedTokens.Builder();
    for (String mark : reserved) {
      byte[] utf8 = mark.getBytes(StandardCharsets.UTF_8);
      marks.add(utf8, 0, utf8.length, mark.equals(Vocabulary.SENTENCE_END_TOKEN) ? lineEnds : 0);
    }
    return marks.take();
  }

  private DataInputStream open(Configuration conf, int share) throws IOException {
    Path path = new Path(folder, name(share));
    FileSystem fs = path.getFileSystem(conf);
    return new DataInputStream(new BufferedInputStream(fs.open(path), BUFFER));
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
            in = open(conf, ++share);
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
      in.readInt();
      int[] ends = new int[in.readInt()];
      byte[] arena = new byte[in.readInt()];
      long[] counts = new long[ends.length];
      for (int i = 0; i < ends.length; i++) {
        ends[i] = in.readInt();
        counts[i] = in.readLong();
      }
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
    PackedTokens.Builder words = new PackedTokens.Builder();
    PackedTokens marks = marks();
    for (int id = 0; id < marks.size(); id++) {
      if (ids.contains(id)) {
        words.add(marks.arena(), marks.start(id), marks.end(id), 0);
      }
    }
    for (int share = 0; share < offsets.length - 1; share++) {
      if (ids.containsAny(from(share), from(share + 1))) {
        try (DataInputStream in = open(conf, share)) {
          some(in, from(share + 1), ids, words);
        }
      }
    }
    return Spellings.some(words.take(), ids);
  }

  private static void some(DataInputStream in, int to, IdSet ids, PackedTokens.Builder words)
      throws IOException {
    byte[] arena = new byte[0];
    int[] ends = new int[BLOCK];
    for (int id = -1; id < to; ) {
      id = in.readInt();
      int n = in.readInt();
      int bytes = in.readInt();
      if (ids.containsAny(id, id + n)) {
        arena = arena.length < bytes ? new byte[bytes] : arena;
        for (int i = 0; i < n; i++) {
          ends[i] = in.readInt();
          in.readLong();
        }
        in.readFully(arena, 0, bytes);
        for (int i = 0; i < n; i++) {
          if (ids.contains(id + i)) {
            words.add(arena, i == 0 ? 0 : ends[i - 1], ends[i], 0);
          }
        }
      } else {
        in.skipNBytes(12L * n + bytes);
      }
      id += n;
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
