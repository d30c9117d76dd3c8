package org.seqlm.spark.words;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.IntFunction;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.NumberedWords;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.TokenTable;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyWriter;

/**
 * A vocabulary whose words lie on the executors' disks, in the order of their ids. The driver knows
 * how many each share has, and reads the words themselves a share at a time.
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
  private final long counted;
  private String fingerprint;

  /**
   * @param sorted shares of the words, with other things beside
   * @param offsets of words before each share, and at last of all words that are kept
   * @param bytes that the words would take in memory
   * @param counted tokens of the text that are one of the words
   * @param lineEnds the count of {@code </s>}
   * @param lineFeed id of the line feed, -1 for none
   */
  SortedVocabulary(
      JavaSparkContext spark,
      JavaRDD<Object> sorted,
      TokenizerKind kind,
      long[] offsets,
      long bytes,
      long counted,
      long lineEnds,
      int lineFeed) {
    this.spark = spark;
    this.sorted = sorted;
    this.reserved = Vocabulary.reservedTokens(kind);
    this.offsets = offsets;
    this.bytes = bytes;
    this.lineEnds = lineEnds;
    this.lineEnd = kind == TokenizerKind.CHAR ? lineFeed : sentenceEnd();
    this.counted = counted;
  }

  /** Words before each share, and at last all words. */
  long[] offsets() {
    return offsets;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public Vocabulary vocabulary() {
    throw new IllegalStateException("the vocabulary is too large for one memory");
  }

  @Override
  public JavaRDD<NumberedWords> numbered(int number) {
    int before = reserved.size();
    long[] starts = offsets;
    PackedTokens.Builder marks = new PackedTokens.Builder();
    for (int id = 0; id < before; id++) {
      byte[] utf8 = reserved.get(id).getBytes(StandardCharsets.UTF_8);
      marks.add(utf8, 0, utf8.length, id == sentenceEnd() ? lineEnds : 0);
    }
    JavaRDD<NumberedWords> words =
        blocks()
            .mapPartitionsWithIndex(
                (share, blocks) -> numbered(number, (int) (before + starts[share]), blocks), true);
    return spark.parallelize(List.of(NumberedWords.from(number, 0, marks.take())), 1).union(words);
  }

  private static Iterator<NumberedWords> numbered(
      int number, int first, Iterator<PackedTokens> blocks) {
    return new Iterator<>() {
      private int next = first;

      @Override
      public boolean hasNext() {
        return blocks.hasNext();
      }

      @Override
      public NumberedWords next() {
        NumberedWords some = NumberedWords.from(number, next, blocks.next());
        next += some.size();
        return some;
      }
    };
  }

  private int words() {
    return (int) offsets[offsets.length - 1];
  }

  /** The words, in the order of their ids. */
  JavaRDD<PackedTokens> blocks() {
    return blocks(sorted, offsets);
  }

  private static JavaRDD<PackedTokens> blocks(JavaRDD<Object> sorted, long[] offsets) {
    // Not by the task's number, which is another where this is one of several in a union.
    return sorted.mapPartitionsWithIndex(
        (index, share) -> kept(share, (int) (offsets[index + 1] - offsets[index])), true);
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
  public long counted() {
    return counted;
  }

  @Override
  public long lineEnds() {
    return lineEnds;
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
      writer.add(utf8, 0, utf8.length, id == sentenceEnd() ? lineEnds : 0);
    }
    for (Iterator<PackedTokens> blocks = blocks().toLocalIterator(); blocks.hasNext(); ) {
      PackedTokens block = blocks.next();
      for (int i = 0; i < block.size(); i++) {
        writer.add(block.arena(), block.start(i), block.end(i), block.counts()[i]);
      }
    }
    fingerprint = writer.fingerprint();
  }

  /** The ids of words that appear, and of reserved ones: a bit an id. */
  BitSet present() {
    List<long[]> absent =
        blocks()
            .mapPartitions(
                blocks -> {
                  BitSet found = new BitSet();
                  int place = 0;
                  while (blocks.hasNext()) {
                    for (long count : blocks.next().counts()) {
                      found.set(place++, count == 0);
                    }
                  }
                  return List.of(found.toLongArray()).iterator();
                })
            .collect();
    BitSet present = new BitSet(size());
    present.set(0, size());
    for (int share = 0; share < absent.size(); share++) {
      int from = (int) (reserved.size() + offsets[share]);
      BitSet.valueOf(absent.get(share)).stream().forEach(place -> present.clear(from + place));
    }
    return present;
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
    SharedSettings hadoop = new SharedSettings(spark.hadoopConfiguration());
    String target = folder.toString();
    blocks()
        .foreachPartition(
            blocks -> {
              int share = TaskContext.getPartitionId();
              Path path = new Path(target);
              SpellingFiles.write(
                  path.getFileSystem(hadoop.value()),
                  path,
                  share,
                  blocks,
                  TaskContext.get().taskAttemptId());
            });
    return new SpellingFiles(hadoop, target, reserved, lineEnds, offsets);
  }
}
