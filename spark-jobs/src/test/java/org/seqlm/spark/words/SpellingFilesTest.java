package org.seqlm.spark.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Spellings;

class SpellingFilesTest {
  private static final AtomicInteger OPEN = new AtomicInteger();
  private static final AtomicLong READ = new AtomicLong();

  /** The local file system, which counts what is open and what is read. */
  public static final class Counted extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("counted:///");
    }

    @Override
    public FSDataInputStream open(Path file, int buffer) throws IOException {
      OPEN.incrementAndGet();
      return new FSDataInputStream(new Counting(super.open(file, buffer))) {
        @Override
        public void close() throws IOException {
          OPEN.decrementAndGet();
          super.close();
        }
      };
    }
  }

  /** Counts what is read. */
  private static final class Counting extends FSInputStream {
    private final FSDataInputStream in;

    Counting(FSDataInputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      READ.incrementAndGet();
      return in.read();
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int n = in.read(into, from, length);
      READ.addAndGet(Math.max(0, n));
      return n;
    }

    @Override
    public void seek(long position) throws IOException {
      in.seek(position);
    }

    @Override
    public long getPos() throws IOException {
      return in.getPos();
    }

    @Override
    public boolean seekToNewSource(long position) {
      return false;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  @TempDir java.nio.file.Path folder;
  private final Configuration conf = new Configuration();
  private SpellingFiles files;

  /** A mark, then shares of two words, none, and one. */
  @BeforeEach
  void write() throws IOException {
    conf.set("fs.counted.impl", Counted.class.getName());
    Path path = new Path("counted://" + folder.resolve("words"));
    String[][] shares = {{"a", "b"}, {}, {"c"}};
    for (int share = 0; share < shares.length; share++) {
      PackedTokens.Builder words = new PackedTokens.Builder();
      for (String word : shares[share]) {
        words.add(word.getBytes(StandardCharsets.UTF_8), 0, 1, 1);
      }
      SpellingFiles.write(
          path.getFileSystem(conf), path, share, List.of(words.take()).iterator(), 0);
    }
    files =
        new SpellingFiles(
            new SharedSettings(conf),
            path.toString(),
            List.of("<unk>"),
            0,
            new long[] {0, 2, 2, 3});
    OPEN.set(0);
  }

  private static List<String> words(PackedTokens block) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < block.size(); i++) {
      words.add(
          new String(
              block.arena(),
              block.start(i),
              block.end(i) - block.start(i),
              StandardCharsets.UTF_8));
    }
    return words;
  }

  /** Who writes unigrams asks for no more words than there are. */
  @Test
  void aShareIsClosedWithItsLastWord() {
    Iterator<PackedTokens> all = files.all(conf);
    assertThat(words(all.next())).containsExactly("<unk>");
    assertThat(words(all.next())).containsExactly("a", "b");
    assertThat(OPEN).hasValue(0);
    assertThat(words(all.next())).containsExactly("c");
    assertThat(OPEN).hasValue(0);
    assertThat(all.hasNext()).isFalse();
  }

  @Test
  void whoStopsEarlyClosesIt() throws IOException {
    PackedTokens.Builder words = new PackedTokens.Builder();
    for (int i = 0; i < 5000; i++) {
      words.add(new byte[] {'x'}, 0, 1, 1);
    }
    Path path = new Path("counted://" + folder.resolve("many"));
    SpellingFiles.write(path.getFileSystem(conf), path, 0, List.of(words.take()).iterator(), 0);
    Iterator<PackedTokens> all =
        new SpellingFiles(
                new SharedSettings(conf), path.toString(), List.of(), 0, new long[] {0, 5000})
            .all(conf);
    all.next();
    assertThat(all.next().size()).isLessThan(5000);
    assertThat(OPEN).hasValue(1);
    ((Closeable) all).close();
    assertThat(OPEN).hasValue(0);
  }

  private static String word(int id) {
    return id % 1000 == 7 ? "w".repeat(id % 5000) + id : "word" + id;
  }

  /** Shares of 100,000 words, which come in blocks of any size, behind a mark. */
  private SpellingFiles many(int... shares) throws IOException {
    Path path = new Path("counted://" + folder.resolve("many"));
    long[] offsets = new long[shares.length + 1];
    Random random = new Random(2);
    for (int share = 0; share < shares.length; share++) {
      offsets[share + 1] = offsets[share] + shares[share];
      List<PackedTokens> blocks = new ArrayList<>();
      for (int id = 1 + (int) offsets[share]; id <= offsets[share + 1]; ) {
        PackedTokens.Builder words = new PackedTokens.Builder();
        for (int n = random.nextInt(3000); n > 0 && id <= offsets[share + 1]; n--) {
          byte[] utf8 = word(id++).getBytes(StandardCharsets.UTF_8);
          words.add(utf8, 0, utf8.length, id);
        }
        blocks.add(words.take());
      }
      SpellingFiles.write(path.getFileSystem(conf), path, share, blocks.iterator(), 0);
    }
    return new SpellingFiles(
        new SharedSettings(conf), path.toString(), List.of("<unk>"), 0, offsets);
  }

  /** The bytes that were read for the words of some ids, which are looked at. */
  private long read(SpellingFiles many, int[] ids) throws IOException {
    READ.set(0);
    Spellings found = many.some(conf, needed -> Arrays.stream(ids).forEach(needed::add));
    for (int id : ids) {
      int place = found.place(id);
      int start = found.start(place);
      assertThat(new String(found.arena(), start, found.end(place) - start, StandardCharsets.UTF_8))
          .isEqualTo(id == 0 ? "<unk>" : word(id));
    }
    assertThat(OPEN).hasValue(0);
    return READ.get();
  }

  @Test
  void whoeverNeedsSomeWordsReadsTheirBlocksOnly() throws IOException {
    SpellingFiles many = many(60_000, 0, 1, 39_999);
    long whole = 0;
    for (int share = 0; share < 4; share++) {
      whole += Files.size(folder.resolve("many/words-0000" + share));
    }
    // The lengths of a share's blocks, and a block of 256 words of which one is long.
    assertThat(read(many, new int[] {})).isZero();
    assertThat(read(many, new int[] {0})).isZero();
    assertThat(read(many, new int[] {60_001})).isLessThan(30);
    assertThat(read(many, new int[] {31_234})).isBetween(4_000L, 12_000L);
    assertThat(read(many, new int[] {1, 60_000, 60_001, 60_002, 100_000})).isLessThan(40_000);
    // Of ids that are close the gaps are read, and nothing twice.
    assertThat(read(many, IntStream.range(0, 100_001).toArray())).isBetween(whole, whole + 2_000);
    assertThat(read(many, IntStream.range(0, 300).map(i -> i * 300).toArray()))
        .isBetween(whole / 2, whole + 2_000);
  }

  @Test
  void wordsAreFoundHoweverManyAreNeeded() throws IOException {
    SpellingFiles many = many(256, 512, 40_000, 3, 59_229);
    Random random = new Random(8);
    for (int needed : new int[] {1, 5, 40, 300, 2_000, 30_000}) {
      read(many, random.ints(needed, 0, 100_001).toArray());
    }
    int id = 0;
    for (Iterator<PackedTokens> all = many.all(conf); all.hasNext(); ) {
      PackedTokens block = all.next();
      List<String> words = words(block);
      for (int i = 0; i < block.size(); i++, id++) {
        assertThat(words.get(i)).isEqualTo(id == 0 ? "<unk>" : word(id));
        assertThat(block.counts()[i]).isEqualTo(id == 0 ? 0 : id + 1);
      }
    }
    assertThat(id).isEqualTo(100_001);
  }
}
