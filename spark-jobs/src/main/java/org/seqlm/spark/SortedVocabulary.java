package org.seqlm.spark;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.artifact.HashedFile;
import org.seqlm.ngram.IdSet;
import org.seqlm.ngram.Spellings;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.TokenTable;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyWriter;

/**
 * A vocabulary whose words lie on the executors' disks, in the order of their ids. The driver knows
 * how many words have which count, and reads the words themselves a share at a time.
 */
final class SortedVocabulary implements CorpusVocabulary {
  /** Of words to look up, so many at a time are sent to all tasks. */
  private static final int BATCH_BYTES = 16 << 20;

  private final JavaSparkContext spark;
  private final JavaRDD<Object> sorted;
  private final List<String> reserved;
  private final long[] offsets;
  private final long bytes;
  private final long lineEnds;
  private final int lineEnd;
  private final int[] firsts; // rank of the first word of each run of equal counts
  private final long[] counts; // of each run
  private String fingerprint;

  /**
   * @param sorted shares of the words, with other things beside
   * @param offsets of words before each share, and at last of all words that are kept
   * @param bytes that the words would take in memory
   * @param runs of each share, pairs of a count and how many words have it
   * @param lineFeed id of the line feed, -1 for none
   */
  SortedVocabulary(
      JavaSparkContext spark,
      JavaRDD<Object> sorted,
      TokenizerKind kind,
      long[] offsets,
      long bytes,
      List<long[]> runs,
      long lineEnds,
      int lineFeed) {
    this.spark = spark;
    this.sorted = sorted;
    this.reserved = Vocabulary.reservedTokens(kind);
    this.offsets = offsets;
    this.bytes = bytes;
    this.lineEnds = lineEnds;
    this.lineEnd = kind == TokenizerKind.CHAR ? lineFeed : sentenceEnd();
    int size = runs.stream().mapToInt(share -> share.length / 2).sum();
    int[] begins = new int[size];
    long[] values = new long[size];
    long rank = 0;
    int n = 0;
    for (long[] share : runs) {
      for (int i = 0; i < share.length && rank < words(); i += 2) {
        if (n == 0 || values[n - 1] != share[i]) {
          begins[n] = (int) rank;
          values[n++] = share[i];
        }
        rank += share[i + 1];
      }
    }
    firsts = Arrays.copyOf(begins, n);
    counts = Arrays.copyOf(values, n);
  }

  /** Words before each share, and at last all words. */
  long[] offsets() {
    return offsets;
  }

  /** What all words would take in memory, or a bit more. */
  long bytes() {
    return bytes;
  }

  private int words() {
    return (int) offsets[offsets.length - 1];
  }

  /** The words, in the order of their ids. */
  JavaRDD<PackedTokens> blocks() {
    return blocks(sorted, offsets);
  }

  private static JavaRDD<PackedTokens> blocks(JavaRDD<Object> sorted, long[] offsets) {
    return sorted.mapPartitions(
        share -> {
          int index = TaskContext.getPartitionId();
          return kept(share, (int) (offsets[index + 1] - offsets[index]));
        });
  }

  private static Iterator<PackedTokens> kept(Iterator<Object> share, int most) {
    return new Iterator<>() {
      private int left = most;
      private PackedTokens next;

      @Override
      public boolean hasNext() {
        while (next == null && left > 0 && share.hasNext()) {
          if (share.next() instanceof PackedTokens block) {
            next = block.first(left);
            left -= next.size();
          }
        }
        return next != null;
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
    };
  }

  @Override
  public int size() {
    return reserved.size() + words();
  }

  @Override
  public int reserved() {
    return reserved.size();
  }

  @Override
  public int lineEnd() {
    return lineEnd;
  }

  @Override
  public long count(int id) {
    int rank = id - reserved.size();
    if (rank < 0) {
      return id == sentenceEnd() ? lineEnds : 0;
    }
    int run = Arrays.binarySearch(firsts, rank);
    return counts[run < 0 ? -run - 2 : run];
  }

  @Override
  public String fingerprint() {
    if (fingerprint == null) {
      try {
        write(OutputStream.nullOutputStream());
      } catch (IOException e) {
        throw new AssertionError("nothing is written", e);
      }
    }
    return fingerprint;
  }

  @Override
  public void write(OutputStream out) throws IOException {
    VocabularyWriter writer = new VocabularyWriter(out);
    for (int id = 0; id < reserved.size(); id++) {
      byte[] utf8 = reserved.get(id).getBytes(StandardCharsets.UTF_8);
      writer.add(utf8, 0, utf8.length, count(id));
    }
    for (Iterator<PackedTokens> blocks = blocks().toLocalIterator(); blocks.hasNext(); ) {
      PackedTokens block = blocks.next();
      for (int i = 0; i < block.size(); i++) {
        writer.add(block.arena(), block.start(i), block.end(i), block.counts()[i]);
      }
    }
    fingerprint = writer.fingerprint();
  }

  @Override
  public IntFunction<String> tokens(int[] ids) {
    int[] wanted = Arrays.stream(ids).sorted().distinct().toArray();
    int before = reserved.size();
    long[] starts = offsets;
    Map<Integer, String> tokens = new HashMap<>();
    for (int id = 0; id < before; id++) {
      tokens.put(id, reserved.get(id));
    }
    List<PackedTokens> found =
        blocks()
            .mapPartitions(
                blocks -> {
                  long first = before + starts[TaskContext.getPartitionId()];
                  PackedTokens.Builder some = new PackedTokens.Builder();
                  while (blocks.hasNext()) {
                    PackedTokens block = blocks.next();
                    int at = Arrays.binarySearch(wanted, (int) first);
                    for (int k = at < 0 ? -at - 1 : at;
                        k < wanted.length && wanted[k] < first + block.size();
                        k++) {
                      int i = (int) (wanted[k] - first);
                      some.add(block.arena(), block.start(i), block.end(i), wanted[k]);
                    }
                    first += block.size();
                  }
                  return List.of(some.take()).iterator();
                })
            .collect();
    for (PackedTokens some : found) {
      for (int i = 0; i < some.size(); i++) {
        String token =
            new String(some.arena(), some.start(i), some.length(i), StandardCharsets.UTF_8);
        tokens.put((int) some.counts()[i], token);
      }
    }
    return tokens::get;
  }

  @Override
  public long[] ids(Iterator<String> words) {
    BitSet found = new BitSet(size());
    while (words.hasNext()) {
      TokenTable batch = new TokenTable(1 << 10);
      while (words.hasNext() && batch.bytes() + 16L * batch.size() < BATCH_BYTES) {
        String word = words.next();
        int mark = reserved.indexOf(word);
        if (mark > Vocabulary.UNKNOWN) {
          found.set(mark);
        } else if (mark < 0) {
          byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
          batch.add(utf8, 0, utf8.length);
        }
      }
      ids(batch, found);
    }
    return found.toLongArray();
  }

  private void ids(TokenTable batch, BitSet found) {
    int before = reserved.size();
    long[] starts = offsets;
    Broadcast<PackedTokens> sought =
        spark.broadcast(PackedTokens.of(batch, new long[batch.size()]));
    try {
      blocks()
          .mapPartitions(
              blocks -> {
                long id = before + starts[TaskContext.getPartitionId()];
                PackedTokens list = sought.value();
                TokenTable table = new TokenTable(list.size());
                for (int i = 0; i < list.size(); i++) {
                  table.add(list.arena(), list.start(i), list.end(i));
                }
                int[] ids = new int[list.size()];
                int n = 0;
                while (blocks.hasNext()) {
                  PackedTokens block = blocks.next();
                  for (int i = 0; i < block.size(); i++, id++) {
                    if (table.find(block.arena(), block.start(i), block.end(i)) >= 0) {
                      ids[n++] = (int) id;
                    }
                  }
                }
                return List.of(Arrays.copyOf(ids, n)).iterator();
              })
          .collect()
          .forEach(some -> Arrays.stream(some).forEach(found::set));
    } finally {
      sought.destroy();
    }
  }

  /** Lets go of the words on the executors' disks. */
  void close() {
    sorted.unpersist();
  }

  /** Writes each share's words to a file of its own. */
  @Override
  public Source spellings(Path folder) {
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    String target = folder.toString();
    int before = reserved.size();
    long[] starts = offsets;
    blocks()
        .foreachPartition(
            blocks -> {
              int share = TaskContext.getPartitionId();
              Path path = new Path(target);
              HashedFile.write(
                  path.getFileSystem(hadoop.value()),
                  path,
                  Files.name(share),
                  TaskContext.get().taskAttemptId(),
                  out -> Files.write(blocks, (int) (before + starts[share]), out));
            });
    return new Files(hadoop, target, reserved, lineEnds, offsets);
  }

  /** Spellings in files: blocks of words, each with the ids that it has before it. */
  private static final class Files implements Source {
    private static final long serialVersionUID = 1L;
    private static final int BUFFER = 1 << 16;
    private static final int BLOCK = 1 << 12;

    private final SerializableConfiguration hadoop;
    private final String folder;
    private final List<String> reserved;
    private final long lineEnds;
    private final long[] offsets;

    Files(
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

    static String name(int share) {
      return String.format(Locale.ROOT, "words-%05d", share);
    }

    /** Blocks of few words, so that a reader of some can skip most. */
    static void write(Iterator<PackedTokens> blocks, int first, OutputStream target)
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
      PackedTokens marks = marks();
      return new Iterator<>() {
        private PackedTokens next = marks;
        private DataInputStream in;
        private int share = -1;
        private int id = marks.size();

        @Override
        public boolean hasNext() {
          try {
            while (next == null && share < offsets.length - 1) {
              if (share < 0 || id == from(share + 1)) {
                close();
                share++;
                in = share < offsets.length - 1 ? open(conf, share) : null;
              } else {
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
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return next != null;
        }

        private void close() throws IOException {
          if (in != null) {
            in.close();
          }
        }

        @Override
        public PackedTokens next() {
          if (!hasNext()) {
            throw new NoSuchElementException();
          }
          PackedTokens run = next;
          next = null;
          return run;
        }
      };
    }

    @Override
    public Spellings some(Configuration conf, Needed needed) throws IOException {
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
}
